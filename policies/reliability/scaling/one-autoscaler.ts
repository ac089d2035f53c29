import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { attempt } from "../../core/unknown.ts";
import { nameOf, namespaceOf, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, scalersByWorkload } from "../../kubernetes-stack.ts";
import { AUTOSCALER, AUTOSCALER_V1, SCALED_OBJECT, VERTICAL_AUTOSCALER } from "../../types.ts";

function called(scaler: Subject): string {
  return `${scaler.type.slice(scaler.type.lastIndexOf(":") + 1)} ${quoted(nameOf(scaler) ?? scaler.name)}`;
}

function checkMany(stack: Stack): Finding[] {
  return each([...scalersByWorkload(stack)], ([, found]) => {
    const [first, ...others] = found;
    if (first === undefined) return [];
    return others.map((other) =>
      violation(other.props.at("spec", "scaleTargetRef"), `is what ${called(first)} scales too`),
    );
  });
}

export const oneAutoscaler: Policy = {
  id: "one-autoscaler",
  title: "A workload must have one autoscaler.",
  severity: "high",
  level: "mandatory",
  why: "Two set the same number by turns, each to its own: pods come and go without end. KEDA makes a HorizontalPodAutoscaler of its own.",
  fix: "Put all metrics, or triggers, into one of them.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
    - type: Pods
      pods: { metric: { name: queued }, target: { type: AverageValue, averageValue: "30" } }`,
  },
  types: [...WORKLOADS, ...AUTOSCALERS],
  checkStack: checkMany,
};

/** What an autoscaler of the number of pods measures of their use. Without metrics it takes the CPU (API reference). */
function measuredBy(scaler: Subject): readonly string[] {
  const spec = scaler.props.at("spec");
  if (scaler.type === AUTOSCALER_V1) return ["cpu"];
  if (scaler.type === SCALED_OBJECT)
    return spec
      .at("triggers")
      .items()
      .map((trigger) => trigger.at("type").text() ?? "");
  const metrics = spec.at("metrics").items();
  if (metrics.length === 0) return ["cpu"];
  return metrics.flatMap((metric) =>
    ["resource", "containerResource"].map((kind) => metric.at(kind, "name").text() ?? ""),
  );
}

/** What a vertical autoscaler changes: requests of both, unless it says otherwise; nothing where it only advises. */
function changedBy(vertical: Subject): readonly string[] {
  const spec = vertical.props.at("spec");
  if (spec.at("updatePolicy", "updateMode").text() === "Off") return [];
  const containers = spec.at("resourcePolicy", "containerPolicies").items();
  const everyOne = containers.find((one) => one.at("containerName").text() === "*") ?? containers[0];
  if (everyOne?.at("mode").text() === "Off") return [];
  const controlled = everyOne?.at("controlledResources");
  return controlled?.present ? controlled.items().map((name) => name.text() ?? "") : ["cpu", "memory"];
}

function targetOf(scaler: Subject, field: string): string {
  const target = scaler.props.at("spec", field);
  return JSON.stringify([
    namespaceOf(scaler),
    target.at("kind").text() ?? "Deployment",
    target.at("name").text(),
  ]);
}

function checkBoth(stack: Stack): Finding[] {
  const byTarget = new Map<string, Subject>();
  for (const scaler of AUTOSCALERS.flatMap((type) => stack.ofType(type))) {
    const target = attempt(() => targetOf(scaler, "scaleTargetRef"));
    // What another can't be compared with is said by that policy which looks at it.
    if (target.unread === undefined) byTarget.set(target.value, scaler);
  }
  return each(stack.ofType(VERTICAL_AUTOSCALER), (vertical) => {
    const scaler = byTarget.get(targetOf(vertical, "targetRef"));
    if (scaler === undefined) return undefined;
    const measured = measuredBy(scaler);
    const both = changedBy(vertical).filter((name) => measured.includes(name));
    return both.length === 0
      ? undefined
      : violation(
          vertical.props.at("spec", "targetRef"),
          `has requests of ${both.join(" and ")} changed, by whose use ${called(scaler)} scales it`,
        );
  });
}

export const verticalBesideHorizontal: Policy = {
  id: "vertical-beside-horizontal",
  title: "What scales a workload's pods in number must not measure what another scales in size.",
  severity: "medium",
  level: "mandatory",
  why: "One raises the request, so that the share in use falls, and the other takes pods away: then the request is raised again.",
  fix: "Let the VerticalPodAutoscaler control another resource (controlledResources), or only advise (updateMode Off).",
  example: {
    yaml: `apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  updatePolicy: { updateMode: "Off" }`,
  },
  types: [...AUTOSCALERS, VERTICAL_AUTOSCALER],
  checkStack: checkBoth,
};

export const autoscalerMeasuresContainer: Policy = {
  id: "autoscaler-measures-container",
  title: "An autoscaler that measures one container must name one that is there.",
  severity: "medium",
  level: "mandatory",
  why: "A name that no container has gives no figure, and without a figure nothing is scaled.",
  fix: "Write the container's name into containerResource.container.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  metrics:
    - type: ContainerResource
      containerResource:
        name: cpu
        container: api
        target: { type: Utilization, averageUtilization: 60 }`,
  },
  types: [...WORKLOADS, AUTOSCALER],
  checkStack: (stack) =>
    each([...scalersByWorkload(stack)], ([workload, found]) =>
      each(found, (scaler) =>
        each(scaler.props.at("spec", "metrics").items(), (metric) => {
          const container = metric.at("containerResource", "container");
          if (!container.present) return undefined;
          const names = ["containers", "initContainers"]
            .flatMap((field) => podSpec(workload).at(field).items())
            .map((one) => one.at("name").text());
          return names.includes(container.text())
            ? undefined
            : violation(container, `is ${container.quote()}, and the pods have no container of that name`);
        }),
      ),
    ),
};
