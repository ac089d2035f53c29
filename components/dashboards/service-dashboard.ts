import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts } from "../alerting/facts.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { selector } from "../objectives/promql.ts";
import { serviceLabels } from "../objectives/queries.ts";
import { firingPanel } from "./alert-panels.ts";
import { framed, type Marker } from "./frame.ts";
import { healthPanels } from "./health-panels.ts";
import { latencyPanels } from "./latency-panels.ts";
import { type Measured, measuredOf, requestCounter } from "./measured.ts";
import { dashboardPath } from "./names.ts";
import { objectivePanels } from "./objective-panels.ts";
import { COLOUR } from "./panels.ts";
import { requestPanels } from "./request-panels.ts";

/** A revision that serves now and did not for an hour before: without that hour, a gap in the scrapes would look like a release. */
function releaseMarker(service: MeasuredService, measured: Measured): Marker[] {
  const counter = requestCounter(service, measured);
  if (counter === undefined || !measured.revisions) return [];
  const series = selector(counter, serviceLabels(service));
  const by = "count by (revision)";
  return [
    {
      name: "Release",
      colour: COLOUR.declared,
      expression: `${by} (${series}) unless ${by} (last_over_time(${series}[1h] offset 1m))`,
      title: "{{revision}}",
      step: "1m",
    },
  ];
}

/** A service's dashboard: what it promises, and what is measured of it. Panels of what nobody measures are left out. */
export function serviceDashboard(facts: MonitoringFacts, service: MeasuredService): Dashboard {
  const measured = measuredOf(facts, service);
  return framed(facts, {
    service: service.service,
    description: `What ${service.service} promises and how it does. Made from the system's declarations: change those, not this.`,
    sections: [
      { title: "Alerts", panels: [firingPanel(serviceLabels(service))] },
      { title: "Objectives", panels: objectivePanels(service) },
      { title: "Requests", panels: requestPanels(service, measured) },
      { title: "Latency", panels: measured.durations ? latencyPanels(service) : [] },
      { title: "Health", panels: measured.health ? healthPanels(service) : [] },
    ],
    markers: releaseMarker(service, measured),
    links: [{ title: facts.system, url: dashboardPath(facts) }],
  });
}
