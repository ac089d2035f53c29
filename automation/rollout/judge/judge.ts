import type { Gate, GateReading, Reading } from "../gate.ts";
import type { Answer } from "./answer.ts";
import type { Counts } from "./evidence.ts";
import { interval } from "./interval.ts";
import { type JudgeRule, type Levels, levels } from "./rule.ts";
import { judgeShare } from "./share.ts";
import { judgeValue } from "./value.ts";
import type { GateVerdict, Judgement, Verdict } from "./verdict.ts";
import { judgeWindow } from "./window.ts";

/** Figures reach whoever is asked only after a while: so long a gate that fails without data waits, or as long as the hold is. */
const ARRIVAL_SECONDS = 300;

/** Worst first: what all gates say is the worst that one of them says. */
const WORST_FIRST: readonly Verdict[] = ["unhealthy", "unknown", "inconclusive", "healthy"];

/** A reading that can be reckoned with, or why there is none. */
function usable(gate: Gate, reading: Reading): Reading {
  if (reading.kind === "events") {
    const { total, bad } = reading;
    if (gate.unit !== "share") return { kind: "unanswered", why: "events were counted for a single figure" };
    if (!(Number.isFinite(total) && Number.isFinite(bad) && total >= 0 && bad >= 0))
      return { kind: "unanswered", why: `${bad} of ${total} is no share` };
    return total === 0 ? { kind: "nothing" } : { ...reading, bad: Math.min(bad, total) };
  }
  if (reading.kind === "value") {
    if (gate.unit !== "value")
      return { kind: "unanswered", why: "a single figure came for a share of events" };
    if (!Number.isFinite(reading.value)) return { kind: "unanswered", why: `${reading.value} is no figure` };
  }
  return reading;
}

const counts = (reading: Reading | undefined): Counts | undefined =>
  reading?.kind === "events" ? reading : undefined;

/** What it means that nothing was measured, as the gate says. */
function withoutData({ noData }: Gate, { elapsedSeconds, holdSeconds }: JudgeRule): Answer {
  switch (noData) {
    case "wait":
      return { verdict: "unknown", reason: "nothing was measured yet" };
    case "skip":
      return { verdict: "unknown", reason: "nothing was measured, so it doesn't count" };
    case "fail":
      return elapsedSeconds >= Math.min(ARRIVAL_SECONDS, holdSeconds)
        ? { verdict: "unhealthy", reason: "nothing was measured, which counts as a failure" }
        : { verdict: "unknown", reason: "nothing was measured yet, which will count as a failure" };
  }
}

function answer(
  gate: Gate,
  candidate: Reading,
  stable: Reading | undefined,
  rule: JudgeRule,
  needed: Levels,
): Answer {
  switch (candidate.kind) {
    case "unanswered":
      return { verdict: "unknown", reason: `no answer: ${candidate.why}` };
    case "nothing":
      return withoutData(gate, rule);
    case "value":
      return judgeValue(gate, candidate.value, stable?.kind === "value" ? stable.value : undefined, rule);
    case "events":
      return rule.judging === "sequential"
        ? judgeShare(gate, candidate, counts(stable), needed, rule.earlier?.[gate.name])
        : judgeWindow(gate, candidate, counts(stable), rule);
  }
}

function judgeGate(
  gate: Gate,
  reading: GateReading | undefined,
  rule: JudgeRule,
  needed: Levels,
): GateVerdict {
  const candidate = usable(gate, reading?.candidate ?? { kind: "unanswered", why: "it was not asked" });
  const stable = reading?.stable === undefined ? undefined : usable(gate, reading.stable);
  const isMeasured = candidate.kind === "events" || candidate.kind === "value";
  const isAlone =
    gate.limit === undefined && rule.weight >= 100 && stable?.kind !== "events" && stable?.kind !== "value";
  const isSkipped = candidate.kind === "nothing" && gate.noData === "skip";
  return {
    gate: gate.name,
    title: gate.title,
    ...(isMeasured && isAlone
      ? {
          verdict: "inconclusive",
          reason: "all traffic is the candidate's: there is nothing to compare it with",
        }
      : answer(gate, candidate, stable, rule, needed)),
    candidate,
    ...(stable === undefined ? {} : { stable }),
    ...(gate.limit === undefined ? {} : { limit: gate.limit }),
    ...(candidate.kind === "events" ? { interval: interval(candidate, gate.limit, needed.holds) } : {}),
    counts: !(isSkipped || (isMeasured && isAlone)),
  };
}

/** What all gates say together: the worst that any of those that count says. */
function together(gates: readonly GateVerdict[]): Judgement {
  const counting = gates.filter((gate) => gate.counts);
  for (const verdict of WORST_FIRST) {
    const first = counting.find((gate) => gate.verdict === verdict);
    if (first !== undefined) return { verdict, reason: `${first.gate}: ${first.reason}`, gates };
  }
  const [silent] = gates;
  return {
    verdict: "unknown",
    reason:
      silent === undefined
        ? "there is no gate to judge by"
        : `no gate counts: ${silent.gate}: ${silent.reason}`,
    gates,
  };
}

/**
 * What the figures of a step say of the candidate. A pure function of the counts since its hold began: it may be asked as often
 * as one likes.
 */
export function judge(gates: readonly Gate[], readings: readonly GateReading[], rule: JudgeRule): Judgement {
  const needed = levels(gates, rule);
  return together(
    gates.map((gate) =>
      judgeGate(
        gate,
        readings.find((reading) => reading.gate === gate.name),
        rule,
        needed,
      ),
    ),
  );
}
