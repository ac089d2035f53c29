import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { generateLoad, type LoadSummary } from "../../sandbox/cloud/load.ts";
import type { Knobs } from "../../sandbox/images/demo/knobs.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { ID, type SmallSystem } from "./small-system.ts";

/** Requests that users send all along. */
export interface Users {
  /** Ends them, once each has its answer; gives what came of them all. */
  stop(): Promise<Pick<LoadSummary, "sent" | "dropped" | "failed" | "byStatus">>;
}

/** Sends `shop/web` so many requests a second until it is stopped. */
export function users(url: string, requestsPerSecond = 300): Users {
  const seconds: Promise<LoadSummary>[] = [];
  const more = () => void seconds.push(generateLoad({ url, requestsPerSecond, seconds: 1 }));
  more();
  const timer = setInterval(more, 1000);
  return {
    async stop() {
      clearInterval(timer);
      const all = await Promise.all(seconds);
      const sum = (count: (summary: LoadSummary) => number) =>
        all.reduce((total, each) => total + count(each), 0);
      const statuses = new Set(all.flatMap(({ byStatus }) => Object.keys(byStatus)));
      return {
        sent: sum(({ sent }) => sent),
        dropped: sum(({ dropped }) => dropped),
        failed: sum(({ failed }) => failed),
        byStatus: Object.fromEntries(
          [...statuses].map((status) => [status, sum(({ byStatus }) => byStatus[status] ?? 0)]),
        ),
      };
    },
  };
}

/** What `shop/web` served. */
interface Watched {
  /** The candidate's weight, each time that it changed. */
  readonly weights: readonly number[];
  /** What the candidate's own address answered while it had no traffic. */
  readonly tagged: readonly string[];
}

/** Somebody who looks at `shop/web` all along. */
export interface Watch {
  stop(): Promise<Watched>;
}

/** The image that answers at an address, or that none does any more. */
async function versionAt(address: string): Promise<string> {
  const answer = await fetch(`${address}/version`).catch(() => undefined);
  return answer === undefined ? "gone" : (((await answer.json()) as { image?: string }).image ?? "another");
}

/** Looks at the live weights ten times a second. @param stable the revision that is stable; what others have is the candidate's */
export async function watch(small: SmallSystem, stable: string): Promise<Watch> {
  const cloud = await CloudClient.connect(sandboxPaths(small.checkout.root).cloud);
  const weights: number[] = [];
  const tagged = new Set<string>();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const service = await cloud.getService(ID);
      const others = (service?.traffic ?? []).filter(({ revision }) => revision !== stable);
      const weight = others.reduce((sum, { percent }) => sum + percent, 0);
      if (weights.at(-1) !== weight) weights.push(weight);
      const [address] = weight === 0 ? Object.values(service?.tagUrls ?? {}) : [];
      if (address !== undefined) tagged.add(await versionAt(address));
      await sleep(100);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { weights, tagged: [...tagged] };
    },
  };
}

/** Turns knobs of whatever demo image answers at an address. */
export async function turn(address: string, knobs: Partial<Knobs>): Promise<void> {
  const answer = await fetch(`${address}/knobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(knobs),
  });
  if (!answer.ok) throw new Error(`${address}/knobs answered ${answer.status}`);
}

/** Processes under one, all generations. */
async function under(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([child = 0, above]) => (above === parent ? [child, ...below(child)] : []));
  return below(pid);
}

/** Kills a process and all that it started, with no time to say anything. The local cloud is nobody's child. */
export async function killTree(child: ChildProcess): Promise<void> {
  const pid = child.pid as number;
  const family = [pid, ...(await under(pid))];
  const ended = once(child, "exit");
  for (const each of family) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  await ended;
}
