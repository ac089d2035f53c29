import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { reduce } from "../../../automation/rollout/machine/reduce.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import {
  type ProgressNote,
  progressLine,
  progressOf,
  type Repeats,
} from "../../../automation/rollout/show/progress.ts";
import type { Release } from "../../support/rollout-records.ts";
import {
  aborted,
  bad,
  good,
  hotfix,
  neverStarted,
  noTraffic,
  slow,
  takenOver,
} from "../../support/rollout-stories.ts";

function notes({ records }: Release): ProgressNote[] {
  let before: RolloutState | undefined;
  let repeats: Repeats | undefined;
  return records.flatMap(({ event }) => {
    const after = reduce(before, event);
    const said = progressOf(repeats, before, event, after);
    before = after;
    repeats = said.repeats;
    return said.notes;
  });
}

const log = (release: Release) =>
  notes(release)
    .map((note) => progressLine(note, createColors(false), 100))
    .join("\n");

test("EA-09 a good release", () => {
  expect(
    log(good()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:01:32 · still too little evidence after 2 looks more in 30 s; at 10 % held 45 s of 15 min
12:01:47 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:06:47 · still healthy after 20 looks more in 5 min; at 10 % held 6 min of 15 min
12:11:47 · still healthy after 20 looks more in 5 min; at 10 % held 11 min of 15 min
12:15:52 · the candidate has 50 % of the requests, step 2 of 3; held for 15 min at least
12:16:07 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:16:37 · still too little evidence after 2 looks more in 30 s; at 50 % held 45 s of 15 min
12:16:52 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:21:52 · still healthy after 20 looks more in 5 min; at 50 % held 6 min of 15 min
12:26:52 · still healthy after 20 looks more in 5 min; at 50 % held 11 min of 15 min
12:30:57 · the candidate has 100 % of the requests, step 3 of 3; held for 15 min at least
12:31:12 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:31:42 · still too little evidence after 2 looks more in 30 s; at 100 % held 45 s of 15 min
12:31:57 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:36:57 · still healthy after 20 looks more in 5 min; at 100 % held 6 min of 15 min
12:41:57 · still healthy after 20 looks more in 5 min; at 100 % held 11 min of 15 min
12:45:42 · still healthy after 15 looks more in 3 min 45 s; at 100 % held 14 min 45 s of 15 min
12:45:57 ✔ decision: promote it, because healthy to the end: availability: 0.1 % of 18,000 requests
            failed, limit 0.5 %
12:46:02 ✔ backend:1.5.0 (backend-1b2c) is the stable version
12:46:02 ✔ promoted, after 46 min 2 s`);
});

test("EA-10 a release of which 2 % of the requests fail", () => {
  expect(
    log(bad()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:01:32 · still too little evidence after 2 looks more in 30 s; at 10 % held 45 s of 15 min
12:01:47 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:06:47 · still healthy after 20 looks more in 5 min; at 10 % held 6 min of 15 min
12:11:47 · still healthy after 20 looks more in 5 min; at 10 % held 11 min of 15 min
12:15:52 · the candidate has 50 % of the requests, step 2 of 3; held for 15 min at least
12:16:07 ! too little evidence: availability: 2 % of 300 requests failed, limit 0.5 %
12:16:22 · still too little evidence after 1 look more in 15 s; at 50 % held 30 s of 15 min
12:16:37 ✖ unhealthy: availability: 2 % of 900 requests failed, limit 0.5 %
12:16:37 ✖ decision: take it back, because availability: 2 % of 900 requests failed, limit 0.5 %
12:16:42 · all requests go to backend:1.4.1 (backend-0aa1) again
12:16:47 · the candidate is removed
12:16:47 ✖ taken back, after 16 min 47 s`);
});

test("EA-10 a slow release", () => {
  expect(
    log(slow()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ✖ unhealthy: latency: 12.7 % of 300 requests took longer than 2 s, limit 5 %
12:01:02 ✖ decision: take it back, because latency: 12.7 % of 300 requests took longer than 2 s,
            limit 5 %
12:01:07 · all requests go to backend:1.4.1 (backend-0aa1) again
12:01:12 · the candidate is removed
12:01:12 ✖ taken back, after 1 min 12 s`);
});

test("EA-10 a candidate that never started", () => {
  expect(
    log(neverStarted()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:04:00 ✖ staging the candidate failed for the 1st time: revision backend-1b2c is not ready:
            startup probe failed: GET https://[secret]@backend.example.com/health/startup: 503,
            Authorization: [secret]
12:04:00 ✖ decision: take it back, because the candidate could not be staged: revision backend-1b2c
            is not ready: startup probe failed: GET
            https://[secret]@backend.example.com/health/startup: 503, Authorization: [secret]
12:04:05 · all requests go to backend:1.4.1 (backend-0aa1) again
12:04:10 · the candidate is removed
12:04:10 ✖ taken back, after 4 min 10 s`);
});

test("EA-09 a release without traffic, paused by its plan", () => {
  expect(
    log(noTraffic()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ! no data: availability: nothing was measured yet
12:06:02 · still no data after 20 looks more in 5 min; at 10 % held 5 min 15 s of 15 min
12:11:02 · still no data after 20 looks more in 5 min; at 10 % held 10 min 15 s of 15 min
12:16:02 · still no data after 20 looks more in 5 min; at 10 % held 15 min 15 s, 15 min were planned
12:21:02 · still no data after 20 looks more in 5 min; at 10 % held 20 min 15 s, 15 min were planned
12:26:02 · still no data after 20 looks more in 5 min; at 10 % held 25 min 15 s, 15 min were planned
12:31:02 · still no data after 20 looks more in 5 min; at 10 % held 30 min 15 s, 15 min were planned
12:36:02 · still no data after 20 looks more in 5 min; at 10 % held 35 min 15 s, 15 min were planned
12:41:02 · still no data after 20 looks more in 5 min; at 10 % held 40 min 15 s, 15 min were planned
12:46:02 · still no data after 20 looks more in 5 min; at 10 % held 45 min 15 s, 15 min were planned
12:51:02 · still no data after 20 looks more in 5 min; at 10 % held 50 min 15 s, 15 min were planned
12:56:02 · still no data after 20 looks more in 5 min; at 10 % held 55 min 15 s, 15 min were planned
13:01:02 · still no data after 20 looks more in 5 min; at 10 % held 1 h, 15 min were planned
13:06:02 · still no data after 20 looks more in 5 min; at 10 % held 1 h 5 min, 15 min were planned
13:11:02 · still no data after 20 looks more in 5 min; at 10 % held 1 h 10 min, 15 min were planned
13:15:32 · still no data after 18 looks more in 4 min 30 s; at 10 % held 1 h 14 min, 15 min were
           planned
13:15:47 ! paused by the plan: the hold at 10 % is long over and its verdict is still unknown:
           availability: nothing was measured yet`);
});

test("EA-10 a release that a person took back", () => {
  expect(
    log(aborted()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:01:32 · still too little evidence after 2 looks more in 30 s; at 10 % held 45 s of 15 min
12:01:47 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:05:47 · still healthy after 16 looks more in 4 min; at 10 % held 5 min of 15 min
12:05:47 · ada asked to pause: orders look odd
12:05:47 ! paused by ada: orders look odd
12:10:47 · ada asked to resume
12:10:47 · goes on
12:11:32 · still healthy after 4 looks more in 45 s; at 10 % held 10 min 45 s of 15 min
12:11:32 · ada asked to abort: customers report double bookings
12:11:32 ✖ decision: take it back, because aborted by ada: "customers report double bookings"
12:11:37 · all requests go to backend:1.4.1 (backend-0aa1) again
12:11:42 · the candidate is removed
12:11:42 ✖ taken back, after 11 min 42 s`);
});

test("EA-09 a release that another driver went on with", () => {
  expect(
    log(takenOver()),
  ).toBe(`12:00:00 · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1
           (backend-0aa1) to backend:1.5.0, by ci
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least
12:01:02 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:01:32 · still too little evidence after 2 looks more in 30 s; at 10 % held 45 s of 15 min
12:01:47 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:06:47 · still healthy after 20 looks more in 5 min; at 10 % held 6 min of 15 min
12:11:47 · still healthy after 20 looks more in 5 min; at 10 % held 11 min of 15 min
12:15:52 · the candidate has 50 % of the requests, step 2 of 3; held for 15 min at least
12:16:07 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:16:37 · still too little evidence after 2 looks more in 30 s; at 50 % held 45 s of 15 min
12:16:52 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:17:52 · still healthy after 4 looks more in 1 min; at 50 % held 2 min of 15 min
12:18:37 ! another driver went on: runner-2:411:c0ffee, lease 8
12:23:37 · still healthy after 21 looks more in 5 min; at 50 % held 7 min 45 s of 15 min
12:28:37 · still healthy after 20 looks more in 5 min; at 50 % held 12 min 45 s of 15 min
12:30:57 · the candidate has 100 % of the requests, step 3 of 3; held for 15 min at least
12:31:12 ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 %
12:31:42 · still too little evidence after 2 looks more in 30 s; at 100 % held 45 s of 15 min
12:31:57 ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 %
12:36:57 · still healthy after 20 looks more in 5 min; at 100 % held 6 min of 15 min
12:41:57 · still healthy after 20 looks more in 5 min; at 100 % held 11 min of 15 min
12:45:42 · still healthy after 15 looks more in 3 min 45 s; at 100 % held 14 min 45 s of 15 min
12:45:57 ✔ decision: promote it, because healthy to the end: availability: 0.1 % of 18,000 requests
            failed, limit 0.5 %
12:46:02 ✔ backend:1.5.0 (backend-1b2c) is the stable version
12:46:02 ✔ promoted, after 46 min 2 s`);
});

test("EA-10 a hotfix, loudly", () => {
  expect(
    log(hotfix()),
  ).toBe(`12:00:00 ! release r-7f3a of ethixai/backend in production began, hotfix without a canary: from
           backend:1.4.1 (backend-0aa1) to backend:1.5.0, by ada: CVE in the login
12:00:00 ✔ decision: promote it, because hotfix by ada: it skips every step, and nobody looks at
            its figures: "CVE in the login"
12:00:42 · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic
12:00:47 · the candidate has 100 % of the requests
12:00:52 ✔ backend:1.5.0 (backend-1b2c) is the stable version
12:00:52 ! promoted without a look at its figures, after 52 s`);
});
