import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { renderWhy } from "../../../automation/rollout/show/why.ts";
import type { Release } from "../../support/rollout-records.ts";
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
