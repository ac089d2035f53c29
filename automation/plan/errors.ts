/** The program, its configuration or its resources' inputs are wrong: nothing can be planned. The command ends with 1. */
export class PlanError extends Error {
  /** A short stack of where it happened, where the error was not one that somebody meant to raise. */
  readonly trace: string | undefined;

  constructor(message: string, trace?: string) {
    super(message);
    this.name = "PlanError";
    this.trace = trace;
  }
}

/** The command was called wrongly: an unknown stack or format. The command ends with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
