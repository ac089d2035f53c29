/** One way to an engine that did not lead there. */
export interface Attempt {
  /** What was tried, as a noun: "pulumi on PATH", "official download". */
  readonly tried: string;
  /** Why it failed, in the tool's own words where it has any. May have several lines. */
  readonly why: string;
  /** What the user can do so that this way works. */
  readonly remedies: readonly string[];
}

/** A way to an engine failed. `attempt` says which, why, and how to go on. */
export class AttemptError extends Error {
  readonly attempt: Attempt;
  constructor(attempt: Attempt) {
    super(`${attempt.tried}: ${attempt.why}`);
    this.name = "AttemptError";
    this.attempt = attempt;
  }
}

/** No way led to an engine. The message has every attempt and every way on. */
export class NoEngineError extends Error {
  readonly attempts: readonly Attempt[];
  constructor(attempts: readonly Attempt[]) {
    super(describeAttempts("There is no Pulumi engine on this machine, and none could be had.", attempts));
    this.name = "NoEngineError";
    this.attempts = attempts;
  }
}

/** The user interrupted what was being fetched or built. Nothing half-made is left. */
export class InterruptedError extends Error {
  constructor() {
    super("Interrupted. Nothing half-made was left; run the command again to start over.");
    this.name = "InterruptedError";
  }
}

/** The text a user sees when something can't be had: `what` that is, what was tried, why each failed, and each way on once. */
export function describeAttempts(what: string, attempts: readonly Attempt[]): string {
  const remedies = [...new Set(attempts.flatMap((attempt) => attempt.remedies))];
  return [
    what,
    ...attempts.map((attempt) => `  ${attempt.tried}: ${indentRest(attempt.why)}`),
    "Any one of these helps:",
    ...remedies.map((remedy) => `  - ${remedy}`),
  ].join("\n");
}

function indentRest(text: string): string {
  return text.split("\n").join("\n      ");
}
