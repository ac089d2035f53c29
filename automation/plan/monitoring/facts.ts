import { MONITORING, type MonitoringFacts } from "../../../components/alerting/facts.ts";
import type { PlanResource } from "../resources.ts";

/** What a plan promises and watches, system by system: the inputs of its `Monitoring` components, sorted by system. */
export function factsOf(resources: readonly PlanResource[]): MonitoringFacts[] {
  return resources
    .filter(({ type }) => type === MONITORING)
    .map(({ inputs }) => inputs as unknown as MonitoringFacts)
    .sort((a, b) => (a.system < b.system ? -1 : a.system > b.system ? 1 : 0));
}
