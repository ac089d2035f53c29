import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { historyOf, renderHistory } from "../../../automation/rollout/show/history.ts";
import { EMPTY_ENTRY, type EndedRelease, type LedgerEntry } from "../../../components/release/ledger.ts";

const TARGET = { stack: "production", system: "ethixai", service: "backend" };

const FIRST: EndedRelease = {
  release: "r-7f39",
  strategy: "canary",
  from: "registry.example.com/ethixai/backend:1.4.0",
  to: "registry.example.com/ethixai/backend:1.4.1",
  began: "2026-02-27T09:00:00.000Z",
  ended: "2026-02-27T09:46:02.000Z",
  outcome: "promoted",
  reason: "healthy to the end: availability: 0.1 % of 18,000 requests failed, limit 0.5 %",
  by: "ci",
};

const SECOND: EndedRelease = {
  ...FIRST,
  release: "r-7f3a",
  from: FIRST.to,
  to: "registry.example.com/ethixai/backend:1.5.0",
  began: "2026-03-01T12:00:00.000Z",
  ended: "2026-03-01T12:16:47.000Z",
  outcome: "rolled-back",
  reason: "the candidate could not be staged: GET https://ci:hunter2@example.com: 503",
  by: "ada",
};

const entry: LedgerEntry = { ...EMPTY_ENTRY, history: [FIRST, SECOND] };

test("EA-10 lists what was released, the newest first, each with its reason and no secret", () => {
  expect(renderHistory(TARGET, entry, createColors(false), 100)).toBe(`ethixai/backend in production
  Ended                   Outcome       From          To            Took        By
  2026-03-01 12:16:47 UTC ✖ taken back backend:1.4.1 backend:1.5.0 16 min 47 s ada
      canary r-7f3a: the candidate could not be staged: GET https://[secret]@example.com: 503
  2026-02-27 09:46:02 UTC ✔ promoted   backend:1.4.0 backend:1.4.1 46 min 2 s  ci
      canary r-7f39: healthy to the end: availability: 0.1 % of 18,000 requests failed, limit 0.5 %
`);
});

test("EA-10 as data: stable names, times in seconds", () => {
  expect(historyOf(TARGET, entry)).toEqual({
    schemaVersion: 1,
    target: TARGET,
    releases: [
      {
        ...SECOND,
        reason: "the candidate could not be staged: GET https://[secret]@example.com: 503",
        seconds: 1007,
      },
      { ...FIRST, seconds: 2762 },
    ],
  });
});

test("EA-10 says so where nothing was released yet", () => {
  expect(renderHistory(TARGET, EMPTY_ENTRY, createColors(false), 100)).toBe(
    "ethixai/backend in production\n  Nothing was released yet.\n",
  );
});
