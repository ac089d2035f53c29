import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evidenceBetter, evidenceWorse } from "../../../automation/rollout/judge/against-stable.ts";
import { evidenceAbove, evidenceBelow } from "../../../automation/rollout/judge/evidence.ts";
import { interval, logGamma } from "../../../automation/rollout/judge/interval.ts";
import { binomial, everSaid } from "./judge-support.ts";

const counts = (total: number, bad: number) => ({ total, bad });
const NEEDED = Math.log(100);
const shares = fc.double({ min: 0.001, max: 0.6, noNaN: true });

describe("EA-10 evidence against a limit", () => {
  // Each reckoned by hand as Σ weight·(p/limit)^bad·((1-p)/(1-limit))^good, where p has so many times the limit's odds.
  test.each([
    [3, 3, 0.005, 92.58914897972767],
    [4, 4, 0.005, 761.4502718089386],
    [4, 1, 0.25, 0.6977243844409062],
    [2, 0, 0.5, 0.4236415988652962],
  ])("of %d events with %d bad and a limit of %d is %d to 1", (total, bad, limit, odds) => {
    expect(Math.exp(evidenceAbove(counts(total, bad), limit))).toBeCloseTo(odds, 10);
  });

  test.each([
    [4, 1, 0.25, 0.5354684866569005],
    [2, 0, 0.5, 2.5796871500819654],
  ])(
    "that less is bad, of %d events with %d bad and a limit of %d, is %d to 1",
    (total, bad, limit, odds) => {
      expect(Math.exp(evidenceBelow(counts(total, bad), limit))).toBeCloseTo(odds, 10);
    },
  );

  test("is worth nothing on average where exactly the limit is bad, and less where less is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), shares, shares, (total, limit, truth) => {
        const mean = (share: number) =>
          binomial(total, share).reduce(
            (sum, mass, bad) => sum + mass * Math.exp(evidenceAbove(counts(total, bad), limit)),
            0,
          );
        expect(mean(limit)).toBeCloseTo(1, 8);
        expect(mean(Math.min(limit, truth))).toBeLessThan(1 + 1e-8);
      }),
    );
  });

  test.each([
    [0.005, 4500],
    [0.05, 1500],
    [0.5, 400],
  ])(
    "EA-10 a limit of %d that just holds is ever called passed in under 1 % of cases, in %d looks",
    (limit, looks) => {
      const alarm = (share: number) =>
        everSaid(share, looks, (total, bad) => evidenceAbove(counts(total, bad), limit) >= NEEDED);
      expect(alarm(limit)).toBeLessThan(0.01);
      expect(alarm(limit)).toBeGreaterThan(0.002);
      expect(alarm(Math.min(0.99, 3 * limit))).toBeGreaterThan(0.99);
    },
  );

  test.each([
    [0.005, 4500],
    [0.05, 1500],
    [0.5, 400],
  ])(
    "EA-10 a limit of %d that is just passed is ever called held in under 1 % of cases, in %d looks",
    (limit, looks) => {
      const missed = (share: number) =>
        everSaid(share, looks, (total, bad) => evidenceBelow(counts(total, bad), limit) >= NEEDED);
      expect(missed(limit)).toBeLessThan(0.01);
      expect(missed(2 * limit)).toBeLessThan(0.0001);
      expect(missed(limit / 10)).toBeGreaterThan(0.99);
    },
  );
});

describe("OS-07 evidence against stable", () => {
  // As above, of the bad ones alone: each is the candidate's with r·n / (r·n + m).
  test("is what is reckoned by hand", () => {
    expect(Math.exp(evidenceWorse(counts(100, 3), counts(900, 1), 1))).toBeCloseTo(14.929143645587239, 10);
    expect(Math.exp(evidenceWorse(counts(50, 2), counts(50, 1), 1.5))).toBeCloseTo(0.8755230826034299, 10);
    expect(Math.exp(evidenceBetter(counts(100, 0), counts(100, 4), 1))).toBeCloseTo(4.2744104106146485, 10);
  });

  test("is none without requests of both", () => {
    expect(evidenceWorse(counts(100, 50), counts(0, 0), 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(evidenceBetter(counts(0, 0), counts(100, 50), 1)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("is worth nothing on average where the candidate is just as bad as it may be, however common bad events are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        fc.double({ min: 0.001, max: 0.49, noNaN: true }),
        (n, m, ratio, share) => {
          const [own, theirs] = [binomial(n, ratio * share), binomial(m, share)];
          const mean = (evidence: typeof evidenceWorse) =>
            own.reduce(
              (sum, mass, bad) =>
                sum +
                theirs.reduce(
                  (inner, other, worse) =>
                    inner + mass * other * Math.exp(evidence(counts(n, bad), counts(m, worse), ratio)),
                  0,
                ),
              0,
            );
          expect(mean(evidenceWorse)).toBeLessThan(1 + 1e-9);
          expect(mean(evidenceBetter)).toBeLessThan(1 + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("EA-10 the interval of a share", () => {
  test("logarithms of factorials are right", () => {
    expect([1, 2, 5, 11, 0.5].map(logGamma)).toEqual(
      [1, 1, 24, 3_628_800, Math.sqrt(Math.PI)].map((factor) => expect.closeTo(Math.log(factor), 10)),
    );
  });

  test.each([0.002, 0.005, 0.03])("a true share of %d is ever outside in under 1 % of cases", (share) => {
    const wrong = everSaid(share, 3000, (total, bad) => {
      const { low, high } = interval(counts(total, bad), 0.005, NEEDED);
      return share < low || share > high;
    });
    expect(wrong).toBeLessThan(0.01);
    expect(wrong).toBeGreaterThan(0);
  });

  test("holds the share that was seen, gets narrower, and ends at 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(shares, { nil: undefined }),
        (total, part, limit) => {
          const few = interval(counts(total, part * total), limit, NEEDED);
          const many = interval(counts(10 * total, 10 * part * total), limit, NEEDED);
          expect(few.low).toBeGreaterThanOrEqual(0);
          expect(few.low).toBeLessThanOrEqual(part + 1e-9);
          expect(few.high).toBeGreaterThanOrEqual(part - 1e-9);
          expect(few.high).toBeLessThanOrEqual(1);
          expect(many.high - many.low).toBeLessThan(few.high - few.low + 1e-9);
        },
      ),
    );
    expect(interval(counts(4500, 0), 0.005, NEEDED).low).toBe(0);
    expect(interval(counts(3, 3), 0.005, NEEDED).high).toBe(1);
  });
});
