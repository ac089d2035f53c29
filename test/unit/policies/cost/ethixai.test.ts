import { beforeAll, describe, expect, test } from "vitest";
import { plan } from "../../../../automation/plan/plan.ts";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { estimateMonthlyCost } from "../../../../policies/cost/estimate.ts";
import { CLOUD_RUN_SERVICE } from "../../../../policies/types.ts";

let declared: readonly PolicyResource[];
beforeAll(async () => {
  const { resources } = await plan({ root: process.cwd(), stack: "production" });
  declared = resources
    .filter(({ urn }) => urn.includes("slipway:system:Ethixai"))
    .map(({ urn, type, name, inputs }) => ({ urn, type, name, props: inputs }));
});

interface Template {
  scaling: { maxInstanceCount: number };
  containers: { resources: { cpuIdle: boolean } }[];
}

/** EthixAI as it is declared, for so many times its peak, with as many times the instances. */
function ethixai({ times = 1, cpuIdle }: { times?: number; cpuIdle?: boolean }) {
  return structuredClone(declared).map((resource) => {
    if (resource.type !== CLOUD_RUN_SERVICE) return resource;
    const { annotations, template } = resource.props as {
      annotations: Record<string, string>;
      template: Template;
    };
    annotations["slipway.dev/peak"] = `${Number(annotations["slipway.dev/peak"]) * times}`;
    template.scaling.maxInstanceCount *= times;
    for (const { resources } of template.containers) resources.cpuIdle = cpuIdle ?? resources.cpuIdle;
    return resource;
  });
}

describe("EA-15 the declared production stack", () => {
  test.each([
    ["50 requests/s", 1, 423, 836],
    ["200 requests/s", 4, 1500, 2500],
  ])("EA-15 is expected to cost what was planned at %s", (_, times, least, most) => {
    const { expected } = estimateMonthlyCost(ethixai({ times }));
    expect(expected).toBeGreaterThanOrEqual(least);
    expect(expected).toBeLessThanOrEqual(most);
  });

  test("EA-15 stays in both ranges on days that reach half of the peak", () => {
    const at = (times: number) => estimateMonthlyCost(ethixai({ times }), { usualDay: 0.5 }).expected;
    expect(at(1)).toBeGreaterThan(423);
    expect(at(1)).toBeLessThan(836);
    expect(at(4)).toBeGreaterThan(1500);
    expect(at(4)).toBeLessThan(2500);
  });

  test("EA-15 would leave the range before the first request if it were billed by instance", () => {
    expect(estimateMonthlyCost(ethixai({ cpuIdle: false })).low).toBeGreaterThan(836);
  });

  test("EA-15 leaves it on days that reach the whole peak: the plan is one for usual days", () => {
    expect(estimateMonthlyCost(ethixai({}), { usualDay: 1, weekend: 1 }).expected).toBeGreaterThan(836);
  });

  test("EA-15 says what its services cost, and what has no price", () => {
    const { services, systems, lines } = estimateMonthlyCost(ethixai({}));
    expect(services.map(({ name }) => name).sort()).toEqual(["ai-core", "backend", "smoke"]);
    expect(systems.map(({ name }) => name)).toEqual(["ethixai"]);
    expect(lines.flatMap(({ missing }) => missing ?? []).sort()).toEqual([
      'no price of "atlas.backup" is in the table',
      'no price of "monitoring.alert-policy" is in the table',
      'no price of "storage.dual.us-east1.standard" is in the table',
    ]);
  });
});
