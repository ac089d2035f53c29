import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BurnTier,
  baseWindow,
  burnProblems,
  burnTiers,
} from "../../../components/objectives/burn-rate.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Tiers as a table: severity, long and short window, factor. */
function table(days: number, tiers?: readonly BurnTier[]) {
  return burnTiers(days * DAY, tiers).map(({ severity, longSeconds, shortSeconds, factor }) => [
    severity,
    longSeconds,
    shortSeconds,
    factor,
  ]);
}

describe("burn rates", () => {
  test("OS-04 are the workbook's for 30 days", () => {
    expect(table(30)).toEqual([
      ["page", HOUR, 5 * MINUTE, 14.4],
      ["page", 6 * HOUR, 30 * MINUTE, 6],
      ["ticket", 3 * DAY, 6 * HOUR, 1],
    ]);
  });

  test("OS-04 keep the workbook's windows near 30 days, with factors that spend the same share", () => {
    expect(table(28)).toEqual([
      ["page", HOUR, 5 * MINUTE, 13.44],
      ["page", 6 * HOUR, 30 * MINUTE, 5.6],
      ["ticket", 3 * DAY, 6 * HOUR, 0.933333],
    ]);
  });

  test("OS-04 shrink or grow their windows with an objective's", () => {
    expect(table(7)).toEqual([
      ["page", 14 * MINUTE, MINUTE, 14.4],
      ["page", 84 * MINUTE, 7 * MINUTE, 6],
      ["ticket", 1008 * MINUTE, 84 * MINUTE, 1],
    ]);
    expect(table(90).map(([, long]) => long)).toEqual([3 * HOUR, 18 * HOUR, 9 * DAY]);
  });

  test("OS-04 leave out what is too short for a rate, as in a day's window of which nobody is told", () => {
    expect(table(1).map(([, long, short]) => [long, short])).toEqual([
      [12 * MINUTE, MINUTE],
      [144 * MINUTE, 12 * MINUTE],
    ]);
  });

  test("AC-05 are reckoned from tiers that are stated", () => {
    const tier: BurnTier = { severity: "page", budgetPercent: 2, long: "4 h", short: "20 min" };
    expect(table(30, [tier])).toEqual([["page", 4 * HOUR, 20 * MINUTE, 3.6]]);
  });

  test("OS-04 count events over five minutes, or over the shortest window where that is less", () => {
    expect([7, 30, 90].map((days) => baseWindow(burnTiers(days * DAY)))).toEqual([MINUTE, 300, 300]);
  });

  test("OS-04 spend exactly the tier's share within the long window, whatever the objective's", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 365 }), (days) => {
        for (const { factor, longSeconds, budgetPercent } of burnTiers(days * DAY)) {
          expect((factor * longSeconds) / (days * DAY)).toBeCloseTo(budgetPercent / 100, 6);
        }
      }),
    );
  });
});

describe("tiers that can't be", () => {
  const stated = (change: Partial<BurnTier>) =>
    burnProblems(80, 30 * DAY, [
      { severity: "page", budgetPercent: 2, long: "4 h", short: "20 min", ...change },
    ]);

  test("AC-05 a burn that no error rate reaches, with tiers and a target that would do", () => {
    expect(burnProblems(80, 30 * DAY)).toEqual([
      "its page at a burn rate of 14.4 (2 % of the budget in 1h) needs 288 % bad events, which can't be: state `alerting.tiers` with 2 % in 3h or longer (a burn rate of 4.8), or a target above 93.1 %",
      "its page at a burn rate of 6 (5 % of the budget in 6h) needs 120 % bad events, which can't be: state `alerting.tiers` with 5 % in 7h15m or longer (a burn rate of 4.97), or a target above 83.3 %",
    ]);
    expect(stated({})).toEqual([]);
    expect(stated({ long: "3 h" })).toEqual([]);
    expect(stated({ budgetPercent: 5, long: "7.25 h" })).toEqual([]);
  });

  test("OS-04 a target just above the one that is named will do, and that one itself will not", () => {
    const least = 100 * (1 - 1 / 14.4);
    expect(burnProblems(least + 0.001, 30 * DAY)).toEqual([]);
    expect(burnProblems(least - 0.001, 30 * DAY)).toHaveLength(1);
  });

  test("OS-04 a short window that rounds away", () => {
    expect(burnProblems(99.9, DAY)).toEqual([
      'its page on 2 % of the budget: its short window rounds away: a rate needs at least 1m (four scrapes, 15 s apart). Use a window of 6 days or more, or state `alerting.tiers`, such as 25 % in "1 h" with a short window of "5 min"',
    ]);
    expect(burnProblems(99.9, 6 * DAY)).toEqual([]);
    expect(stated({ short: "30 s" })).toEqual([
      'its page on 2 % of the budget: its short window rounds away: a rate needs at least 1m (four scrapes, 15 s apart). Give it a `short` of "1 min" or more',
    ]);
  });

  test("OS-04 windows in the wrong order, and a share of the budget that is none", () => {
    expect(stated({ short: "4 h" })).toEqual([
      "its page on 2 % of the budget: its long window of 4h is no longer than its short one, 4h; a twelfth is usual",
    ]);
    expect(stated({ long: "31 days" })).toEqual([
      "its page on 2 % of the budget: its long window of 31d is longer than the objective's",
    ]);
    for (const budgetPercent of [0, 101]) {
      expect(stated({ budgetPercent })).toEqual([
        `its page on ${budgetPercent} % of the budget: that must lie above 0 and be at most 100 percent`,
      ]);
    }
    const one: BurnTier = { severity: "ticket", budgetPercent: 5, long: "12 h", short: "1 h" };
    expect(burnProblems(99, 30 * DAY, [one, { ...one, budgetPercent: 10 }])).toEqual([
      "its ticket over 12h: there are two; give each its own long window",
    ]);
    expect(burnProblems(99, 30 * DAY, [one, { ...one, severity: "page" }])).toEqual([]);
    expect(burnProblems(99, 30 * DAY, [])).toEqual([
      "alerting.tiers: there are none; leave it out for the workbook's, or say `off` and why",
    ]);
  });
});
