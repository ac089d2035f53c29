import type { Gate, GateReading, Reading } from "../../../automation/rollout/gate.ts";
import { judge } from "../../../automation/rollout/judge/judge.ts";
import type { JudgeRule } from "../../../automation/rollout/judge/rule.ts";
import type { Judgement } from "../../../automation/rollout/judge/verdict.ts";

/** At most 0.5 % of requests may fail, unless said otherwise. */
export function gate(changes: Partial<Gate> = {}): Gate {
  return {
    name: "availability",
    title: "99.5 % of requests answered without a server error",
    measure: { kind: "indicator", indicator: { kind: "availability" } },
    unit: "share",
    limit: 0.005,
    badWhen: "above",
    noData: "wait",
    ...changes,
  };
}

/** The same gate without a limit of its own. */
export function comparison(changes: Partial<Gate> = {}): Gate {
  const { limit, ...rest } = gate({ worseThan: 1.2, ...changes });
  return rest;
}

/** CPU, at most 80 %. */
export function cpu(changes: Partial<Gate> = {}): Gate {
  return gate({
    name: "cpu",
    title: "CPU under 80 %",
    measure: { kind: "cpu" },
    unit: "value",
    limit: 80,
    ...changes,
  });
}

export const RULE: JudgeRule = {
  judging: "sequential",
  elapsedSeconds: 300,
  holdSeconds: 900,
  weight: 10,
  steps: 1,
};

export const events = (total: number, bad: number): Reading => ({ kind: "events", total, bad });
export const value = (figure: number): Reading => ({ kind: "value", value: figure });

export function reading(of: Gate, candidate: Reading, stable?: Reading): GateReading {
  return { gate: of.name, candidate, ...(stable === undefined ? {} : { stable }) };
}

/** What one gate says. */
export function judged(
  of: Gate,
  candidate: Reading,
  stable?: Reading,
  rule: Partial<JudgeRule> = {},
): Judgement {
  return judge([of], [reading(of, candidate, stable)], { ...RULE, ...rule });
}

/**
 * Probability that something is ever said of so many events, looked at after each one, where each is bad with a probability:
 * reckoned exactly, over all that can happen.
 */
export function everSaid(share: number, most: number, said: (total: number, bad: number) => boolean): number {
  let silent = [1];
  let ever = 0;
  for (let total = 1; total <= most; total += 1) {
    const next: number[] = [];
    for (let bad = 0; bad <= silent.length; bad += 1) {
      const mass = (silent[bad] ?? 0) * (1 - share) + (silent[bad - 1] ?? 0) * share;
      // What is this improbable adds nothing that a double shows.
      const isSaid = mass > 1e-18 && said(total, bad);
      if (isSaid) ever += mass;
      next.push(isSaid || mass <= 1e-18 ? 0 : mass);
    }
    while (next.length > 1 && next.at(-1) === 0) next.pop();
    silent = next;
  }
  return ever;
}

/** Probabilities of 0, 1, … bad ones among so many. */
export function binomial(total: number, share: number): number[] {
  let row = [1];
  for (let one = 0; one < total; one += 1) {
    row = [...row, 0].map((mass, bad) => mass * (1 - share) + (row[bad - 1] ?? 0) * share);
  }
  return row;
}
