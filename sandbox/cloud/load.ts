import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What load to make. */
export interface LoadOptions {
  /** Base address, on this machine only. */
  readonly url: string;
  /** Up to 5,000. */
  readonly requestsPerSecond: number;
  /** Up to 3,600. */
  readonly seconds: number;
  /** Taken in turn. Default `/`. */
  readonly paths?: readonly string[];
  /** Requests that may be under way at once; those due beyond it are not sent and counted as dropped. Default 200. */
  readonly concurrency?: number;
  /** Ends the load early; the summary tells what there was until then. */
  readonly signal?: AbortSignal;
  /** Called about once a second. */
  readonly progress?: (sent: number, failed: number, seconds: number) => void;
}

/** What came of it. */
export interface LoadSummary {
  readonly url: string;
  /** Requests sent. */
  readonly sent: number;
  /** Requests that were due while too many were under way. */
  readonly dropped: number;
  /** Requests without an answer (connection refused, reset). */
  readonly failed: number;
  /** Answers by status code. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Answers by the router's header `x-slipway-revision`. */
  readonly byRevision: Readonly<Record<string, number>>;
  /** Milliseconds from the time a request was due to the end of its answer; 0 when there was none. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p90: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** How long it took, answers included. */
  readonly seconds: number;
}

/**
 * Sends requests at a steady rate whether or not answers come (open loop), so that a slow service can't slow down its
 * own measurement.
 *
 * @throws Error for an address that is not this machine's, or a rate or time out of range
 */
export async function generateLoad(options: LoadOptions): Promise<LoadSummary> {
  const base = checkLocal(options.url);
  within("requestsPerSecond", options.requestsPerSecond, 5000);
  within("seconds", options.seconds, 3600);
  // A path may be a whole address, or begin with `//HOST`: each is checked as it will be asked.
  const targets = (options.paths?.length ? options.paths : ["/"]).map((path) =>
    checkLocal(URL.canParse(path, base.href) ? new URL(path, base).href : path),
  );
  const limit = options.concurrency ?? 200;
  within("concurrency", limit, 5000);
  const total = Math.max(1, Math.round(options.requestsPerSecond * options.seconds));
  const agent = new Agent({ keepAlive: true, maxSockets: limit });
  const tally = newTally();
  const began = performance.now();
  let dropped = 0;
  const underWay = new Set<Promise<void>>();
  const progress = setInterval(
    () => options.progress?.(tally.sent, tally.failed, (performance.now() - began) / 1000),
    1000,
  );
  for (let index = 0; index < total && !options.signal?.aborted; index++) {
    const due = began + (1000 * index) / options.requestsPerSecond;
    const wait = due - performance.now();
    if (wait > 0)
      await sleep(wait, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
    if (options.signal?.aborted) break;
    if (underWay.size >= limit) {
      dropped++;
      continue;
    }
    const one = send(targets[index % targets.length] ?? base, agent, due, tally, options.signal);
    underWay.add(one);
    void one.then(() => underWay.delete(one));
  }
  await Promise.all(underWay);
  clearInterval(progress);
  agent.destroy();
  return {
    url: options.url,
    sent: tally.sent,
    dropped,
    failed: tally.failed,
    byStatus: Object.fromEntries(tally.byStatus),
    byRevision: Object.fromEntries(tally.byRevision),
    latencyMs: percentiles(tally.latencies),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Refuses what is not this machine: a load generator pointed elsewhere is an attack. */
function checkLocal(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url && local) return url;
  throw new Error(
    `"${address}" is not on this machine: load goes to http://127.0.0.1 or http://localhost only.`,
  );
}

function within(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new Error(`${name} is ${value}: use more than 0 and at most ${most}.`);
}

interface Tally {
  sent: number;
  failed: number;
  readonly byStatus: Map<string, number>;
  readonly byRevision: Map<string, number>;
  readonly latencies: number[];
}

function newTally(): Tally {
  return { sent: 0, failed: 0, byStatus: new Map(), byRevision: new Map(), latencies: [] };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function send(url: URL, agent: Agent, due: number, tally: Tally, signal?: AbortSignal): Promise<void> {
  tally.sent++;
  return new Promise((resolve) => {
    const failed = () => {
      tally.failed++;
      resolve();
    };
    const call = request(url, { agent, ...(signal ? { signal } : {}) }, (response) => {
      response.resume();
      response.once("error", failed);
      response.once("end", () => {
        tally.latencies.push(performance.now() - due);
        increment(tally.byStatus, String(response.statusCode));
        const revision = response.headers["x-slipway-revision"];
        if (revision !== undefined) increment(tally.byRevision, String(revision));
        resolve();
      });
    });
    call.once("error", failed);
    call.end();
  });
}

/** Nearest-rank percentiles, in the unit of the values; 0 when there are none. */
export function percentiles(values: readonly number[]): LoadSummary["latencyMs"] {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}
