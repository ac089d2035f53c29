import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { CLOUD_DASHBOARD, CLOUD_RUN_SERVICE, CONFIG_MAP, DEPLOYMENT, MONITORING } from "../../types.ts";
import { factsOf, objectivesOf, ofTypes } from "../facts.ts";
import { type Spoken, spokenOf } from "../tokens.ts";

const GRAFANA_DASHBOARD = "grafana:oss/dashboard:Dashboard";

/** What shows something: a Monitoring makes a dashboard for each service that it knows. */
const SHOWS = [CLOUD_DASHBOARD, GRAFANA_DASHBOARD, MONITORING] as const;

/** The label by which Grafana's sidecar finds dashboards. */
const SIDECAR_LABEL = "grafana_dashboard";

function isDashboard({ props }: Subject): boolean {
  return props.at("metadata", "labels", SIDECAR_LABEL).present;
}

function checkService(resource: Subject, spoken: Spoken): readonly Finding[] {
  if (!isProduction(resource)) return [];
  return factsOf(resource).flatMap((facts) => {
    const { service, objectives } = facts;
    if (objectivesOf(facts).length === 0 || (service !== undefined && spoken.names.has(service))) return [];
    const [unread] = spoken.unread;
    return [
      unread ?? violation(objectives, "promises something, and no dashboard in the stack shows the service"),
    ];
  });
}

function checkStack(stack: Stack): readonly Finding[] {
  const dashboards: Subject[] = ofTypes(stack, SHOWS);
  const misread = each(stack.ofType(CONFIG_MAP), (config) => {
    if (isDashboard(config)) dashboards.push(config);
    return undefined;
  });
  const spoken = spokenOf(dashboards);
  const all: Spoken = { names: spoken.names, unread: [...misread, ...spoken.unread] };
  return each([...stack.ofType(CLOUD_RUN_SERVICE), ...stack.ofType(DEPLOYMENT)], (resource) =>
    parts(() => checkService(resource, all)),
  );
}

export const objectiveDashboard: Policy = {
  id: "objective-has-dashboard",
  title: "What a service promises should be shown on a dashboard.",
  severity: "low",
  level: "advisory",
  why: "Whoever is woken asks first since when, how much, and what of the budget is left. Without a dashboard the answers are typed by hand, at night.",
  fix: "Declare a Monitoring with the service: it makes a dashboard for each. By hand: a gcp.monitoring.Dashboard, or a ConfigMap with the label grafana_dashboard, that names the service.",
  example: {
    yaml: `apiVersion: v1
kind: ConfigMap
metadata:
  name: shop-dashboard
  labels:
    grafana_dashboard: "1"
data:
  shop.json: '{"title": "shop", "panels": [{"targets": [{"expr": "rate(http_requests_total{service=\\"shop\\"}[5m])"}]}]}'`,
  },
  requirements: ["EA-16"],
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT, CONFIG_MAP, ...SHOWS],
  checkStack,
};
