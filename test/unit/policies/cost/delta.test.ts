import { expect, test } from "vitest";
import { costDelta } from "../../../../policies/cost/delta.ts";
import { estimateMonthlyCost } from "../../../../policies/cost/estimate.ts";
import * as types from "../../../../policies/types.ts";
import { CLUSTER, changed, resource } from "../support.ts";
import { run } from "./support.ts";

const service = (max: number, cpuIdle = false) =>
  run({ name: "api", instances: [max, max], capacity: "1", peak: "1", cpuIdle });
const key = resource(types.CRYPTO_KEY, "key", {});
const same = (usd: number) => ({ low: usd, expected: usd, high: usd });

test("what stays costs nothing more, and is not listed", () => {
  const estimate = estimateMonthlyCost([service(2), key]);
  expect(costDelta(estimate, estimate)).toEqual({ ...same(0), lines: [], services: [], systems: [] });
});

test("a change, something new and something gone are listed with both sides", () => {
  const clock = resource(types.CLOUD_SCHEDULER_JOB, "clock", {});
  const delta = costDelta(estimateMonthlyCost([service(1), key]), estimateMonthlyCost([service(2), clock]));
  expect(delta).toMatchObject(same(49.97));
  expect(delta.lines.map(({ urn, ...rest }) => ({ ...rest, name: urn.split("::").at(-1) }))).toEqual([
    { name: "api", what: "Cloud Run api, instance-based", before: same(49.93), after: same(99.86) },
    { name: "clock", what: "clock of clock", after: same(0.1) },
    { name: "key", what: "KMS key key", before: same(0.06) },
  ]);
  expect(delta.services).toEqual([{ name: "api", before: same(49.93), after: same(99.86) }]);
});

test("another way of billing is one line with both sides", () => {
  const { lines } = costDelta(estimateMonthlyCost([service(1)]), estimateMonthlyCost([service(1, true)]));
  expect(lines).toMatchObject([{ what: "Cloud Run api, request-based", before: same(49.93) }]);
});

test("nothing before, or nothing after, is all of it", () => {
  const estimate = estimateMonthlyCost([key]);
  expect(costDelta(undefined, estimate)).toMatchObject({ ...same(0.06), lines: [{ after: same(0.06) }] });
  expect(costDelta(estimate, undefined)).toMatchObject({ ...same(-0.06), lines: [{ before: same(0.06) }] });
  expect(costDelta(undefined, undefined)).toEqual({ ...same(0), lines: [], services: [], systems: [] });
});

test("a price that can no longer be told is said, and is in no sum", () => {
  const tier = "replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize";
  const cluster = (size: string) =>
    estimateMonthlyCost([resource(types.ATLAS_CLUSTER, "db", changed(CLUSTER, tier, size))]);
  expect(costDelta(cluster("M10"), cluster("M700"))).toMatchObject({
    ...same(-67.16),
    lines: [{ before: same(67.16), missing: 'no price of "atlas.M700" is in the table' }],
  });
});
