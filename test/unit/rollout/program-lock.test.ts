import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { isAbandoned, isLocked, lockHolders } from "../../../automation/rollout/deploy/lock.ts";

/** As the engine says it of a file backend. */
const SAID = `refresh failed:
  the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
    file:///state/.pulumi/locks/organization/slipway/staging/1.json: created by ada@build-7 (pid 4711) at 2026-11-21T09:00:00Z
    file:///state/.pulumi/locks/organization/slipway/staging/2.json: created by bob@laptop (pid 12) at 2026-11-21T09:01:00Z`;

test("a lock is told from other failures, and says who holds it", () => {
  expect(isLocked(SAID)).toBe(true);
  expect(isLocked("[409] Conflict: Another update is currently in progress.")).toBe(true);
  expect(isLocked("refresh failed:\n  the provider does not answer")).toBe(false);
  expect(lockHolders(SAID)).toEqual([
    { host: "build-7", pid: 4711 },
    { host: "laptop", pid: 12 },
  ]);
});

describe("a lock is abandoned", () => {
  const holder = (host: string, pid: number) => ({ host, pid });
  const runs = (pid: number) => pid === 12;

  test("where every process that holds it was of this machine, and has ended", () => {
    expect(isAbandoned([holder("here", 1), holder("here", 2)], "here", runs)).toBe(true);
    expect(isAbandoned([holder("here", 1), holder("here", 12)], "here", runs)).toBe(false);
    expect(isAbandoned([holder("here", 1), holder("elsewhere", 2)], "here", runs)).toBe(false);
  });

  test("only where someone is named", () => {
    expect(isAbandoned([], "here", runs)).toBe(false);
  });

  test("not while this process runs", () => {
    expect(isAbandoned([holder(hostname(), process.pid)])).toBe(false);
    expect(isAbandoned([holder(hostname(), 2 ** 22 + 1)])).toBe(true);
  });
});
