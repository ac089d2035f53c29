import { beforeAll, describe, expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { releaseProblems } from "../../../components/release/problems.ts";
import { BACKEND_OBJECTIVES } from "../../../systems/onesource/objectives.ts";
import { BACKEND_RELEASE } from "../../../systems/onesource/release.ts";
import { type Loose, objectIn, systemIn } from "./support.ts";

let production: readonly PlanResource[];
beforeAll(async () => {
  production = await systemIn("production", "onesource");
});

/** What the backend's Deployment carries under a name, for whatever is derived from it. */
function carried(name: string): Loose {
  return JSON.parse(
    objectIn(production, "Deployment", "backend").metadata.annotations[`slipway.dev/${name}`],
  );
}

describe("objectives", () => {
  test.each([
    ["chat-latency", { kind: "latency", target: 95, thresholdSeconds: 1.5, route: "/chat" }],
    ["enhanced-latency", { kind: "latency", target: 95, thresholdSeconds: 1.6, route: "/chat/enhanced" }],
    [
      "latency-delta",
      { kind: "delta", target: 95, thresholdSeconds: 0.1, route: "/chat/enhanced", against: "/chat" },
    ],
    [
      "server-errors",
      {
        kind: "availability",
        target: 99.7,
        alerting: {
          off: "availability, of the same requests, is stricter, and HighErrorRate holds this very share",
        },
      },
    ],
    [
      "persistence",
      {
        kind: "ratio",
        target: 99.9,
        bad: "persistence_errors_total",
        total: "persistence_operations_total",
        runbook: "redis",
      },
    ],
    [
      "schema-repairs",
      {
        kind: "ratio",
        target: 99.5,
        bad: "schema_repairs_total",
        total: "responses_validated_total",
        runbook: "schema-guard",
      },
    ],
    ["availability", { kind: "availability", target: 99.9 }],
  ])("OS-04 %s is the seed's", (name, facts) => {
    const objective = carried("objectives").find((each: Loose) => each.name === name);
    expect(objective).toEqual({ name, windowDays: 30, owner: "onesource-platform", ...facts });
  });

  test("OS-04 there is no other, and the histogram has a bucket at each threshold, HighLatency's too", () => {
    expect(carried("objectives")).toHaveLength(7);
    const { annotations } = objectIn(production, "Deployment", "backend").metadata;
    expect(annotations["slipway.dev/latency-buckets"]).toBe("0.1,1.5,1.6,2");
  });
});

describe("the release plan", () => {
  const plan = () => carried("release");

  test("OS-07 a tenth for 24 h, then 50 and 100 % with 15 min between", () => {
    expect(plan().strategy).toBe("canary");
    expect(plan().steps).toEqual([
      { weight: 10, hold: "24 h" },
      { weight: 50, hold: "15 min" },
      { weight: 100, hold: "15 min" },
    ]);
  });

  test("OS-07 each step holds every objective, completed sessions and the time to the first token", () => {
    expect(plan().gates).toEqual(carried("objectives").map(({ name }: Loose) => name));
    expect(plan().comparisons.map(({ name }: Loose) => name)).toEqual([
      "session-completion",
      "time-to-first-token",
    ]);
  });

  test("OS-06 a soak of 48 h, a round every 10 min: 3, 5 and 10 turns, token pressure, five at once", () => {
    const { rounds, ...soak } = plan().soak;
    expect(soak).toEqual({ for: "48 h", every: "10 min" });
    expect(rounds).toEqual([
      { name: "short-conversation", turns: 3 },
      { name: "conversation", turns: 5 },
      { name: "long-conversation", turns: 10 },
      { name: "token-pressure", turns: 3, tokens: 4000 },
      { name: "in-parallel", turns: 3, parallel: 5 },
    ]);
  });

  test("OS-08 the emergency is two flags, within two minutes", () => {
    expect(plan().emergency).toEqual({
      flags: { USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" },
      within: "2 min",
    });
  });

  test("OS-07 is one that the library takes, and would not with a gate that nobody promised", () => {
    const names = BACKEND_OBJECTIVES.map(({ name }) => name);
    expect(releaseProblems(BACKEND_RELEASE, names)).toEqual([]);
    expect(releaseProblems(BACKEND_RELEASE, names.slice(1))).toEqual([
      'release.gates: there is no objective "availability"; there are: server-errors, chat-latency, enhanced-latency, latency-delta, persistence, schema-repairs',
    ]);
  });
});
