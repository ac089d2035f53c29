/** The program, its configuration or its resources' inputs are wrong: nothing can be planned. The command ends with 1. */
export class PlanError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PlanError";
  }
}

/** The command was called wrongly: an unknown stack or format. The command ends with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
