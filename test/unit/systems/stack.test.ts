import { describe, expect, test } from "vitest";
import { parseStack } from "../../../systems/stack.ts";

const GOOD = {
  environment: "staging",
  region: "us-east1",
  systems: {
    ethixai: {
      images: {
        backend: "ethixai/backend:1.0.0",
        "ai-core": "ethixai/ai-core:1.0.0",
        smoke: "ethixai/smoke:1.0.0",
      },
      secrets: {
        "sentry-dsn": "1",
        "smtp-password": "1",
        "ghcr-token": "1",
        "pagerduty-key": "1",
        "slack-token": "1",
      },
      atlasOrganization: "5a0d000000000000000000b1",
    },
  },
};

/** `GOOD` with the value at a path replaced; `undefined` removes it. */
function mutate(path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(GOOD) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  const last = path.at(-1) as string;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function message(value: unknown): string {
  try {
    parseStack(value, "Pulumi.staging.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("a stack file", () => {
  test("is taken as it is, with defaults filled in", () => {
    const parsed = parseStack(GOOD, "Pulumi.staging.yaml");
    expect(parsed.environment).toBe("staging");
    expect(parsed.systems.ethixai).toMatchObject({ repository: "ethixai/platform", services: {} });
  });

  test("of the sandbox need say nothing of a system", () => {
    const parsed = parseStack(
      { environment: "sandbox", region: "us-east1", systems: { ethixai: {} } },
      "Pulumi.sandbox.yaml",
    );
    expect(parsed.systems.ethixai?.images.backend).toBe("sandbox/demo:1.0.0");
  });

  test("with a wrong value beside a refinement keeps the message of each", () => {
    expect(
      message(mutate(["systems", "ethixai", "services"], { backend: { cpu: 3, memory: "1gb" } })),
    ).toContain('backend.memory: "1gb" must be a number, one blank and MiB or GiB, such as "512 MiB"');
  });

  const service = ["systems", "ethixai", "services", "backend"];
  const cases: [string, unknown, string][] = [
    [
      "an unknown key",
      mutate(["regoin"], "us-east1"),
      'Pulumi.staging.yaml: slipway:stack has unknown keys: "regoin". Known: environment, region, cluster, ledger, runbooks, budget, systems',
    ],
    [
      "an unknown key, deep down",
      mutate([...service, "memroy"], "512 MiB"),
      'Pulumi.staging.yaml: slipway:stack.systems.ethixai.services.backend has unknown keys: "memroy". Known: cpu, memory, min, max, peak, billing',
    ],
    [
      "a wrong type",
      mutate([...service, "min"], "three"),
      'Pulumi.staging.yaml: slipway:stack.systems.ethixai.services.backend.min: "three" must be: number',
    ],
    [
      "a CPU that Cloud Run does not sell",
      mutate([...service, "cpu"], 3),
      "Pulumi.staging.yaml: slipway:stack.systems.ethixai.services.backend.cpu: 3 CPU is not sold by Cloud Run: use 0.08 to 1 (in thousandths), or 2, 4, 6, 8",
    ],
    [
      "min > max",
      mutate(service, { min: 5, max: 2 }),
      "Pulumi.staging.yaml: slipway:stack.systems.ethixai.services.backend.min: min 5 is more than max 2; lower min or raise max",
    ],
    [
      "a missing secret",
      mutate(["systems", "ethixai", "secrets", "sentry-dsn"], undefined),
      'Pulumi.staging.yaml: slipway:stack.systems.ethixai.secrets.sentry-dsn: missing. Add the value (gcloud secrets versions add sentry-dsn --data-file=-) and name its version here, such as "1"',
    ],
    [
      "a secret's version that is none",
      mutate(["systems", "ethixai", "secrets", "sentry-dsn"], "latest"),
      'Pulumi.staging.yaml: slipway:stack.systems.ethixai.secrets.sentry-dsn: "latest" must be the number of a version in Secret Manager, in quotes, such as "3"',
    ],
    [
      "an unknown system",
      mutate(["systems", "ethixia"], {}),
      'Pulumi.staging.yaml: slipway:stack.systems has unknown keys: "ethixia". Known: ethixai, onesource, wcag, phase8, acgs',
    ],
    [
      "an image without a fixed version",
      mutate(["systems", "ethixai", "images", "backend"], "ethixai/backend:latest"),
      'Pulumi.staging.yaml: slipway:stack.systems.ethixai.images.backend: "ethixai/backend:latest" names no fixed image: use a version or a digest',
    ],
  ];
  test.each(cases)("with %s is refused, naming the path", (_what, value, expected) => {
    expect(message(value)).toBe(expected);
  });

  test("with a region that does not exist is refused, listing those that do", () => {
    expect(message(mutate(["region"], "us-east9"))).toMatch(
      /^Pulumi\.staging\.yaml: slipway:stack\.region: "us-east9" must be one of "africa-south1", .*"us-west4"$/,
    );
  });

  test("with several faults gives them all at once", () => {
    const both = { ...(mutate(["region"], "mars") as object), environment: "prod" };
    expect(message(both)).toMatch(
      /^Pulumi\.staging\.yaml: 2 problems\n {2}- slipway:stack\.environment: "prod" must be one of .*\n {2}- slipway:stack\.region: "mars" must/,
    );
  });

  test("that says nothing is told what to say", () => {
    expect(message(undefined)).toContain("slipway:stack is missing. A stack names its environment");
  });
});
