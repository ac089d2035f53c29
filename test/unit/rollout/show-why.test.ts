import fc from "fast-check";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { evidenceBelow } from "../../../automation/rollout/judge/evidence.ts";
import { enoughEvents } from "../../../automation/rollout/show/evidence-left.ts";
import { renderWhy } from "../../../automation/rollout/show/why.ts";
import { whyOf } from "../../../automation/rollout/show/why-of.ts";
import { AVAILABILITY, CPU, judgement, Release, said } from "../../support/rollout-records.ts";
import { aborted, bad, hotfix, neverStarted, noTraffic, slow } from "../../support/rollout-stories.ts";

const text = ({ state, at }: Release) => renderWhy(state, at, createColors(false), 100);

test("EA-10 a release of which 2 % of the requests fail", () => {
  expect(
    text(bad()),
  ).toBe(`ethixai/backend in production: taken back, because availability: 2 % of 900 requests failed, limit
0.5 %
  decided 2026-03-01 12:16:37 UTC

  Gates
    ✖ unhealthy availability 99.5 % of requests answered without a server error
      says      2 % of 900 requests failed, limit 0.5 %
      measured  18 of 900 (2 %)
      limit     at most 0.5 %
      surely    between 0.741 % and 3.26 %
      stable    8 of 8,100 (0.0988 %)
      needed    at most 4 bad of 900
    ✔ healthy latency 1 % of 900 requests took longer than 2 s, limit 5 % · stable 81 of 8,100
    (1 %)

  Next
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-10 a slow release", () => {
  expect(
    text(slow()),
  ).toBe(`ethixai/backend in production: taken back, because latency: 12.7 % of 300 requests took longer than
2 s, limit 5 %
  decided 2026-03-01 12:01:02 UTC

  Gates
    ✖ unhealthy latency 95 % of requests under 2 s
      says      12.7 % of 300 requests took longer than 2 s, limit 5 %
      measured  38 of 300 (12.7 %)
      limit     at most 5 %
      surely    between 7.25 % and 18.1 %
      stable    27 of 2,700 (1 %)
      needed    at most 15 bad of 300
    … too little evidence availability 99.5 % of requests answered without a server error
      says      0 % of 300 requests failed, limit 0.5 %
      measured  0 of 300 (0 %)
      limit     at most 0.5 %
      surely    between 0 % and 0.867 %
      stable    3 of 2,700 (0.111 %)

  Next
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-09 a release without traffic, paused by its plan", () => {
  expect(
    text(noTraffic()),
  ).toBe(`ethixai/backend in production: paused; the candidate is held at 10 % of the requests

  Waits for
    - somebody to resume it: paused by the plan: the hold at 10 % is long over and its verdict is
      still unknown: availability: nothing was measured yet
    - availability, which lacks figures: nothing is measured of the candidate
    - latency, which lacks figures: nothing is measured of the candidate

  Gates
    ? no data availability 99.5 % of requests answered without a server error
      says      nothing was measured yet
      measured  nothing measured
      limit     at most 0.5 %
      needed    lacks figures: nothing is measured of the candidate
    ? no data latency 95 % of requests under 2 s
      says      nothing was measured yet
      measured  nothing measured
      limit     at most 5 %
      needed    lacks figures: nothing is measured of the candidate

  Next
    slipway release resume ethixai/backend --stack production               # goes on
    slipway release promote ethixai/backend --stack production --reason "…" # goes on to 50 % now
    slipway release abort ethixai/backend --stack production
    # takes the candidate back
`);
});

test("EA-10 a candidate that never started", () => {
  expect(
    text(neverStarted()),
  ).toBe(`ethixai/backend in production: taken back, because the candidate could not be staged: revision
backend-1b2c is not ready: startup probe failed: GET
https://[secret]@backend.example.com/health/startup: 503, Authorization: [secret]
  decided 2026-03-01 12:04:00 UTC

  Next
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-10 a release that a person took back", () => {
  expect(
    text(aborted()),
  ).toBe(`ethixai/backend in production: taken back, because aborted by ada: "customers report double
bookings"
  decided 2026-03-01 12:11:32 UTC

  Gates
    ✔ healthy availability 99.5 % of requests answered without a server error
      says      0.101 % of 12,900 requests failed, limit 0.5 %
      measured  13 of 12,900 (0.101 %)
      limit     at most 0.5 %
      surely    between 0.0254 % and 0.176 %
      stable    116 of 116,100 (0.0999 %)
    ✔ healthy latency 1 % of 12,900 requests took longer than 2 s, limit 5 % · stable 1,161 of
    116,100 (1 %)

  Next
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-10 a hotfix, loudly", () => {
  expect(
    text(hotfix()),
  ).toBe(`ethixai/backend in production: promoted, because hotfix by ada: it skips every step, and nobody
looks at its figures: "CVE in the login"
  decided 2026-03-01 12:00:47 UTC

  Next
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

const waiting = (bad: number, total: number) =>
  new Release({ gates: [AVAILABILITY, CPU] })
    .done(42)
    .done()
    .hold(
      () =>
        judgement(
          said(AVAILABILITY, "inconclusive", "too few", { kind: "events", total, bad }),
          said(CPU, "inconclusive", "61 %; judged at the end of the hold", { kind: "value", value: 61 }),
        ),
      4,
    );

test("EA-09 a release that waits: what each gate lacks, about how long that takes at the current rate, and what comes else", () => {
  const { state, at } = waiting(1, 600);
  const { waitsFor, gates } = whyOf(state, at);
  const events = enoughEvents({ total: 600, bad: 1 }, 0.005, Math.log(100)) ?? 0;
  expect(gates[0]?.lack).toEqual({ events: events - 600, seconds: Math.ceil((events - 600) / 10) });
  expect(waitsFor).toEqual([
    "the end of the hold, in 14 min",
    "availability, which lacks about 3,200 more requests, about 5 min 23 s at the current rate",
    "cpu, which is judged at the end of the hold, in 14 min",
    "if it stays so, it is paused in 1 h 14 min",
  ]);
});

test("EA-09 where no number of requests would do, it says so", () => {
  const { state, at } = waiting(6, 600);
  const why = whyOf(state, at);
  expect(why.gates[0]?.lack).toEqual({ never: "above the limit" });
  expect(why.waitsFor[1]).toBe(
    "availability, which lacks good requests: at the share of bad ones so far it never gets healthy",
  );
});

test("EA-09 so many events as it names are enough, and fewer are not", () => {
  const counts = fc.record({
    total: fc.integer({ min: 50, max: 50_000 }),
    part: fc.double({ min: 0, max: 0.6, noNaN: true }),
  });
  fc.assert(
    fc.property(counts, fc.double({ min: 0.001, max: 0.2, noNaN: true }), ({ total, part }, limit) => {
      const share = part * limit;
      const level = Math.log(100);
      const evidence = (events: number) => evidenceBelow({ total: events, bad: events * share }, limit);
      const enough = enoughEvents({ total, bad: total * share }, limit, level) ?? 0;
      expect(evidence(enough + 1)).toBeGreaterThanOrEqual(level);
      if (enough > total) expect(evidence(enough - 2)).toBeLessThan(level);
    }),
  );
});
