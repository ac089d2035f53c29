import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { RunbookStep } from "../../components/alerting/runbook.ts";
import { selector } from "../../components/objectives/promql.ts";
import { fenced, numbered } from "./markdown.ts";

/** What stands in the place of `{stack}`, `{namespace}` and `{labels}` in a system's runbooks. */
export interface Places {
  readonly stack: string;
  readonly namespace: string;
  readonly labels: string;
}

/** The places of a system. @param stack name of the stack that it is deployed by */
export function placesOf({ system, environment, services }: MonitoringFacts, stack: string): Places {
  const namespace = services.find((service) => service.namespace !== undefined)?.namespace ?? system;
  return { stack, namespace, labels: selector("", { environment, system }).slice(1, -1) };
}

function filled(text: string, places: Places): string {
  return text.replace(/\{(stack|namespace|labels)\}/g, (_, place: keyof Places) => places[place]);
}

/** One step: what to do, the commands as they are typed, what to look at. */
function stepBlocks({ say, run = [], queries = [] }: RunbookStep, places: Places): string[] {
  return [
    filled(say, places),
    ...(run.length === 0 ? [] : [fenced("sh", filled(run.join("\n"), places))]),
    ...(queries.length === 0 ? [] : [fenced("promql", filled(queries.join("\n"), places))]),
  ];
}

/** Steps as a numbered list. */
export function stepList(steps: readonly RunbookStep[], places: Places): string {
  return numbered(steps.map((step) => stepBlocks(step, places)));
}
