import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Gate, GateReading } from "../../../automation/rollout/gate.ts";
import { keptMarks, type Mark } from "../../../automation/rollout/judge/change.ts";
import { judge } from "../../../automation/rollout/judge/judge.ts";
import type { Judgement } from "../../../automation/rollout/judge/verdict.ts";
import { drawn, random } from "../../../bench/judge-traffic.ts";

const GATE: Gate = {
  name: "availability",
  title: "99.5 % of requests answered without a server error",
  measure: { kind: "indicator", indicator: { kind: "availability" } },
  unit: "share",
  limit: 0.005,
  badWhen: "above",
  noData: "wait",
};

const EVERY_SECONDS = 15;
const PER_LOOK = 60;

/** Looks at a step, each with so many bad ones of its requests; ends with the first that is unhealthy. */
function held(
  looks: number,
  bad: (look: number) => number,
  marked = true,
): { look: number; last: Judgement } {
  let candidate = { total: 0, bad: 0 };
  let marks: readonly Mark[] = [];
  let last: Judgement | undefined;
  for (let look = 1; look <= looks; look += 1) {
    candidate = { total: candidate.total + PER_LOOK, bad: candidate.bad + bad(look) };
    const reading: GateReading = { gate: GATE.name, candidate: { kind: "events", ...candidate } };
    last = judge([GATE], [reading], {
      judging: "sequential",
      elapsedSeconds: look * EVERY_SECONDS,
      holdSeconds: 86_400,
      weight: 10,
      steps: 3,
      ...(marked ? { earlier: { [GATE.name]: marks } } : {}),
    });
    if (last.verdict === "unhealthy") return { look, last };
    marks = keptMarks(marks, { look, candidate });
  }
  return { look: looks, last: last as Judgement };
}

describe("OS-07 a version that turns bad in the middle of a step of a day", () => {
  const DAY = 5760;
  const turns = (from: number, share: number) => (look: number) => (look > from ? PER_LOOK * share : 0);

  test("is found by what came after, in looks and not in hours", () => {
    const { look, last } = held(DAY, turns(5000, 0.1));
    expect(look - 5000).toBeLessThanOrEqual(4);
    expect(last.reason).toMatch(
      /^availability: 10 % of the last \d+ requests failed \(0\.00\d+ % of 300,\d{3} requests failed in all\), limit 0\.5 %$/,
    );
  });

  test("would hide behind the good hours without that", () => {
    expect(held(5200, turns(5000, 0.1), false).last.verdict).toBe("healthy");
  });

  test("isn't called healthy while it may be turning", () => {
    const { last } = held(5001, turns(5000, 0.1));
    expect(last).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/it may have turned bad, but on too few to be sure$/),
    });
  });
});

test("EA-10 a version that holds its limit is hardly ever taken back, however often it is looked at", () => {
  const next = random(20_261_121);
  const taken = Array.from({ length: 20 }, () => held(400, () => drawn(next, PER_LOOK, 0.005))).filter(
    ({ last }) => last.verdict === "unhealthy",
  );
  expect(taken).toHaveLength(0);
});

test("marks are few however long a step is, and the last are all kept", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6000 }), (looks) => {
      let marks: readonly Mark[] = [];
      for (let look = 1; look <= looks; look += 1) {
        marks = keptMarks(marks, { look, candidate: { total: look, bad: 0 } });
      }
      expect(marks.length).toBeLessThanOrEqual(8 * Math.ceil(Math.log2(looks + 2)) + 8);
      const last = marks.slice(-Math.min(8, looks)).map(({ look }) => look);
      expect(last).toEqual(
        Array.from({ length: Math.min(8, looks) }, (_, index) => looks - Math.min(8, looks) + 1 + index),
      );
    }),
    { numRuns: 20 },
  );
});
