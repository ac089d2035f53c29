import { sandboxPaths } from "../../sandbox/paths.ts";
import { writeStackRules } from "../../sandbox/prometheus/stack-rules.ts";
import { factsOf } from "../plan/monitoring/facts.ts";
import { rulesText } from "../plan/monitoring/files.ts";
import type { Session } from "./session.ts";
import { planResourceOf, type StateResource } from "./state.ts";

/**
 * Hands the rules of what is deployed now to the sandbox's Prometheus; where nothing is, takes them back. The run itself is over
 * by then, and ended well: what goes wrong is a warning.
 */
export async function watchDeployed(
  { target, cloud }: Pick<Session, "target" | "cloud">,
  deployed: readonly StateResource[],
): Promise<string[]> {
  if (cloud === undefined) return [];
  const rules = factsOf(deployed.map(planResourceOf)).map(
    (facts) => [facts.system, rulesText(facts)] as const,
  );
  try {
    await writeStackRules(sandboxPaths(target.root).prometheus, target.stack, new Map(rules));
    return [];
  } catch (error) {
    return [`the sandbox's Prometheus has not got the rules: ${(error as Error).message}`];
  }
}
