import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { writeStackRules } from "../../sandbox/prometheus/stack-rules.ts";
import { factsOf } from "../plan/monitoring/facts.ts";
import { rulesText } from "../plan/monitoring/files.ts";
import type { PlanResource } from "../plan/resources.ts";
import type { Session } from "./session.ts";
import { planResourceOf, type StateResource } from "./state.ts";

/**
 * The part of a system that runs in the local cloud, which is all that the sandbox's Prometheus scrapes: what runs in a cluster
 * would only be missing there.
 */
function inLocalCloud(facts: MonitoringFacts): MonitoringFacts {
  const services = facts.services.filter(({ runtime }) => runtime === "cloud-run");
  const names = services.map(({ service }) => service);
  const alerts = facts.alerts.filter(({ service }) => service === undefined || names.includes(service));
  return { ...facts, services, alerts };
}

/** Systems of which something runs in the local cloud, each with that part alone. */
export function watchedFacts(resources: readonly PlanResource[]): MonitoringFacts[] {
  return factsOf(resources)
    .map(inLocalCloud)
    .filter(({ services }) => services.length > 0);
}

/**
 * Hands the rules of what is deployed now to the sandbox's Prometheus; where nothing is, takes them back. The run itself is over
 * by then, and ended well: what goes wrong is a warning.
 */
export async function watchDeployed(
  { target, cloud }: Pick<Session, "target" | "cloud">,
  deployed: readonly StateResource[],
): Promise<string[]> {
  if (cloud === undefined) return [];
  const rules = watchedFacts(deployed.map(planResourceOf)).map(
    (facts) => [facts.system, rulesText(facts)] as const,
  );
  try {
    await writeStackRules(sandboxPaths(target.root).prometheus, target.stack, new Map(rules));
    return [];
  } catch (error) {
    return [`the sandbox's Prometheus has not got the rules: ${(error as Error).message}`];
  }
}
