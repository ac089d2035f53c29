import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { CustomResourceArgs } from "../kubernetes/identity.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { objectiveGroups } from "../objectives/rules.ts";
import { alertmanagerProblems } from "./alertmanager.ts";
import { MONITORING, type MonitoringFacts } from "./facts.ts";
import { planPodMonitor, planPrometheusRule } from "./prometheus-objects.ts";
import { alertGroup, ruleContext } from "./rules.ts";
import { type MonitoringSpec, monitoringFacts, monitoringProblems } from "./spec.ts";

interface Children {
  rules: CustomResourceArgs;
  pods: CustomResourceArgs;
}

/** What is watched in a system, and where its rules are. */
export interface MonitoringArgs extends ComponentArgs<Children>, MonitoringSpec {
  /** Kubernetes: namespace that its rules and dashboards are put into. Needed where a service of the system runs there. */
  readonly namespace?: Namespace;
}
