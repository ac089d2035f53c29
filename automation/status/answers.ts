import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import { aggregated, promDuration, selector } from "../../components/objectives/promql.ts";
import { serviceLabels } from "../../components/objectives/queries.ts";
import { RECORDED } from "../../components/objectives/recorded.ts";
import type { Alert } from "../../sandbox/prometheus/client.ts";
import type { MetricsSource, Sample } from "./source.ts";

/** Who measured, and over what. `local cloud`: its own counters, from its start on; nobody evaluates alerts. */
export type Measured =
  | { readonly kind: "prometheus"; readonly address: string }
  | { readonly kind: "local cloud"; readonly address: string; readonly since: string };

/**
 * All that a status is made from, whoever answered: plain data. Samples have the labels `system` and `service`, and those named
 * here.
 */
export interface Answers {
  readonly source: Measured;
  /** ISO 8601. */
  readonly at: string;
  /** `objective`, and its `by`: share of the error budget that is left; 1 is all of it. */
  readonly budgets: readonly Sample[];
  /** The same, and `window`: how fast the budget goes; 1 spends it exactly. */
  readonly burns: readonly Sample[];
  /** `revision`: requests per second. */
  readonly traffic: readonly Sample[];
  /** Seconds that 95 % of requests stay within. */
  readonly p95: readonly Sample[];
  /** Undefined where nobody evaluates any. */
  readonly alerts?: readonly Alert[];
}

/** Seconds that "now" is made of: traffic and latency are taken over them. */
const NOW = 300;

/** The labels of everything in a system. */
const systemLabels = ({ environment, system }: MonitoringFacts) => ({ environment, system });

/** Requests per second of a service. @param by label that they are told apart by */
export function trafficQuery(service: MeasuredService, by: string, range: number): string {
  const series = selector(service.metrics.requests, serviceLabels(service));
  return aggregated("sum", [by], `rate(${series}[${promDuration(range)}])`);
}

/** Requests per second by the edges of the service's histogram. */
export function bucketQuery(service: MeasuredService, range: number): string {
  const series = selector(`${service.metrics.duration}_bucket`, serviceLabels(service));
  return aggregated("sum", ["le"], `rate(${series}[${promDuration(range)}])`);
}

/** Asks for all that the status of these systems is made from. */
export async function askPrometheus(
  source: MetricsSource,
  facts: readonly MonitoringFacts[],
  at: Date,
): Promise<Answers> {
  const services = facts.flatMap((system) => system.services);
  const ofSystems = async (metric: string) =>
    (
      await Promise.all(facts.map((system) => source.query(selector(metric, systemLabels(system)), at)))
    ).flat();
  const ofServices = async (promql: (service: MeasuredService) => string) =>
    (
      await Promise.all(
        services.map(async (each) => {
          const samples = await source.query(promql(each), at);
          return samples.map(({ labels, value }) => ({
            labels: { system: each.system, service: each.service, ...labels },
            value,
          }));
        }),
      )
    ).flat();
  const [budgets, burns, traffic, p95, alerts] = await Promise.all([
    ofSystems(RECORDED.budget),
    ofSystems(RECORDED.burn),
    ofServices((service) => trafficQuery(service, "revision", NOW)),
    ofServices((service) => `histogram_quantile(0.95, ${bucketQuery(service, NOW)})`),
    source.alerts(),
  ]);
  const measured: Measured = { kind: "prometheus", address: source.address };
  return { source: measured, at: at.toISOString(), budgets, burns, traffic, p95, alerts };
}
