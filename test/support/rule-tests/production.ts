import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import { plan } from "../../../automation/plan/plan.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";

/** What production promises and watches, system by system. */
export async function productionFacts(): Promise<MonitoringFacts[]> {
  const { resources } = await plan({ root: process.cwd(), stack: "production" });
  return factsOf(resources);
}

/** The same, of one system. @throws Error where it has none */
export async function productionFactsOf(system: string): Promise<MonitoringFacts> {
  const facts = (await productionFacts()).find((each) => each.system === system);
  if (facts === undefined) throw new Error(`Nothing is watched of ${system}`);
  return facts;
}
