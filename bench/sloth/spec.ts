import { stringify } from "yaml";
import { METRICS } from "../../components/objectives/measured-service.ts";
import type { SlothObjective } from "../cost/published.ts";
import { OBJECTIVES } from "../monitored.ts";

/** The objectives of {@link OBJECTIVES} for one service of the bench's system, as somebody would write them for Sloth. */
export function slothObjectives(service: string): SlothObjective[] {
  const labels = `environment="production",system="bench",service="${service}"`;
  const rate = (metric: string, more = "") => `sum(rate(${metric}{${labels}${more}}[{{.window}}]))`;
  const { requests, duration, code } = METRICS;
  const [availability, latency, imports] = OBJECTIVES;
  return [
    {
      service,
      name: availability.name,
      target: availability.target,
      bad: rate(requests, `,${code}=~"5.."`),
      total: rate(requests),
    },
    {
      service,
      name: latency.name,
      target: latency.target,
      bad: `${rate(`${duration}_count`)} - ${rate(`${duration}_bucket`, ',le="2"')}`,
      total: rate(`${duration}_count`),
    },
    {
      service,
      name: imports.name,
      target: imports.target,
      bad: rate(imports.indicator.bad),
      total: rate(imports.indicator.total),
    },
  ];
}

/** Sloth's specification of a service's objectives, with both of its alerts. */
export function slothSpec(service: string, objectives: readonly SlothObjective[]): string {
  return stringify({
    version: "prometheus/v1",
    service,
    slos: objectives.map(({ name, target, bad, total }) => ({
      name,
      objective: target,
      sli: { events: { error_query: bad, total_query: total } },
      alerting: {
        name: `${service}-${name}`,
        page_alert: { labels: { severity: "page" } },
        ticket_alert: { labels: { severity: "ticket" } },
      },
    })),
  });
}
