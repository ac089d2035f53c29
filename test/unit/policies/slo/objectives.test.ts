import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { latencyEdge } from "../../../../policies/slo/objectives/latency-edge.ts";
import { objectiveKinds } from "../../../../policies/slo/objectives/objective-kinds.ts";
import { objectiveOwner } from "../../../../policies/slo/objectives/objective-owner.ts";
import { objectiveTarget } from "../../../../policies/slo/objectives/objective-target.ts";
import { objectiveTraffic } from "../../../../policies/slo/objectives/objective-traffic.ts";
import { objectiveWindow } from "../../../../policies/slo/objectives/objective-window.ts";
import { SLO } from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import {
  OBJECTIVES_AT as AT,
  AVAILABILITY,
  custom,
  deployment,
  elsewhere,
  LATENCY,
  service,
} from "./slo-support.ts";

const slo = (props: object) =>
  resource(SLO, "slo", { service: "shop", goal: 0.995, rollingPeriodDays: 28, ...props });
const sloth = (objective: unknown, more: object = {}) =>
  custom("sloth.slok.dev/v1", "PrometheusServiceLevel", {
    service: "shop",
    slos: [{ name: "availability", objective, ...more }],
  });
const pyrra = (spec: object) =>
  custom("pyrra.dev/v1alpha1", "ServiceLevelObjective", { target: "99.5", window: "4w", ...spec });
const openSlo = (objective: object, timeWindow: unknown = [{ duration: "28d", isRolling: true }]) =>
  custom("openslo.com/v1", "SLO", { service: "shop", objectives: [objective], timeWindow });
const of = (change: object) => service({ objectives: [{ ...AVAILABILITY, ...change }] });

describe("OS-04 a target leaves a budget, and promises something", () => {
  test.each([
    ["Slipway's", of({}), []],
    ["the lowest that is sane", of({ target: 90 }), []],
    [
      "below it",
      of({ target: 89.9 }),
      [`backend: ${AT}[0].target is "89.9": below 90 %, what users are promised is worth little`],
    ],
    ["a cache's hits", of({ kind: "ratio", target: 80 }), []],
    [
      "everything",
      of({ target: 100 }),
      [`backend: ${AT}[0].target is "100": that leaves no error budget, and no change keeps it`],
    ],
    ["nothing", of({ target: 0 }), [`backend: ${AT}[0].target is "0": that promises nothing`]],
    [
      "none",
      service({ objectives: [{ name: "a", kind: "availability" }] }),
      [`backend: ${AT}[0].target is not set: nothing says how much may fail`],
    ],
    ["the highest that is believed", of({ target: 99.99 }), []],
    [
      "more",
      of({ target: 99.999 }),
      [
        `~backend: ${AT}[0].target is "99.999": above 99.99 %, 26 s in 30 days are all that may fail, less than anyone needs to react`,
      ],
    ],
    ["a word", of({ target: "high" }), [`backend: ${AT}[0].target is not a number`]],
    ["no JSON", service({ objectives: "[" }), [`backend: ${AT} is not JSON`]],
    ["no list", service({ objectives: "{}" }), [`backend: ${AT} is not a list`]],
    ["not known", service({ objectives: unknownValue }), [`?backend: ${AT} is not known before deployment`]],
    [
      "of a service elsewhere",
      elsewhere({ objectives: [{ ...AVAILABILITY, target: 100 }] }),
      [
        'watched: services[0].objectives[0].target is "100": that leaves no error budget, and no change keeps it',
      ],
    ],
    ["Cloud Monitoring's", slo({}), []],
    ["Cloud Monitoring's highest", slo({ goal: 0.9999 }), []],
    [
      "more than Cloud Monitoring takes",
      slo({ goal: 0.99995 }),
      ['slo: goal is "0.99995", and Cloud Monitoring takes 0.9999 at most'],
    ],
    ["not known", slo({ goal: unknownValue }), ["?slo: goal is not known before deployment"]],
    ["Sloth's", sloth(99.9), []],
    [
      "Sloth's at 100",
      sloth(100),
      ['api: spec.slos[0].objective is "100": that leaves no error budget, and no change keeps it'],
    ],
    ["Pyrra's", pyrra({}), []],
    [
      "Pyrra's below",
      pyrra({ target: "80" }),
      ['api: spec.target is "80": below 90 %, what users are promised is worth little'],
    ],
    ["OpenSLO's share", openSlo({ target: 0.995 }), []],
    ["OpenSLO's percent", openSlo({ targetPercent: 99.5 }), []],
    [
      "a percent where a share belongs",
      openSlo({ target: 99.5 }),
      ['api: spec.objectives[0].target is "99.5": that leaves no error budget, and no change keeps it'],
    ],
  ])("%s", (_, resource, expected) => {
    expect(says(objectiveTarget, resource)).toEqual(expected);
  });

  test("outside production it is advice", () => {
    const staging = service({ objectives: [{ ...AVAILABILITY, target: 100 }] }, { stack: "staging" });
    expect(says(objectiveTarget, staging)).toEqual([
      `~backend: ${AT}[0].target is "100": that leaves no error budget, and no change keeps it`,
    ]);
  });
});

test.each([
  ["30 days", of({}), []],
  ["7 days", of({ windowDays: 7 }), []],
  [
    "less",
    of({ windowDays: 6 }),
    [
      `backend: ${AT}[0].windowDays is 6 days: one bad hour breaks it, and its burn alerts have windows of minutes; use 7 to 92`,
    ],
  ],
  ["a quarter", of({ windowDays: 92 }), []],
  [
    "a year",
    of({ windowDays: 365 }),
    [`backend: ${AT}[0].windowDays is 365 days: what broke it is forgotten before it is mended; use 7 to 92`],
  ],
  ["a calendar month", slo({ rollingPeriodDays: undefined, calendarPeriod: "MONTH" }), []],
  [
    "a calendar day",
    slo({ rollingPeriodDays: undefined, calendarPeriod: "DAY" }),
    [
      "slo: calendarPeriod is 1 days: one bad hour breaks it, and its burn alerts have windows of minutes; use 7 to 92",
    ],
  ],
  [
    "no period",
    slo({ rollingPeriodDays: undefined }),
    ["slo: rollingPeriodDays is not set, nor is calendarPeriod: Cloud Monitoring wants one of them"],
  ],
  [
    "two periods",
    slo({ calendarPeriod: "MONTH" }),
    ["slo: calendarPeriod is set beside rollingPeriodDays: Cloud Monitoring takes one of them"],
  ],
  [
    "more than Cloud Monitoring takes",
    slo({ rollingPeriodDays: 31 }),
    ["slo: rollingPeriodDays is 31: Cloud Monitoring takes 1 to 30 whole days"],
  ],
  ["Sloth's own", sloth(99.9), []],
  [
    "Pyrra's day",
    pyrra({ window: "1d" }),
    [
      "api: spec.window is 1 days: one bad hour breaks it, and its burn alerts have windows of minutes; use 7 to 92",
    ],
  ],
  ["no length of time", pyrra({ window: "soon" }), ["api: spec.window is not a length of time"]],
  ["OpenSLO's month", openSlo({ target: 0.99 }, [{ duration: "1M" }]), []],
  ["not known", pyrra({ window: unknownValue }), ["?api: spec.window is not known before deployment"]],
])("OS-04 a window of weeks: %s", (_, resource, expected) => {
  expect(says(objectiveWindow, resource)).toEqual(expected);
});

test.each([
  ["a field", of({}), []],
  [
    "none",
    of({ owner: undefined }),
    [`backend: ${AT}[0].owner is not set: nobody answers for this objective`],
  ],
  ["blanks", of({ owner: " " }), [`backend: ${AT}[0].owner is not set: nobody answers for this objective`]],
  ["Cloud Monitoring's label", slo({ userLabels: { team: "shop" } }), []],
  ["no label", slo({}), ["slo: userLabels.owner is not set: nobody answers for this objective"]],
  ["not known", slo({ userLabels: unknownValue }), ["?slo: userLabels is not known before deployment"]],
  ["Sloth's label", sloth(99, { labels: { owner: "shop" } }), []],
  [
    "no label of Sloth's",
    sloth(99),
    ["api: spec.slos[0].labels.owner is not set: nobody answers for this objective"],
  ],
])("OS-04 an objective has an owner: %s", (_, resource, expected) => {
  expect(says(objectiveOwner, resource)).toEqual(expected);
});

test("OS-04 a service says how often it answers, and how fast", () => {
  const none = (kind: string) => `${AT} states no objective of the kind "${kind}"`;
  expect(says(objectiveKinds, service({ objectives: [AVAILABILITY, LATENCY] }))).toEqual([]);
  expect(says(objectiveKinds, of({}))).toEqual([`backend: ${none("latency")}`]);
  expect(says(objectiveKinds, service({ objectives: [LATENCY] }))).toEqual([
    `backend: ${none("availability")}`,
  ]);
  expect(says(objectiveKinds, service({ objectives: [LATENCY] }, { stack: "staging" }))).toEqual([
    `~backend: ${none("availability")}`,
  ]);
  // What states none at all is another policy's.
  expect(says(objectiveKinds, service({}))).toEqual([]);
  expect(says(objectiveKinds, service({ objectives: unknownValue }))).toEqual([
    `?backend: ${AT} is not known before deployment`,
  ]);
});

describe("OS-04 what times are held against is an edge of the histogram", () => {
  const release = {
    thresholds: [{ name: "slow", limit: { kind: "latency", percentile: 95, under: "2 s" } }],
  };
  const no = (at: string, seconds: number, edges: string) =>
    `backend: ${at} is ${seconds} s, and the histogram has no edge there (slipway.dev/latency-buckets: ${edges}): the share in time would be a guess`;
  test.each([
    ["an edge", { objectives: [LATENCY], "latency-buckets": "0.1,0.5" }, []],
    [
      "between two edges",
      { objectives: [LATENCY], "latency-buckets": "0.4,0.6" },
      [no(`${AT}[0].thresholdSeconds`, 0.5, "0.4, 0.6")],
    ],
    [
      "a release's limit",
      { release, "latency-buckets": "0.5" },
      [no("annotations.slipway.dev/release.thresholds[0].limit.under", 2, "0.5")],
    ],
    ["a release's limit at an edge", { release, "latency-buckets": "0.5,2" }, []],
    [
      "no edges",
      { objectives: [LATENCY] },
      [
        "?backend: it does not state the edges of its histogram (slipway.dev/latency-buckets), so it can't be told whether its latency is measurable",
      ],
    ],
    [
      "no list",
      { objectives: [LATENCY], "latency-buckets": "0.5,many" },
      ["backend: annotations.slipway.dev/latency-buckets is not a list of seconds with commas between"],
    ],
    ["nothing to measure", { objectives: [AVAILABILITY] }, []],
    [
      "not known",
      { objectives: [LATENCY], "latency-buckets": unknownValue },
      ["?backend: annotations.slipway.dev/latency-buckets is not known before deployment"],
    ],
  ])("%s", (_, facts, expected) => {
    expect(says(latencyEdge, service(facts))).toEqual(expected);
  });
});

test.each([
  // 0.5 % of 0.001 requests/s in 30 days: 12.96.
  [0.001, []],
  [
    0.0005,
    [
      "~api: metadata.annotations.slipway.dev/objectives[0].target is 99.5 % of at most 1296 requests in 30 days, the peak of 0.0005 requests/s all the time: 6.48 may fail, fewer than 10, so chance decides whether it is kept",
    ],
  ],
  ["often", ["~api: metadata.annotations.slipway.dev/peak is not a number"]],
  [unknownValue, ["?api: metadata.annotations.slipway.dev/peak is not known before deployment"]],
])("OS-04 an objective allows failures at a peak of %s", (peak, expected) => {
  expect(says(objectiveTraffic, deployment({ objectives: [AVAILABILITY], peak: String(peak) }))).toEqual(
    expected,
  );
});
