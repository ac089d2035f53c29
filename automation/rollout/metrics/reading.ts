import type { Compared, Gate, Reading } from "../gate.ts";

export const NOTHING: Reading = { kind: "nothing" };

/** No answer, and why. */
export function unanswered(why: string): Reading {
  return { kind: "unanswered", why };
}

/** Counted events; where there were none, nothing was measured. */
export function events(total: number, bad: number): Reading {
  if (!(total > 0)) return NOTHING;
  // A bucket and its count may be read a moment apart.
  return { kind: "events", total, bad: Math.min(total, Math.max(0, bad)) };
}

/** The worst of several figures, where one per version is judged. What is no number says nothing; what is infinite is no figure. */
export function worst(values: readonly number[], badWhen: Gate["badWhen"]): Reading {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return NOTHING;
  const value = badWhen === "above" ? Math.max(...numbers) : Math.min(...numbers);
  return Number.isFinite(value)
    ? { kind: "value", value }
    : unanswered(`the answer is ${value > 0 ? "+Inf" : "-Inf"}, which no limit can be held against`);
}

/** Why a latency can't be told: "not one was in time" and "nobody counts those in time" look alike. */
export function noBucket(duration: string, seconds: number): Reading {
  return unanswered(
    `${duration} has no bucket edge at ${seconds} s, so what is slower can't be counted; give the histogram that edge`,
  );
}

/** Something of each gate's candidate, and of the stable version: one that is not well itself must not keep its mend away. */
export function readings<T>(
  gates: readonly Gate[],
  { candidate, stable }: Compared,
  read: (gate: Gate, revision: string) => T,
): { readonly gate: string; readonly candidate: T; readonly stable?: T }[] {
  return gates.map((gate) => ({
    gate: gate.name,
    candidate: read(gate, candidate),
    ...(stable === undefined ? {} : { stable: read(gate, stable) }),
  }));
}
