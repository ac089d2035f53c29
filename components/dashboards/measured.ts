import type { MonitoringFacts } from "../alerting/facts.ts";
import type { LabelMatch, NormalizedIndicator } from "../objectives/indicator.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { selector } from "../objectives/promql.ts";
import { serviceLabels } from "../objectives/queries.ts";
import { RANGE } from "./panels.ts";

/** Which of a service's own series can be there: nothing is shown of what nobody measures. */
export interface Measured {
  /** Requests with their status codes. */
  readonly requests: boolean;
  /** The histogram of their durations. */
  readonly durations: boolean;
  /** Answers to probes. */
  readonly health: boolean;
  /** Whether several revisions of it may serve at once. */
  readonly revisions: boolean;
}

function indicatorsOf(facts: MonitoringFacts, service: MeasuredService): NormalizedIndicator["kind"][] {
  const alerts = facts.alerts.filter((alert) => alert.service === service.service);
  return [
    ...service.objectives.map(({ kind }) => kind),
    ...alerts.flatMap(({ condition }) => ("indicator" in condition ? [condition.indicator.kind] : [])),
  ];
}

/**
 * What can be shown of a service. One that this program deploys has requests and probes, so it has all that the convention
 * names; of one that runs elsewhere only what its objectives and alerts read is known to be there.
 */
export function measuredOf(facts: MonitoringFacts, service: MeasuredService): Measured {
  const deployed = service.runtime !== "elsewhere";
  const kinds = new Set(indicatorsOf(facts, service));
  return {
    requests: deployed || kinds.has("availability"),
    durations: deployed || kinds.has("latency") || kinds.has("delta"),
    health: deployed || kinds.has("health"),
    revisions: deployed,
  };
}

/** The counter of a service's requests: its own, or that of its histogram; undefined where neither is there. */
export function requestCounter({ metrics }: MeasuredService, measured: Measured): string | undefined {
  if (measured.requests) return metrics.requests;
  return measured.durations ? `${metrics.duration}_count` : undefined;
}

/** Series of a service's counter, per second. */
export function perSecond(
  service: MeasuredService,
  metric: string,
  more: Readonly<Record<string, LabelMatch>> = {},
): string {
  return `rate(${selector(metric, { ...serviceLabels(service), ...more })}[${RANGE}])`;
}
