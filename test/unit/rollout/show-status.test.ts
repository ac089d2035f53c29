import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { liveLines } from "../../../automation/rollout/show/live.ts";
import { renderStatus } from "../../../automation/rollout/show/status.ts";
import { statusOf } from "../../../automation/rollout/show/status-of.ts";
import { textWidth } from "../../../automation/status/flow.ts";
import { EMPTY_ENTRY, type LedgerEntry } from "../../../components/release/ledger.ts";
import { AVAILABILITY, judgement, Release, said } from "../../support/rollout-records.ts";
import { bad, good, neverStarted, noTraffic, STORIES, seen } from "../../support/rollout-stories.ts";

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

/** In its second step, paused by a person, with a driver that is gone and a command that nobody heard. */
const paused = () =>
  new Release()
    .done(42)
    .done()
    .hold(seen())
    .done()
    .hold(seen(), 24)
    .asked("pause", "ada", "orders look odd")
    .wait(40);

const busy: LedgerEntry = {
  ...EMPTY_ENTRY,
  lease: { holder: "runner-1:77:beef", token: 7, until: "2026-03-01T12:21:00.000Z" },
  commands: [
    {
      command: "resume",
      by: "bob",
      at: "2026-03-01T12:22:22.000Z",
      reason: "see https://b:hunter2@x.example.com",
    },
  ],
};

test("EA-09 a release in its second step: its gates, who paused it and why, what nobody heard yet, what can be done", () => {
  const { state, at } = paused();
  expect(
    renderStatus(state, busy, at, createColors(false), 100),
  ).toBe(`ethixai/backend in production: paused; the candidate is held at 50 % of the requests
release r-7f3a, canary, begun by ci 22 min ago

  stable     ██████████░░░░░░░░░░  50 % of the requests  backend:1.4.1 backend-0aa1
  candidate  ██████████░░░░░░░░░░  50 % of the requests  backend:1.5.0 backend-1b2c
  step 2 of 3: 10 % [50 %] 100 % · held 6 min 40 s of 15 min, next look due
  driver     runner-1:77:beef gone since 2026-03-01 12:21:00 UTC; anyone may go on
  asked      resume by bob, 10 s ago, not heard yet: see https://[secret]@x.example.com

  paused by ada, 40 s ago: orders look odd

  Gates, since the step began
    ✔ healthy availability 0.0972 % of 7,200 requests failed, limit 0.5 % · stable 65 of 64,800
    (0.1 %)
    ✔ healthy latency      1 % of 7,200 requests took longer than 2 s, limit 5 % · stable 648 of
    64,800 (1 %)

  Next
    slipway release why ethixai/backend --stack production     # says why it is where it is
    slipway release resume ethixai/backend --stack production  # goes on
    slipway release promote ethixai/backend --stack production # goes on to 100 % now
    slipway release abort ethixai/backend --stack production   # takes the candidate back
`);
});

test("EA-09 the same as data: stable names, no secret", () => {
  const { state, at } = paused();
  const status = statusOf(state, busy, at);
  expect(Object.keys(status).sort()).toEqual([
    "at",
    "began",
    "by",
    "candidate",
    "commands",
    "doing",
    "driver",
    "gates",
    "next",
    "of",
    "paused",
    "phase",
    "reason",
    "release",
    "schemaVersion",
    "stable",
    "step",
    "strategy",
    "target",
    "verdict",
    "weights",
  ]);
  expect(status).toMatchObject({
    schemaVersion: 1,
    phase: "holding",
    step: { number: 2, weight: 50, heldSeconds: 400, holdSeconds: 900, nextLookSeconds: 0 },
    stable: { percent: 50, revision: "backend-0aa1" },
    candidate: { percent: 50, revision: "backend-1b2c" },
    driver: { holder: "runner-1:77:beef", alive: false },
    commands: [{ reason: "see https://[secret]@x.example.com" }],
  });
});

test("EA-09 offers only what the machine would follow", () => {
  const lease = { holder: "runner-1:77:beef", token: 7, until: "2100-01-01T00:00:00.000Z" };
  const commands = ({ state, at }: Release, entry: LedgerEntry = { ...EMPTY_ENTRY, lease }) =>
    statusOf(state, entry, at).next.map(({ command }) => command.split(" ")[2]);
  expect(commands(paused())).toEqual(["why", "resume", "promote", "abort"]);
  expect(commands(new Release())).toEqual(["why", "pause", "abort"]);
  // Nobody drives it: anyone may go on.
  expect(commands(new Release(), EMPTY_ENTRY)).toEqual(["why", "resume", "pause", "abort"]);
  expect(commands(good())).toEqual(["why", "report"]);
  const withdrawing = new Release()
    .done()
    .done()
    .look(() =>
      judgement(said(AVAILABILITY, "unhealthy", "9 of 9 failed", { kind: "events", total: 9, bad: 9 })),
    );
  expect(commands(withdrawing)).toEqual(["why"]);
});

test("EA-09 a live region is a few lines, with a mark and a word for each gate", () => {
  const { state, at } = paused();
  expect(liveLines(state, at, createColors(false), 120)).toEqual([
    "██████████░░░░░░░░░░ 50 % paused; the candidate is held at 50 % of the requests · held 6 min 40 s of 15 min",
    "✔ availability healthy ✔ latency healthy",
  ]);
});

test("EA-09 is never wider than the terminal, and its colours change no text", () => {
  const states = Object.values({ ...STORIES, paused }).map((release) => release());
  fc.assert(
    fc.property(fc.constantFrom(...states), fc.integer({ min: 30, max: 140 }), ({ state, at }, width) => {
      const coloured = renderStatus(state, busy, at, createColors(true), width);
      const text = renderStatus(state, busy, at, createColors(false), width);
      expect(stripVTControlCharacters(coloured)).toBe(text);
      for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 60 },
  );
});
