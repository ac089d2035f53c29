import { describe, expect, test } from "vitest";
import { storyOf } from "../../../automation/rollout/report/story.ts";
import { AVAILABILITY, CPU, Release } from "../../support/rollout-records.ts";
import {
  aborted,
  bad,
  good,
  hotfix,
  neverStarted,
  noTraffic,
  nothing,
  STORIES,
  seen,
  takenOver,
} from "../../support/rollout-stories.ts";

const story = ({ records }: Release) => storyOf(records);

describe("EA-10 the story of a release", () => {
  test("says from which version to which, what each step was, and what the candidate served", () => {
    const told = story(bad());
    expect(told).toMatchObject({
      schemaVersion: 1,
      outcome: "rolled-back",
      by: "ci",
      stable: { revision: "backend-0aa1" },
      candidate: { revision: "backend-1b2c" },
      totalSeconds: 1007,
      served: { requests: 18_900, errors: 36 },
    });
    expect(told.steps).toEqual([
      {
        number: 1,
        weight: 10,
        live: "2026-03-01T12:00:47.000Z",
        holdSeconds: 900,
        heldSeconds: 900,
        looks: 60,
        verdict: "healthy",
        reason: "availability: 0.1 % of 18,000 requests failed, limit 0.5 %",
        served: { requests: 18_000, errors: 18 },
      },
      {
        number: 2,
        weight: 50,
        live: "2026-03-01T12:15:52.000Z",
        holdSeconds: 900,
        heldSeconds: 45,
        looks: 3,
        verdict: "unhealthy",
        reason: "availability: 2 % of 900 requests failed, limit 0.5 %",
        served: { requests: 900, errors: 18 },
      },
      { number: 3, weight: 100, holdSeconds: 900, looks: 0 },
    ]);
    expect(told.weights).toEqual([
      { at: "2026-03-01T12:00:00.000Z", weight: 0 },
      { at: "2026-03-01T12:00:47.000Z", weight: 10 },
      { at: "2026-03-01T12:15:52.000Z", weight: 50 },
      { at: "2026-03-01T12:16:42.000Z", weight: 0 },
    ]);
  });

  test("says why it was decided, with the numbers, and how long the traffic took to be stable", () => {
    const { decision, recoverySeconds } = story(bad());
    expect(decision).toMatchObject({
      at: "2026-03-01T12:16:37.000Z",
      promote: false,
      cause: "gates",
      reason: "availability: 2 % of 900 requests failed, limit 0.5 %",
    });
    expect(decision?.gates[0]).toMatchObject({
      gate: "availability",
      verdict: "unhealthy",
      said: { candidate: "18 of 900 (2 %)", limit: "at most 0.5 %", stable: "8 of 8,100 (0.0988 %)" },
    });
    expect(recoverySeconds).toBe(5);
  });

  test.each([
    ["good", { outcome: "promoted", decision: { cause: "gates" }, served: { requests: 54_000, errors: 54 } }],
    ["slow", { outcome: "rolled-back", decision: { cause: "gates" }, served: { requests: 300, errors: 0 } }],
    ["neverStarted", { outcome: "rolled-back", decision: { cause: "failure" }, weights: [{ weight: 0 }] }],
    ["noTraffic", { outcome: "under way", pauses: [{ by: "plan", seconds: 0 }] }],
    [
      "aborted",
      {
        outcome: "rolled-back",
        decision: { cause: "person" },
        pauses: [{ by: "ada", reason: "orders look odd", until: "2026-03-01T12:10:47.000Z", seconds: 300 }],
      },
    ],
    ["takenOver", { outcome: "promoted", drivers: [{ holder: "runner-2:411:c0ffee", token: 8 }] }],
    ["hotfix", { outcome: "promoted", decision: { cause: "person" }, steps: [], reason: "CVE in the login" }],
  ] as const)("of a release that is %s", (name, expected) => {
    expect(story(STORIES[name]())).toMatchObject(expected);
  });

  test("where nothing went wrong there is no recovery, and where nothing was counted nothing was served", () => {
    expect(story(good())).not.toHaveProperty("recoverySeconds");
    expect(story(aborted())).not.toHaveProperty("recoverySeconds");
    expect(story(noTraffic())).not.toHaveProperty("served");
    expect(story(hotfix())).not.toHaveProperty("served");
  });

  test("a look without an answer takes nothing from what was counted before it", () => {
    const release = new Release().done(42).done().hold(seen(), 8).hold(nothing, 1);
    expect(story(release).served).toEqual({ requests: 2400, errors: 2 });
  });

  test("counts no errors where no gate does", () => {
    const none = new Release({ gates: [CPU] }).done().done().hold(seen(), 4);
    expect(story(none)).not.toHaveProperty("served");
    expect(story(new Release({ gates: [AVAILABILITY] }).done().done().hold(seen(), 4)).served).toEqual({
      requests: 1200,
      errors: 1,
    });
  });

  test("holds no secret that an error quoted", () => {
    const text = JSON.stringify(story(neverStarted()));
    expect(text).toContain("https://[secret]@backend.example.com/health/startup: 503");
    expect(text).not.toMatch(/hunter2|abcdef0123456789/);
  });

  test("is told from the middle where the beginning is elsewhere, and says so", () => {
    const release = takenOver();
    const at = release.records.findIndex(({ event }) => event.kind === "taken-over");
    const before = new Release().done(42).done().hold(seen()).done().hold(seen(), 8).state;
    const told = storyOf(release.records.slice(at), before);
    expect(told).toMatchObject({ partial: true, outcome: "promoted", release: "r-7f3a" });
    expect(told.weights[0]).toEqual({ at: "2026-03-01T12:18:37.000Z", weight: 50 });
    expect(story(release)).not.toHaveProperty("partial");
  });

  test("is refused without a beginning", () => {
    expect(() => storyOf([])).toThrow(new RangeError("the journal is empty: there is no release to tell of"));
    expect(() => storyOf(bad().records.slice(1))).toThrow(
      new RangeError('a release starts with "begun", not with "done"'),
    );
  });
});
