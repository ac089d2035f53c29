import { stackFileOf } from "../plan/project.ts";

/** One stack, and where it goes. */
export interface Target {
  /** The checkout. */
  readonly root: string;
  readonly stack: string;
  /** Whether the local cloud takes the place of the stack's own; always so for the stack `sandbox`. */
  readonly sandbox: boolean;
}

/** The stack named. @throws UsageError that lists the stacks where there is none of that name */
export function chooseTarget(root: string, stack: string, sandbox: boolean): Target {
  stackFileOf(root, stack);
  return { root, stack, sandbox: sandbox || stack === "sandbox" };
}
