import { eachAlertingRule } from "../alerts.ts";
import { adviceOutsideProduction } from "../core/environment.ts";
import { each, parts, violation } from "../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../core/policy.ts";
import { type Property, quoted } from "../core/property.ts";
import { nameOf } from "../kubernetes.ts";
import { ALERT_POLICY, CLOUD_RUN_SERVICE, DEPLOYMENT, PROMETHEUS_RULE } from "../types.ts";

/** Where a service, or a Deployment, carries what it promises, as JSON. */
const OBJECTIVES = "slipway.dev/objectives";

/** What the stack's alerts are about, by system, service and objective. */
interface Alerts {
  readonly objectives: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  /** Why that can't be told of some. */
  readonly unread: readonly Finding[];
}

function keyOf(...names: readonly (string | undefined)[]): string {
  return JSON.stringify(names);
}

function alertsOf(stack: Stack): Alerts {
  const objectives = new Set<string>();
  const services = new Set<string>();
  const note = (labels: Property, objective: string) => {
    const [system, service] = [labels.at("system").text(), labels.at("service").text()];
    objectives.add(keyOf(system, service, labels.at(objective).text()));
    services.add(keyOf(system, service));
    return undefined;
  };
  const unread = [
    ...each(stack.ofType(PROMETHEUS_RULE), (rule) =>
      eachAlertingRule(rule, (one) => note(one.at("labels"), "objective")),
    ),
    ...each(stack.ofType(ALERT_POLICY), ({ props }) => note(props.at("userLabels"), "concern")),
  ];
  return { objectives, services, unread };
}

/** What an objective says of itself, as far as it matters here. */
interface Stated {
  readonly name: string;
  /** Whether it says why nobody is told. */
  readonly off: boolean;
}

/** @returns undefined where the annotation is no list of objectives with names */
function statedObjectives(text: string): Stated[] | undefined {
  const parsed = attemptJson(text);
  if (!Array.isArray(parsed)) return undefined;
  const stated = parsed.flatMap((each: { name?: unknown; alerting?: { off?: unknown } } | null) =>
    typeof each?.name === "string" ? [{ name: each.name, off: typeof each.alerting?.off === "string" }] : [],
  );
  return stated.length === parsed.length ? stated : undefined;
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A service that promises something: what it is called, and where it says what. */
interface Promising {
  readonly system: string | undefined;
  readonly service: string | undefined;
  readonly at: Property;
}

function promisingOf(resource: Subject): Promising | undefined {
  const { type, props } = resource;
  const kubernetes = type === DEPLOYMENT;
  const labels = kubernetes ? props.at("metadata", "labels") : props.at("labels");
  // A release's candidate makes the stable version's promises.
  if (kubernetes && labels.at("slipway.dev/track").text() === "candidate") return undefined;
  const system = labels.at(kubernetes ? "app.kubernetes.io/part-of" : "system").text();
  const named = labels.at(kubernetes ? "app.kubernetes.io/name" : "service").text();
  const at = (kubernetes ? props.at("metadata", "annotations") : props.at("annotations")).at(OBJECTIVES);
  return { system, service: named ?? (kubernetes ? nameOf(resource) : props.at("name").text()), at };
}

function checkService(alerts: Alerts, resource: Subject): Finding[] {
  const promising = promisingOf(resource);
  if (promising === undefined || !promising.at.present) return [];
  const { system, service, at } = promising;
  const stated = statedObjectives(at.text() ?? "");
  if (stated === undefined) return [violation(at, "is no list of objectives, each with a name")];
  const missing = stated.filter(
    ({ name, off }) => !off && !alerts.objectives.has(keyOf(system, service, name)),
  );
  if (missing.length === 0) return [];
  // An alert whose labels are not known yet may be the one.
  if (alerts.unread.length > 0) return alerts.unread.slice(0, 1);
  const names = missing.map(({ name }) => quoted(name)).join(", ");
  return alerts.services.has(keyOf(system, service))
    ? missing.map(({ name }) =>
        violation(at, `promises ${quoted(name)}, and no alert tells when the service breaks it`),
      )
    : [
        violation(
          at,
          `promises ${names}, and nothing in the stack watches the service: declare a Monitoring with it`,
        ),
      ];
}

export const objectiveHasAlert: Policy = {
  id: "objective-has-alert",
  title: "A service's objectives should have alerts; in production they must.",
  severity: "high",
  level: "mandatory",
  why: "A promise that nobody is told about is broken for as long as it takes users to complain.",
  fix: "Declare a Monitoring with the service: it makes each objective's alerts. By hand: an alert in a PrometheusRule with the labels system, service and objective, or an alert policy with the userLabels system, service and concern. Where another alert says the same, say so in the objective's alerting.off.",
  example: {
    yaml: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
spec:
  groups:
    - name: shop
      rules:
        - alert: ShopAvailabilityBurn
          expr: objective:burn_rate:ratio{service="backend",objective="availability",window="1h"} > 14.4
          labels: { severity: page, owner: shop, system: shop, service: backend, objective: availability }`,
  },
  requirements: ["OS-04", "OS-05", "EA-16"],
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT, PROMETHEUS_RULE, ALERT_POLICY],
  checkStack: (stack) => {
    const alerts = alertsOf(stack);
    return each([...stack.ofType(CLOUD_RUN_SERVICE), ...stack.ofType(DEPLOYMENT)], (service) =>
      adviceOutsideProduction(
        service,
        parts(() => checkService(alerts, service)),
      ),
    );
  },
};
