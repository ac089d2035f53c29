import { describe, expect, test } from "vitest";
import { capacityChanges, objectiveChanges } from "../../../../automation/plan/delta/services.ts";
import type { ServiceSummary } from "../../../../automation/plan/services.ts";

type Objective = ServiceSummary["objectives"][number];

const availability: Objective = {
  name: "availability",
  kind: "availability",
  target: 99.5,
  windowDays: 30,
  owner: "shop",
} as Objective;
const latency = {
  ...availability,
  name: "latency",
  kind: "latency",
  target: 95,
  thresholdSeconds: 2,
} as Objective;

function service(objectives: readonly Objective[], more: Partial<ServiceSummary> = {}): ServiceSummary {
  return {
    urn: "urn",
    name: "api",
    system: "shop",
    instances: { min: 2, max: 6 },
    capacityPerInstance: 15,
    peak: 50,
    instancesAtPeak: 4,
    objectives,
    ...more,
  };
}

function kinds(before: readonly Objective[], after: readonly Objective[]) {
  return objectiveChanges([service(before)], [service(after)]).map(({ kind, objective }) => [
    kind,
    objective,
  ]);
}

describe("an objective is", () => {
  test("added, removed, or as it was", () => {
    expect(kinds([availability], [availability])).toEqual([]);
    expect(kinds([], [latency])).toEqual([["added", "latency"]]);
    expect(objectiveChanges([service([latency])], [])).toEqual([
      {
        kind: "removed",
        service: "shop/api",
        objective: "latency",
        before: "95 % of requests under 2 s, over 30 days",
      },
    ]);
  });

  test.each([
    [{ target: 99.9 }, "tightened"],
    [{ target: 90 }, "loosened"],
    [{ thresholdSeconds: 1 }, "tightened"],
    [{ thresholdSeconds: 3 }, "loosened"],
    [{ target: 96, thresholdSeconds: 3 }, "changed"],
    [{ target: 96, thresholdSeconds: 1 }, "tightened"],
    [{ windowDays: 7 }, "changed"],
    [{ kind: "ratio", total: "a", bad: "b" }, "changed"],
  ])("%j: %s", (change, kind) => {
    expect(kinds([latency], [{ ...latency, ...change } as Objective])).toEqual([[kind, "latency"]]);
  });

  test("no other one with another owner or runbook", () => {
    const moved = { ...latency, owner: "platform", runbook: "https://runbooks.example/latency" } as Objective;
    expect(kinds([latency], [moved])).toEqual([]);
  });

  test("told with what was promised and what is, the worst first", () => {
    const found = objectiveChanges(
      [service([availability, latency])],
      [
        service([
          { ...availability, target: 99.9 },
          { ...latency, target: 90 },
        ]),
      ],
    );
    expect(found).toEqual([
      {
        kind: "loosened",
        service: "shop/api",
        objective: "latency",
        before: "95 % of requests under 2 s, over 30 days",
        after: "90 % of requests under 2 s, over 30 days",
      },
      {
        kind: "tightened",
        service: "shop/api",
        objective: "availability",
        before: "99.5 % of requests answered without a server error, over 30 days",
        after: "99.9 % of requests answered without a server error, over 30 days",
      },
    ]);
  });
});

test("EA-14 a service's capacity is told with its headroom at peak", () => {
  const fewer = service([], { instances: { min: 2, max: 3 } });
  expect(capacityChanges([service([])], [service([latency])])).toEqual([]);
  expect(capacityChanges([service([])], [fewer])).toEqual([
    {
      service: "shop/api",
      before: { min: 2, max: 6, perInstance: 15, peak: 50, headroom: 40 },
      after: { min: 2, max: 3, perInstance: 15, peak: 50, headroom: -5 },
    },
  ]);
  expect(capacityChanges([], [fewer])).toEqual([
    { service: "shop/api", after: { min: 2, max: 3, perInstance: 15, peak: 50, headroom: -5 } },
  ]);
});
