import type { Gate, GateReading } from "../automation/rollout/gate.ts";
import { judge } from "../automation/rollout/judge/judge.ts";
import type { Verdict } from "../automation/rollout/judge/verdict.ts";
import { EVERY_SECONDS, HOLD_SECONDS, type Look, STEPS } from "./judge-traffic.ts";
import { median } from "./measure.ts";

/** Share of requests that may fail. */
export const LIMIT = 0.005;

/** How many times stable's share is too much, where it is compared. */
export const WORSE_THAN = 1.5;

const GATE: Gate = {
  name: "errors",
  title: "at most 0.5 % of requests fail",
  measure: { kind: "indicator", indicator: { kind: "availability" } },
  unit: "share",
  limit: LIMIT,
  badWhen: "above",
  noData: "wait",
};

/** Slipway's judge through its own door, with its own error rates. */
export function slipway(judging: "sequential" | "fixed-window", worseThan?: number) {
  const gate: Gate = worseThan === undefined ? GATE : { ...GATE, worseThan };
  return ({ elapsedSeconds, weight, candidate, stable, marks }: Look): Verdict => {
    const reading: GateReading = {
      gate: gate.name,
      candidate: { kind: "events", ...candidate },
      stable: stable.total === 0 ? { kind: "nothing" } : { kind: "events", ...stable },
    };
    return judge([gate], [reading], {
      judging,
      elapsedSeconds,
      holdSeconds: HOLD_SECONDS,
      weight,
      steps: STEPS.length,
      earlier: { [gate.name]: marks },
    }).verdict;
  };
}

/** Of a standard normal distribution: 98 % of it lie within so many standard deviations. */
const NORMAL_98 = 2.3263478740408408;
/** Kayenta's: the difference has to be surely more than this part of its own estimate. */
const TOLERANCE = 0.25;

/**
 * Whether one sample is surely higher than another by the Mann–Whitney test, as Kayenta's judge puts it: the interval, 98 % sure,
 * of the shift between them (the differences of all pairs, by the normal approximation) lies above a quarter of the shift's
 * estimate (Hodges and Lehmann's, the median of the differences).
 */
export function isHigher(experiment: readonly number[], control: readonly number[]): boolean {
  const differences = experiment.flatMap((one) => control.map((other) => one - other)).sort((a, b) => a - b);
  const [n, m] = [experiment.length, control.length];
  const rank = Math.floor((n * m) / 2 - NORMAL_98 * Math.sqrt((n * m * (n + m + 1)) / 12));
  const low = differences[Math.max(0, rank - 1)];
  return low !== undefined && low > TOLERANCE * Math.abs(median(differences));
}

/** Intervals of a minute: at 10 % of the traffic those of 15 s would hold 75 requests each, and hardly ever a failed one. */
const PER_MINUTE = 60 / EVERY_SECONDS;

function minutes(look: Look, of: "candidate" | "stable"): number[] {
  const shares: number[] = [];
  for (let from = 0; from + PER_MINUTE <= look.intervals.length; from += PER_MINUTE) {
    const minute = look.intervals.slice(from, from + PER_MINUTE).map((each) => each[of]);
    const [bad, total] = [
      minute.reduce((sum, each) => sum + each.bad, 0),
      minute.reduce((sum, each) => sum + each.total, 0),
    ];
    shares.push(bad / total);
  }
  return shares;
}

/** Kayenta's way: error rates by the minute, of candidate and stable, once at the end of the hold. */
export function kayenta(look: Look): Verdict {
  if (look.elapsedSeconds < HOLD_SECONDS) return "inconclusive";
  // With all the traffic there is nothing to compare with.
  if (look.weight === 100) return "healthy";
  return isHigher(minutes(look, "candidate"), minutes(look, "stable")) ? "unhealthy" : "healthy";
}
