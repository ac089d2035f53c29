import { expect, test } from "vitest";
import { processUsage, readProc, readPs } from "../../../sandbox/cloud/usage.ts";

const stat = (name: string, user: number, system: number) =>
  `4711 (${name}) S 1 4711 4711 0 -1 4194304 5000 0 0 0 ${user} ${system} 7 8 20 0 11 0 12345 1000000 12800`;

test("CPU of a Linux process is its user and system time, whatever its name", () => {
  const expected = { cpuSeconds: 3.75, memoryBytes: 51_200 * 1024 };
  const status = "Name:\tnode\nVmHWM:\t   60000 kB\nVmRSS:\t   51200 kB\n";
  expect(readProc(stat("node", 350, 25), status)).toEqual(expected);
  expect(readProc(stat("a) S 1 (b", 350, 25), status)).toEqual(expected);
  // One that ended and was not collected has no memory.
  expect(readProc(stat("node", 350, 25), "Name:\tnode\nState:\tZ (zombie)\n")).toBeUndefined();
});

test("elsewhere ps tells it: minutes, hours and days", () => {
  expect(readPs(" 4711   0:01.25  51200\n12 01:02:03 1\n 7 1-00:00:10 2\n")).toEqual(
    new Map([
      [4711, { cpuSeconds: 1.25, memoryBytes: 51_200 * 1024 }],
      [12, { cpuSeconds: 3723, memoryBytes: 1024 }],
      [7, { cpuSeconds: 86_410, memoryBytes: 2048 }],
    ]),
  );
  expect(readPs("")).toEqual(new Map());
});

test("what this process uses is measured, and of one that isn't there nothing is said", async () => {
  const usage = await processUsage([process.pid, 2 ** 22 + 1]);
  expect([...usage.keys()]).toEqual([process.pid]);
  expect(usage.get(process.pid)?.cpuSeconds).toBeGreaterThan(0);
  expect(usage.get(process.pid)?.memoryBytes).toBeGreaterThan(2 ** 20);
  expect(await processUsage([])).toEqual(new Map());
});
