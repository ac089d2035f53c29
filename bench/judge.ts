import { setImmediate } from "node:timers/promises";
import type { Verdict } from "../automation/rollout/judge/verdict.ts";
import { kayenta, LIMIT, slipway, WORSE_THAN } from "./judge-kinds.ts";
import { type Look, type Outcome, random, release, type Truth } from "./judge-traffic.ts";
import { stopping } from "./measure.ts";
import { line } from "./report.ts";

/** Fewest releases for each figure, and how many each round stands for. */
const [FEWEST, PER_ROUND] = [2000, 400];

/** The stable version is well in all of them: half of its limit. */
const STABLE = LIMIT / 2;
const CLAIM = 0.01;

interface Simulated {
  readonly text: string;
  readonly truth: Truth;
  /** Candidates that hold the limit may be taken back in 1 % of releases, those that pass it be promoted in as many. */
  readonly wrong?: Outcome["end"];
}

const SIMULATED: readonly Simulated[] = [
  { text: "no errors at all", truth: { candidate: 0, stable: STABLE }, wrong: "taken back" },
  { text: "a tenth of the limit", truth: { candidate: LIMIT / 10, stable: STABLE }, wrong: "taken back" },
  { text: "half of the limit", truth: { candidate: LIMIT / 2, stable: STABLE }, wrong: "taken back" },
  { text: "just the limit", truth: { candidate: LIMIT, stable: STABLE }, wrong: "taken back" },
  ...[1.5, 2, 3, 5, 10].map((times) => ({
    text: `${times} × the limit`,
    truth: { candidate: times * LIMIT, stable: STABLE },
    wrong: "promoted" as const,
  })),
];

/** Errors that come in fives, which no test for single ones is made for. */
const BURSTS: Simulated = {
  text: "half of the limit, errors in fives",
  truth: { candidate: LIMIT / 2, stable: STABLE, burst: 5 },
};

/** Where the true share of runs lies, 95 % sure (Wilson). */
export function wilson(hits: number, runs: number): readonly [low: number, high: number] {
  const z = 1.96;
  const share = hits / runs;
  const middle = share + (z * z) / (2 * runs);
  const width = z * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs));
  const scale = 1 + (z * z) / runs;
  return [Math.max(0, (middle - width) / scale), Math.min(1, (middle + width) / scale)];
}

const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;

function shareText(outcomes: readonly Outcome[], end: Outcome["end"]): string {
  const hits = outcomes.filter((outcome) => outcome.end === end).length;
  const [low, high] = wilson(hits, outcomes.length);
  return `${end} ${percent(hits / outcomes.length)} (${percent(low)} to ${percent(high)})`;
}

/** When so many percent of the releases had a verdict. */
function quantile(outcomes: readonly Outcome[], share: number): string {
  const sorted = outcomes.map(({ requests }) => requests ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return Number.isFinite(at) ? `after ${Math.round(at).toLocaleString("en-US")} requests` : "never";
}

function report(
  name: string,
  { text, wrong }: Simulated,
  outcomes: readonly Outcome[],
  claimed: boolean,
): string {
  const ends = (["taken back", "promoted", "paused"] as const).map((end) => shareText(outcomes, end));
  const said = `${text}, ${name}: ${ends.join(", ")}; half have a verdict ${quantile(outcomes, 0.5)}, 95 % ${quantile(outcomes, 0.95)}`;
  if (!claimed || wrong === undefined) return line(said);
  const [, most] = wilson(outcomes.filter(({ end }) => end === wrong).length, outcomes.length);
  return line(said, { claim: `${wrong} in at most 1 %`, holds: most <= CLAIM });
}

async function simulate(
  runs: number,
  name: string,
  simulated: Simulated,
  verdict: (look: Look) => Verdict,
  claimed = false,
): Promise<string> {
  process.stderr.write(`${runs} releases: ${simulated.text}, ${name}\n`);
  const next = random(20_261_121);
  const outcomes: Outcome[] = [];
  while (outcomes.length < runs) {
    outcomes.push(release(next, simulated.truth, verdict));
    // Lets a signal through.
    if (outcomes.length % 50 === 0) await setImmediate();
    stopping.signal.throwIfAborted();
  }
  return report(name, simulated, outcomes, claimed);
}

/** Simulates releases of known truth under three judges; gives the report's lines. */
export async function measureJudge(rounds: number): Promise<string[]> {
  const runs = Math.max(FEWEST, PER_ROUND * rounds);
  const lines = [
    `${runs.toLocaleString("en-US")} releases each; in brackets where the share lies, 95 % sure`,
  ];
  for (const simulated of [...SIMULATED, BURSTS]) {
    lines.push(
      await simulate(runs, "sequential", simulated, slipway("sequential"), true),
      await simulate(runs, "fixed window", simulated, slipway("fixed-window")),
      await simulate(runs, "Mann–Whitney", simulated, kayenta),
    );
  }
  for (const simulated of SIMULATED.filter(({ truth }) => truth.candidate === STABLE)) {
    const name = `sequential, at most ${WORSE_THAN} × stable's`;
    lines.push(await simulate(runs, name, simulated, slipway("sequential", WORSE_THAN), true));
  }
  return lines;
}
