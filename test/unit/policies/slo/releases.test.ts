import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { releaseBudget } from "../../../../policies/slo/releases/release-budget.ts";
import { releaseGated } from "../../../../policies/slo/releases/release-gated.ts";
import { releaseGatesExist } from "../../../../policies/slo/releases/release-gates-exist.ts";
import { releaseHolds } from "../../../../policies/slo/releases/release-holds.ts";
import { releaseSteps } from "../../../../policies/slo/releases/release-steps.ts";
import { changed, says } from "../support.ts";
import { RELEASE_AT as AT, AVAILABILITY, elsewhere, LATENCY, RELEASE, service } from "./slo-support.ts";

const OBJECTIVES = [AVAILABILITY, LATENCY];
const of = (release: unknown, facts: object = {}) => service({ objectives: OBJECTIVES, release, ...facts });
const without = { ...RELEASE, gates: [] };

describe("EA-10 a plan has a gate on errors and one on latency", () => {
  const none = { errors: "whether the new version fails", latency: "whether the new version is slow" };
  const lacks = (about: "errors" | "latency") => `backend: ${AT} has no gate that tells ${none[about]}`;
  const threshold = (kind: string, more: object = {}) => ({ name: kind, limit: { kind }, ...more });
  test.each<[string, object, string[]]>([
    ["objectives", RELEASE, []],
    ["availability alone", { ...RELEASE, gates: ["availability"] }, [lacks("latency")]],
    ["latency alone", { ...RELEASE, gates: ["latency"] }, [lacks("errors")]],
    ["none", without, [lacks("errors"), lacks("latency")]],
    ["an objective that is not there", { ...RELEASE, gates: ["availability", "speed"] }, [lacks("latency")]],
    ["thresholds", { ...without, thresholds: [threshold("errors"), threshold("mean-latency")] }, []],
    ["CPU only", { ...without, thresholds: [threshold("cpu")] }, [lacks("errors"), lacks("latency")]],
    [
      "comparisons",
      {
        ...without,
        comparisons: [
          { name: "done", metric: { good: "done_total", total: "all_total" }, worseBy: 5 },
          { name: "first", metric: "first_token_seconds", worseBy: 20 },
        ],
      },
      [],
    ],
    [
      "one that doesn't count without data",
      { ...RELEASE, gates: ["latency"], thresholds: [threshold("errors", { noData: "skip" })] },
      [
        `backend: ${AT} asks whether the new version fails only by gates that don't count where nothing was measured (noData: "skip")`,
      ],
    ],
    ["one of two", { ...RELEASE, thresholds: [threshold("errors", { noData: "skip" })] }, []],
  ])("%s", (_, release, expected) => {
    expect(says(releaseGated, of(release))).toEqual(expected);
  });

  test("outside production, elsewhere, without a plan, not known, misshapen", () => {
    const staging = service({ objectives: OBJECTIVES, release: without }, { stack: "staging" });
    expect(says(releaseGated, staging)).toEqual([`~${lacks("errors")}`, `~${lacks("latency")}`]);
    expect(says(releaseGated, elsewhere({ objectives: OBJECTIVES, release: without }))).toEqual([
      "watched: services[0].release has no gate that tells whether the new version fails",
      "watched: services[0].release has no gate that tells whether the new version is slow",
    ]);
    expect(says(releaseGated, service({ objectives: OBJECTIVES }))).toEqual([]);
    expect(says(releaseGated, service({ release: unknownValue }))).toEqual([
      `?backend: ${AT} is not known before deployment`,
    ]);
    expect(says(releaseGated, service({ release: "canary" }))).toEqual([`backend: ${AT} is not JSON`]);
  });
});

test("OS-07 gates name objectives that there are", () => {
  expect(says(releaseGatesExist, of(RELEASE))).toEqual([]);
  expect(says(releaseGatesExist, of({ ...RELEASE, gates: ["latency", "speed"] }))).toEqual([
    `backend: ${AT}.gates[1] is "speed", and the service has no such objective; there are availability, latency`,
  ]);
  expect(says(releaseGatesExist, service({ release: RELEASE }))).toEqual([
    `backend: ${AT}.gates[0] is "availability", and the service has no such objective; it has none`,
    `backend: ${AT}.gates[1] is "latency", and the service has no such objective; it has none`,
  ]);
});

describe("EA-09 steps rise from few to all, each held for a while", () => {
  test.each<[string, object, string[]]>([
    ["the usual ones", RELEASE, []],
    ["none", { ...RELEASE, steps: [] }, [`${AT}.steps has none: all of it comes at once`]],
    [
      "all at once",
      { ...RELEASE, steps: [{ weight: 100, hold: "1 h" }] },
      [`${AT}.steps[0].weight is 100: the first to meet a new version should be 25 % at most`],
    ],
    [
      "all at once, tested before",
      { ...RELEASE, strategy: "blue-green", steps: [{ weight: 100, hold: "1 h" }] },
      [],
    ],
    ["a quarter", changed(RELEASE, "steps[0].weight", 25), []],
    [
      "more than a quarter",
      changed(RELEASE, "steps[0].weight", 26),
      [`${AT}.steps[0].weight is 26: the first to meet a new version should be 25 % at most`],
    ],
    [
      "no rise",
      changed(RELEASE, "steps[1].weight", 10),
      [`${AT}.steps[1].weight is 10, no more than the 10 of the step before it`],
    ],
    [
      "not all",
      changed(RELEASE, "steps[2].weight", 90),
      [`${AT}.steps[2].weight is 90: what all requests do to it was never looked at; end with 100`],
    ],
    [
      "too much",
      changed(RELEASE, "steps[2].weight", 101),
      [`${AT}.steps[2].weight is 101, not a share above 0 and up to 100`],
    ],
    [
      "no hold",
      changed(RELEASE, "steps[0].hold", "0 min"),
      [`${AT}.steps[0].hold is no time: nothing is measured before the next step`],
    ],
    [
      "no time",
      changed(RELEASE, "steps[0].hold", "a while"),
      [`${AT}.steps[0].hold is not a length of time`],
    ],
  ])("%s", (_, release, expected) => {
    expect(says(releaseSteps, of(release))).toEqual(expected.map((message) => `backend: ${message}`));
  });
});

describe("EA-09 a hold is long enough to tell", () => {
  // 0.5 %: ln(100) / -ln(1 - 0.005) = 918.7.
  const held = (hold: string, more: object = {}) =>
    of(changed(RELEASE, "steps[0].hold", hold), { peak: "1", ...more });
  test.each([
    ["enough", held("9190 s"), [1, 2]],
    ["one too few", held("9180 s"), [0, 1, 2]],
    ["a wider limit", held("15 min", { objectives: [{ ...AVAILABILITY, target: 95 }, LATENCY] }), []],
    ["no peak stated", of(RELEASE), []],
    [
      "outside production",
      service({ objectives: OBJECTIVES, release: RELEASE, peak: "1" }, { stack: "staging" }),
      [],
    ],
  ])("%s", (_, resource, steps) => {
    expect(says(releaseHolds, resource).map((message) => /steps\[(\d)\]/.exec(message)?.[1])).toEqual(
      steps.map(String),
    );
  });

  test("it says how long would do", () => {
    expect(says(releaseHolds, of(RELEASE, { peak: "10" }))).toEqual([
      `~backend: ${AT}.steps[0].hold is 15 min: at 10 % of the peak of 10 requests/s the new version gets 900 requests, and "availability" can't be told on fewer than 919; hold it 16 min`,
    ]);
    expect(says(releaseHolds, of(RELEASE, { peak: unknownValue }))).toEqual([
      "?backend: annotations.slipway.dev/peak is not known before deployment",
    ]);
  });

  test("a release's own limit counts, too", () => {
    const errors = { name: "few", limit: { kind: "errors", atMost: 1 }, settled: 0.1 };
    const release = { ...without, steps: [{ weight: 100, hold: "1 h" }], thresholds: [errors] };
    expect(says(releaseHolds, of(release, { peak: "1" }))).toEqual([
      `~backend: ${AT}.steps[0].hold is 1 h: at 100 % of the peak of 1 requests/s the new version gets 3600 requests, and "few" can't be told on fewer than 4603; hold it 77 min`,
    ]);
  });
});

describe("EA-10 nothing is released on a spent error budget", () => {
  test.each<[string, object, string[]]>([
    ["some of it", RELEASE, []],
    ["a tenth", { ...RELEASE, budget: 10 }, []],
    ["nothing risky", { ...without, strategy: "cohort" }, []],
    [
      "no objective",
      without,
      [
        `backend: ${AT}.gates names no objective, and only an objective has an error budget: it is released also when that is spent`,
      ],
    ],
    [
      "all of it",
      { ...RELEASE, budget: 100 },
      [`backend: ${AT}.budget is 100: it has to be at least 0 and below 100 percent`],
    ],
    [
      "less than nothing",
      { ...RELEASE, budget: -1 },
      [`backend: ${AT}.budget is -1: it has to be at least 0 and below 100 percent`],
    ],
    ["a word", { ...RELEASE, budget: "all" }, [`backend: ${AT}.budget is not a number`]],
    [
      "an engine that asks for none",
      { ...RELEASE, engine: "flagger" },
      [
        `~backend: ${AT}.engine is "flagger", which asks for no error budget: say in its pipeline what happens when it is spent`,
      ],
    ],
  ])("%s", (_, release, expected) => {
    expect(says(releaseBudget, of(release))).toEqual(expected);
  });
});
