import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CommandFailure, EXIT } from "../exit.ts";

/** One stack, and where it goes. */
export interface Target {
  /** The checkout. */
  readonly root: string;
  readonly stack: string;
  /** Whether the local cloud takes the place of the stack's own; always so for the stack `sandbox`. */
  readonly sandbox: boolean;
}

/** The stack named, checked. @throws CommandFailure that lists the stacks where there is none of that name */
export function chooseTarget(root: string, stack: string, sandbox: boolean): Target {
  if (!/^[\w.-]+$/.test(stack) || !existsSync(join(root, `Pulumi.${stack}.yaml`))) {
    const known = readdirSync(root).flatMap((file) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(file)?.[1] ?? []);
    throw new CommandFailure(
      `there is no stack "${stack}". Stacks here: ${known.sort().join(", ")}. A new one is a file Pulumi.${stack}.yaml beside them.`,
      EXIT.usage,
    );
  }
  return { root, stack, sandbox: sandbox || stack === "sandbox" };
}
