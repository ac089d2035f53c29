import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { factsOf } from "../plan/monitoring/facts.ts";
import { plan } from "../plan/plan.ts";
import { withProgress } from "../plan/progress.ts";

/** Which of a stack's systems are meant. */
export interface StackFlags {
  readonly stack: string;
  /** One of them, by name; all where it is left out. */
  readonly system?: string;
}

/**
 * The systems that are meant.
 * @throws CommandFailure where there is no such system, or none at all
 */
export function chosenSystems(
  systems: readonly MonitoringFacts[],
  { stack, system }: StackFlags,
): readonly MonitoringFacts[] {
  if (systems.length === 0) {
    throw new CommandFailure(
      `the stack "${stack}" promises nothing: none of its systems declares a Monitoring.`,
    );
  }
  const chosen = systems.filter(({ system: name }) => system === undefined || name === system);
  if (chosen.length > 0) return chosen;
  throw new CommandFailure(
    `--system "${system}" is no system of the stack "${stack}" that promises something; there are: ${systems.map(({ system: name }) => name).join(", ")}`,
    EXIT.usage,
  );
}

/** Plans a stack in this process, and gives what its systems promise. @throws see `plan` and {@link chosenSystems} */
export async function promised(root: string, flags: StackFlags): Promise<readonly MonitoringFacts[]> {
  const options = { root, stack: flags.stack, ownProcess: true };
  const { resources } = await withProgress(`planning ${flags.stack}`, () => plan(options));
  return chosenSystems(factsOf(resources), flags);
}
