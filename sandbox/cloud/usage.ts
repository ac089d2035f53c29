import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What one process uses. */
export interface ProcessUsage {
  /** Seconds of one CPU since it started. */
  readonly cpuSeconds: number;
  /** In RAM now. */
  readonly memoryBytes: number;
}

/** Ticks of `/proc` in a second: Linux gives 100 whatever the kernel's own clock is. */
const TICKS = 100;

/** From the text of `/proc/PID/stat` and `/proc/PID/status`; undefined where they are another thing, or the process just ended. */
export function readProc(stat: string, status: string): ProcessUsage | undefined {
  // The name, in parentheses, may hold anything; what is counted stands behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return Number.isFinite(ticks) && Number.isFinite(kibibytes)
    ? { cpuSeconds: ticks / TICKS, memoryBytes: 1024 * kibibytes }
    : undefined;
}

/** From what `ps -o pid=,time=,rss=` prints: `4711 1-02:03:04.56 51200`. */
export function readPs(text: string): Map<number, ProcessUsage> {
  const lines = text.matchAll(/^\s*(\d+)\s+(?:(\d+)-)?([\d:.]+)\s+(\d+)\s*$/gm);
  return new Map(
    [...lines].map(([, pid, days = "0", time = "", kibibytes]) => {
      const seconds = time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
      return [
        Number(pid),
        { cpuSeconds: 86_400 * Number(days) + seconds, memoryBytes: 1024 * Number(kibibytes) },
      ];
    }),
  );
}

async function linuxUsage(pid: number): Promise<ProcessUsage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    return readProc(stat, status);
  } catch {
    return undefined; // It ended.
  }
}

/** What these processes use, of those that run and can be measured here. */
export async function processUsage(pids: readonly number[]): Promise<Map<number, ProcessUsage>> {
  if (process.platform === "linux") {
    const each = await Promise.all(pids.map(async (pid) => [pid, await linuxUsage(pid)] as const));
    return new Map(each.flatMap(([pid, usage]) => (usage === undefined ? [] : [[pid, usage] as const])));
  }
  if (pids.length === 0) return new Map();
  try {
    // It prints those that run, and fails where one of them doesn't.
    const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,time=,rss=", "-p", pids.join(",")]);
    return readPs(stdout);
  } catch (error) {
    return readPs((error as { stdout?: string }).stdout ?? "");
  }
}
