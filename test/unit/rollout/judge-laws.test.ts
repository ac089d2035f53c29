import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Gate, Reading } from "../../../automation/rollout/gate.ts";
import { judge } from "../../../automation/rollout/judge/judge.ts";
import type { JudgeRule } from "../../../automation/rollout/judge/rule.ts";
import type { Verdict } from "../../../automation/rollout/judge/verdict.ts";
import { drawn, random } from "../../../bench/judge-traffic.ts";
import { comparison, cpu, events, gate, judged, RULE, reading, value } from "./judge-support.ts";

/** The further on, the worse. */
const ORDER: readonly Verdict[] = ["healthy", "inconclusive", "unknown", "unhealthy"];
const worseness = (verdict: Verdict) => ORDER.indexOf(verdict);

const rules: fc.Arbitrary<JudgeRule> = fc.record({
  judging: fc.constantFrom("sequential", "fixed-window"),
  elapsedSeconds: fc.constantFrom(0, 30, 300, 900, 5000),
  holdSeconds: fc.constant(900),
  weight: fc.constantFrom(10, 50, 100),
  steps: fc.integer({ min: 1, max: 5 }),
});
const counted = (most: number) =>
  fc
    .tuple(fc.double({ min: 0, max: most, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([total, part]) => events(total, total * part ** 4));
const shareGates: fc.Arbitrary<Gate> = fc.oneof(
  fc.constantFrom(gate(), gate({ settled: 0.002 }), gate({ worseThan: 1.3 }), comparison()),
  fc.double({ min: 0.0001, max: 0.9, noNaN: true }).map((limit) => gate({ limit })),
);
const readings: fc.Arbitrary<Reading> = fc.oneof(
  counted(1e7),
  fc.constantFrom<Reading>(
    { kind: "nothing" },
    { kind: "unanswered", why: "HTTP 503" },
    value(12),
    value(99),
  ),
);
const anyGate = fc.oneof(
  shareGates,
  fc.constantFrom(cpu(), cpu({ noData: "skip" }), gate({ noData: "fail" })),
);

describe("EA-10 laws of the judge", () => {
  test("one more bad event never makes a version healthier", () => {
    fc.assert(
      fc.property(
        shareGates,
        counted(20_000),
        fc.option(counted(20_000), { nil: undefined }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        rules,
        (of, candidate, stable, more, rule) => {
          if (candidate.kind !== "events") return;
          const { total, bad } = candidate;
          const worse = (after: Reading, beside: Reading | undefined) =>
            worseness(judged(of, after, beside, rule).verdict) >=
            worseness(judged(of, candidate, beside, rule).verdict);
          expect(worse(events(total, Math.min(total, bad + more)), stable)).toBe(true);
          // One that comes in addition is also one request more: in a window it promises more to come, and beside stable it counts as
          // traffic, too.
          if (rule.judging === "sequential" && total > 0)
            expect(worse(events(total + more, bad + more), undefined)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("the order of gates and readings changes no verdict", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyGate, readings, readings), { maxLength: 5 }), rules, (all, rule) => {
        const gates = all.map(([of], index) => ({ ...of, name: `gate ${index}` }));
        const read = gates.map((each, index) => {
          const [, candidate, stable] = all[index] as (typeof all)[number];
          return reading(each, candidate, stable);
        });
        const forwards = judge(gates, read, rule);
        const backwards = judge(gates.toReversed(), read.toReversed(), rule);
        expect(backwards.verdict).toBe(forwards.verdict);
        expect(backwards.gates.toReversed()).toEqual(forwards.gates);
      }),
    );
  });

  test("unhealthy beats everything, and nothing is healthy without evidence of each gate that counts", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyGate, readings), { maxLength: 5 }), rules, (all, rule) => {
        const gates = all.map(([of], index) => ({ ...of, name: `gate ${index}` }));
        const { verdict, gates: verdicts } = judge(
          gates,
          gates.map((each, index) => reading(each, (all[index] as (typeof all)[number])[1])),
          rule,
        );
        const counting = verdicts.filter(({ counts }) => counts);
        expect(verdict === "unhealthy").toBe(verdicts.some((each) => each.verdict === "unhealthy"));
        expect(verdict === "healthy").toBe(
          counting.length > 0 && counting.every((each) => each.verdict === "healthy"),
        );
        for (const each of verdicts.filter((one) => one.verdict === "healthy")) {
          expect(["events", "value"]).toContain(each.candidate.kind);
        }
      }),
    );
  });

  test("a verdict is always a verdict, with any counts up to ten millions", () => {
    fc.assert(
      fc.property(shareGates, counted(1e7), counted(1e7), rules, (of, candidate, stable, rule) => {
        const [only] = judged(of, candidate, stable, rule).gates;
        expect(ORDER).toContain(only?.verdict);
        expect(only?.reason).not.toMatch(/NaN|Infinity|undefined/);
        const { low, high } = only?.interval ?? { low: 0, high: 0 };
        expect(0 <= low && low <= high && high <= 1).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(judged(gate(), events(1e7, 49_000)).verdict).toBe("healthy");
    expect(judged(gate(), events(1e7, 51_500)).verdict).toBe("unhealthy");
  });
});

describe("OS-07 a candidate beside stable, looked at every 15 s for an hour", () => {
  /** In how many of the releases it was ever called so. */
  function ever(verdict: Verdict, of: Gate, share: number, stableShare: number, runs: number): number {
    const next = random(20_261_121);
    let said = 0;
    for (let run = 0; run < runs; run += 1) {
      let [own, theirs] = [0, 0];
      for (let look = 1; look <= 240; look += 1) {
        own += drawn(next, 75, share);
        theirs += drawn(next, 675, stableShare);
        if (judged(of, events(75 * look, own), events(675 * look, theirs), RULE).verdict === verdict) {
          said += 1;
          break;
        }
      }
    }
    return said;
  }

  test("that is just as much worse as it may be is taken back in 1 % of cases at most", () => {
    expect(ever("unhealthy", comparison({ worseThan: 1.5 }), 0.03, 0.02, 300)).toBeLessThanOrEqual(3);
  });

  test("that is three times as bad is taken back in 99 % of cases at least", () => {
    expect(ever("unhealthy", comparison({ worseThan: 1.5 }), 0.06, 0.02, 200)).toBeGreaterThanOrEqual(198);
  });

  test("that is twice as bad as it may be is called healthy in 1 % of cases at most", () => {
    expect(ever("healthy", comparison({ worseThan: 1.5 }), 0.06, 0.02, 200)).toBeLessThanOrEqual(2);
  });
});
