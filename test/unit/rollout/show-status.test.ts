import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { renderStatus } from "../../../automation/rollout/show/status.ts";
import { EMPTY_ENTRY } from "../../../components/release/ledger.ts";
import type { Release } from "../../support/rollout-records.ts";
import { aborted, bad, good, hotfix, neverStarted, noTraffic } from "../../support/rollout-stories.ts";

const text = ({ state, at }: Release) => renderStatus(state, EMPTY_ENTRY, at, createColors(false), 100);

test("EA-09 a good release", () => {
  expect(text(good())).toBe(`ethixai/backend in production: promoted
release r-7f3a, canary, begun by ci 46 min ago

  stable     ░░░░░░░░░░░░░░░░░░░░   0 % of the requests  backend:1.4.1 backend-0aa1
  candidate  ████████████████████ 100 % of the requests  backend:1.5.0 backend-1b2c
  why        healthy to the end: availability: 0.1 % of 18,000 requests failed, limit 0.5 %
  ended      2026-03-01 12:46:02 UTC

  Gates, since the step began
    ✔ healthy availability 0.1 % of 18,000 requests failed, limit 0.5 % · stable 162 of 162,000
    (0.1 %)
    ✔ healthy latency      1 % of 18,000 requests took longer than 2 s, limit 5 % · stable 1,620 of
    162,000 (1 %)

  Next
    slipway release why ethixai/backend --stack production    # says why it ended so
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-10 a release of which 2 % of the requests fail", () => {
  expect(text(bad())).toBe(`ethixai/backend in production: taken back
release r-7f3a, canary, begun by ci 16 min ago

  stable     ████████████████████ 100 % of the requests  backend:1.4.1 backend-0aa1
  candidate  ░░░░░░░░░░░░░░░░░░░░   0 % of the requests  backend:1.5.0 backend-1b2c
  why        availability: 2 % of 900 requests failed, limit 0.5 %
  ended      2026-03-01 12:16:47 UTC

  Gates, since the step began
    ✖ unhealthy availability 2 % of 900 requests failed, limit 0.5 % · stable 8 of 8,100 (0.0988 %)
    ✔ healthy   latency      1 % of 900 requests took longer than 2 s, limit 5 % · stable 81 of
    8,100 (1 %)

  Next
    slipway release why ethixai/backend --stack production    # says why it ended so
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});

test("EA-09 a release without traffic, paused by its plan", () => {
  expect(
    text(noTraffic()),
  ).toBe(`ethixai/backend in production: paused; the candidate is held at 10 % of the requests
release r-7f3a, canary, begun by ci 1 h ago

  stable     ██████████████████░░  90 % of the requests  backend:1.4.1 backend-0aa1
  candidate  ██░░░░░░░░░░░░░░░░░░  10 % of the requests  backend:1.5.0 backend-1b2c
  step 1 of 3: [10 %] 50 % 100 % · held 1 h 15 min, 15 min were planned, next look in 15 s
  driver     nobody drives it

  paused by the plan, 0 s ago: the hold at 10 % is long over and its verdict is still unknown:
         availability: nothing was measured yet

  Gates, since the step began
    ? no data availability nothing was measured yet
    ? no data latency      nothing was measured yet

  Next
    slipway release why ethixai/backend --stack production
    # says why it is where it is
    slipway release resume ethixai/backend --stack production               # goes on
    slipway release promote ethixai/backend --stack production --reason "…" # goes on to 50 % now
    slipway release abort ethixai/backend --stack production
    # takes the candidate back
`);
});

test("EA-10 a candidate that never started", () => {
  expect(text(neverStarted())).toBe(`ethixai/backend in production: taken back
release r-7f3a, canary, begun by ci 4 min ago

  stable     ████████████████████ 100 % of the requests  backend:1.4.1 backend-0aa1
  candidate  ░░░░░░░░░░░░░░░░░░░░   0 % of the requests  backend:1.5.0
  why        the candidate could not be staged: revision backend-1b2c is not ready: startup probe
             failed: GET https://[secret]@backend.example.com/health/startup: 503, Authorization:
             [secret]
  ended      2026-03-01 12:04:10 UTC

  Next
    slipway release why ethixai/backend --stack production    # says why it ended so
    slipway release report ethixai/backend --stack production # writes the whole story
`);
});
