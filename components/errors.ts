import { RunError } from "@pulumi/pulumi";

/**
 * What is wrong with a declaration, said so that its author can mend it: the component, the value quoted, the ways out.
 * A `RunError`, so that the engine prints the message alone, with no stack trace.
 */
export class SlipwayError extends RunError {
  constructor(component: string, problems: readonly string[]) {
    super(
      problems.length === 1
        ? `${component}: ${problems[0]}`
        : `${component}: ${problems.length} problems\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.name = "SlipwayError";
  }
}

/** Throws one {@link SlipwayError} naming every problem, or nothing where there is none. */
export function refuse(component: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new SlipwayError(component, problems);
}
