import { keptMarks, type Mark } from "../automation/rollout/judge/change.ts";
import type { Counts } from "../automation/rollout/judge/evidence.ts";
import type { Verdict } from "../automation/rollout/judge/verdict.ts";

/** Steps of the simulated release, in percent of the traffic. */
export const STEPS = [10, 50, 100] as const;
/** Of the whole service. */
const REQUESTS_PER_SECOND = 50;
/** From one look to the next, and as long as each step is held. */
export const [EVERY_SECONDS, HOLD_SECONDS] = [15, 900];
/** After the hold, until a release without a verdict is paused. */
const PATIENCE_SECONDS = 3600;

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bad ones among so many events that don't depend on each other. */
export function drawn(next: () => number, total: number, share: number): number {
  let bad = 0;
  // From one bad event to the next there are geometrically many good ones.
  const gap = () => Math.floor(Math.log(1 - next()) / Math.log1p(-share));
  if (share > 0) for (let at = gap(); at < total; at += 1 + gap()) bad += 1;
  return bad;
}

/** How bad the versions really are: shares of their requests. */
export interface Truth {
  readonly candidate: number;
  readonly stable: number;
  /** So many fail one after the other, whenever one does. Default 1. */
  readonly burst?: number;
}

/** What a judge knows at a look. */
export interface Look {
  readonly elapsedSeconds: number;
  readonly weight: number;
  /** Since the step began. */
  readonly candidate: Counts;
  readonly stable: Counts;
  /** Counts at earlier looks, as a release keeps them. */
  readonly marks: readonly Mark[];
  /** Of each interval since then. */
  readonly intervals: readonly { readonly candidate: Counts; readonly stable: Counts }[];
}

/** How a release ended. */
export interface Outcome {
  readonly end: "taken back" | "promoted" | "paused";
  /** The candidate's requests in the first step until the first verdict, either way; undefined without any. */
  readonly requests: number | undefined;
}

const added = (one: Counts, other: Counts): Counts => ({
  total: one.total + other.total,
  bad: one.bad + other.bad,
});

/** One interval of traffic. */
function traffic(next: () => number, weight: number, { candidate, stable, burst = 1 }: Truth) {
  const count = (percent: number, share: number): Counts => {
    const total = (REQUESTS_PER_SECOND * EVERY_SECONDS * percent) / 100;
    return { total, bad: Math.min(total, burst * drawn(next, total, share / burst)) };
  };
  return { candidate: count(weight, candidate), stable: count(100 - weight, stable) };
}

/** One release from its first step to its end, by the machine's rules. */
export function release(next: () => number, truth: Truth, verdict: (look: Look) => Verdict): Outcome {
  let requests: number | undefined;
  for (const weight of STEPS) {
    const none = { total: 0, bad: 0 };
    let look: Look = { elapsedSeconds: 0, weight, candidate: none, stable: none, marks: [], intervals: [] };
    const intervals: Look["intervals"][number][] = [];
    for (;;) {
      const interval = traffic(next, weight, truth);
      intervals.push(interval);
      look = {
        elapsedSeconds: look.elapsedSeconds + EVERY_SECONDS,
        weight,
        candidate: added(look.candidate, interval.candidate),
        stable: added(look.stable, interval.stable),
        marks: look.marks,
        intervals,
      };
      const said = verdict(look);
      const { candidate, stable } = look;
      look = { ...look, marks: keptMarks(look.marks, { look: intervals.length, candidate, stable }) };
      if (weight === STEPS[0] && (said === "healthy" || said === "unhealthy")) {
        requests ??= look.candidate.total;
      }
      if (said === "unhealthy") return { end: "taken back", requests };
      if (said === "healthy" && look.elapsedSeconds >= HOLD_SECONDS) break;
      if (look.elapsedSeconds >= HOLD_SECONDS + PATIENCE_SECONDS) return { end: "paused", requests };
    }
  }
  return { end: "promoted", requests };
}
