import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { dashboardConfigMap } from "../dashboards/config-map.ts";
import { refuse } from "../errors.ts";
import type { CustomResourceArgs } from "../kubernetes/identity.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import { objectiveGroups } from "../objectives/rules.ts";
import { alertmanagerProblems } from "./alertmanager.ts";
import { cloudAlerts, runsOnCloudRun } from "./cloud/alerts.ts";
import { CloudMonitoring, type CloudMonitoringArgs } from "./cloud/cloud-monitoring.ts";
import { MONITORING, type MonitoringFacts } from "./facts.ts";
import { planPodMonitor, planPrometheusRule } from "./prometheus-objects.ts";
import type { RuleGroup } from "./rule.ts";
import { alertGroups, ruleContext } from "./rules.ts";
import { type MonitoringSpec, monitoringFacts, monitoringProblems } from "./spec.ts";

interface Children {
  rules: CustomResourceArgs;
  pods: CustomResourceArgs;
  dashboards: k8s.core.v1.ConfigMapArgs;
}

/** What is watched in a system, and where what watches it is. */
export interface MonitoringArgs extends ComponentArgs<Children>, MonitoringSpec {
  /** Kubernetes: where its rules and dashboards are. Needed where one of its services doesn't run on Cloud Run. */
  readonly namespace?: Namespace;
  /** Cloud Run: how its notification channels were named before, or are to be changed. */
  readonly channels?: CloudMonitoringArgs["channels"];
}

/** Services that Prometheus watches; those on Cloud Run are Cloud Monitoring's. */
function prometheusServices({ services }: MonitoringFacts) {
  return services.filter(({ runtime }) => runtime !== "cloud-run");
}

/** Whether something of a system is Cloud Monitoring's: a service on Cloud Run, a check from outside, an alert of its own. */
function isCloud(facts: MonitoringFacts): boolean {
  return runsOnCloudRun(facts) || facts.uptime.length > 0 || cloudAlerts(facts).length > 0;
}

/** What Prometheus is told: a service's objectives each by itself, and the alerts of what it watches. */
function prometheusRules(facts: MonitoringFacts): [string, RuleGroup[]][] {
  const context = ruleContext(facts);
  const watched = prometheusServices(facts);
  const names = watched.map(({ service }) => service);
  const alerts = facts.alerts.filter(
    ({ service, watchedBy }) =>
      watchedBy !== "cloud-monitoring" && (service === undefined || names.includes(service)),
  );
  return [
    ...watched.map((service): [string, RuleGroup[]] => [service.service, objectiveGroups(service, context)]),
    [`${facts.system}-alerts`, alertGroups({ ...facts, alerts })] as [string, RuleGroup[]],
  ].filter(([, groups]) => groups.length > 0);
}

function placeProblems({ namespace }: MonitoringArgs, facts: MonitoringFacts): string[] {
  const watched = prometheusServices(facts);
  if (namespace !== undefined || watched.length === 0) return [];
  return [
    `namespace: missing. ${watched.map(({ service }) => `"${service}"`).join(", ")} ${watched.length === 1 ? "is" : "are"} watched by Prometheus, whose rules are objects in a namespace`,
  ];
}

/**
 * Everything that watches one system, derived from what its services promise: for those in a cluster rules, scraping and
 * dashboards, as the Prometheus operator and Grafana's sidecar take them; for those on Cloud Run what Cloud Monitoring takes.
 * It is registered with its facts ({@link MonitoringFacts}), from which `slipway` makes everything else.
 */
export class Monitoring extends Component<Children> {
  readonly facts: MonitoringFacts;

  constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    refuse(name, monitoringProblems(args));
    const facts = monitoringFacts(args.scope, args);
    refuse(name, placeProblems(args, facts));
    super(MONITORING, name, args, options, { ...facts });
    this.facts = facts;
    if (args.namespace !== undefined) this.#inCluster(args, args.namespace);
    if (isCloud(facts)) this.#inCloud(name, args);
    this.registerOutputs({});
  }

  #inCloud(name: string, { scope, services, escalation, channels = {} }: MonitoringArgs): void {
    new CloudMonitoring(
      `${name}-cloud`,
      {
        scope,
        facts: this.facts,
        escalation,
        services: services.filter(({ spec: { runtime } }) => runtime === "cloud-run"),
        channels,
      },
      { parent: this },
    );
  }

  #inCluster({ scope, services }: MonitoringArgs, namespace: Namespace): void {
    const { system } = this.facts;
    refuse(system, alertmanagerProblems(this.facts));
    for (const [name, groups] of prometheusRules(this.facts)) {
      const args = planPrometheusRule(namespace.metadata(name), groups);
      this.child("rules", k8s.apiextensions.CustomResource, args, { suffix: `rules-${name}` });
    }
    for (const { service, spec } of services.filter(({ spec: { runtime } }) => runtime === "kubernetes")) {
      const metadata = namespace.metadata(service, service);
      const args = planPodMonitor(scope, metadata, service, spec.metricsPath ?? "/metrics");
      this.child("pods", k8s.apiextensions.CustomResource, args, { suffix: `pods-${service}` });
    }
    const metadata = namespace.metadata(`grafana-dashboard-${system}`);
    this.child("dashboards", k8s.core.v1.ConfigMap, dashboardConfigMap(this.facts, metadata));
  }
}
