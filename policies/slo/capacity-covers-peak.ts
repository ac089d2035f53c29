import { z } from "zod";
import { mostInstances } from "../cloud-run.ts";
import { adviceOutsideProduction, isProduction } from "../core/environment.ts";
import { each, notEvaluated, parts, violation } from "../core/finding.ts";
import type { Context, Finding, Policy, Stack, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { WORKLOADS } from "../kubernetes.ts";
import { AUTOSCALERS, mostPods, serves } from "../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, KUBERNETES_SERVICE } from "../types.ts";

/** Where a service, or a Deployment, carries what a load test said of one instance, and what is expected of all; in requests/s. */
export const CAPACITY_ANNOTATION = "slipway.dev/capacity-per-instance";
export const PEAK_ANNOTATION = "slipway.dev/peak";

const settings = z.strictObject({
  headroom: z
    .number()
    .min(0)
    .default(0)
    .describe("How much more than the peak all instances together must serve, in percent of the peak."),
});

/** Figures have few digits; this hides the noise of binary fractions. */
function figure(value: number): number {
  return Number(value.toFixed(3));
}

/** @param most how many there may be, and where that is said; undefined where it is said nowhere, and `at` is where it would be */
function check(
  service: Subject,
  annotations: Property,
  headroom: number,
  most: () => { readonly count: number | undefined; readonly at: Property },
): Finding[] {
  const [perInstance, peak] = [annotations.at(CAPACITY_ANNOTATION), annotations.at(PEAK_ANNOTATION)];
  const missing = [perInstance, peak].filter((annotation) => !annotation.present);
  if (missing.length > 0) {
    return isProduction(service)
      ? missing.map((annotation) => violation(annotation, "is not set: capacity is not stated"))
      : [];
  }
  const wrong = [perInstance, peak].filter((annotation) => !((annotation.number() as number) > 0));
  if (wrong.length > 0)
    return wrong.map((annotation) => violation(annotation, `is ${annotation.quote()}, not a rate above 0`));

  const { count, at } = most();
  if (count === undefined) return [violation(at, "is not set, so capacity can't be compared with the peak")];
  const [one, wanted] = [perInstance.number() as number, peak.number() as number];
  const capacity = figure(one * count);
  const needed = figure(wanted * (1 + headroom / 100));
  if (capacity >= needed) return [];
  const enough = Math.ceil(figure(needed / one));
  const more = headroom === 0 ? "" : ` and ${headroom} % more`;
  return [
    violation(
      at,
      `is ${count}: ${count} × ${one} requests/s = ${capacity} requests/s, less than the peak of ${wanted}${more}; ${enough} instances would do`,
    ),
  ];
}

/** Who makes a thing, by the labels of Kubernetes and of Google Cloud; Slipway's own services state their capacity. */
const MANAGED_BY = "app.kubernetes.io/managed-by";
const CLOUD_MANAGED_BY = "managed-by";

/** What others made states no capacity in our words: then nothing can be told. @param by who made it */
function unstated(service: Subject, annotations: Property, by: Property): readonly Finding[] | undefined {
  const isSilent = [CAPACITY_ANNOTATION, PEAK_ANNOTATION].every((name) => !annotations.at(name).present);
  if (!isSilent || by.text() === "slipway") return undefined;
  return isProduction(service)
    ? [
        notEvaluated(
          service.urn,
          `it states neither ${CAPACITY_ANNOTATION} nor ${PEAK_ANNOTATION}, so its capacity can't be compared with its peak`,
        ),
      ]
    : [];
}

function checkService(service: Subject, headroom: number): readonly Finding[] {
  const { props } = service;
  const annotations = props.at("annotations");
  return (
    unstated(service, annotations, props.at("labels", CLOUD_MANAGED_BY)) ??
    check(service, annotations, headroom, () => ({
      count: mostInstances(service),
      at: props.at("template", "scaling", "maxInstanceCount"),
    }))
  );
}

/** Deployments that take requests. */
function checkDeployment(stack: Stack, deployment: Subject, headroom: number): readonly Finding[] {
  if (!serves(stack, deployment)) return [];
  const metadata = deployment.props.at("metadata");
  const annotations = metadata.at("annotations");
  return (
    unstated(deployment, annotations, metadata.at("labels", MANAGED_BY)) ??
    check(
      deployment,
      annotations,
      headroom,
      () => mostPods(stack, deployment) as { count: number; at: Property },
    )
  );
}

export const capacityCoversPeak: Policy = {
  id: "capacity-covers-peak",
  title: "All instances together should serve the peak; in production they must.",
  severity: "high",
  level: "mandatory",
  why: "One instance past its limit does not slow down, it fails: at 25 requests/s on one, 66.81 % of requests failed.",
  fix: `State what one instance serves and the peak (${CAPACITY_ANNOTATION}, ${PEAK_ANNOTATION}), and allow enough instances.`,
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/capacity-per-instance: "15"
    slipway.dev/peak: "50"
spec:
  replicas: 4`,
  },
  requirements: ["EA-14"],
  settings,
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, ...AUTOSCALERS, KUBERNETES_SERVICE],
  check: (resource, context) =>
    resource.type === CLOUD_RUN_SERVICE
      ? adviceOutsideProduction(
          resource,
          parts(() => checkService(resource, context.settings(settings).headroom)),
        )
      : [],
  checkStack: (stack, context: Context) => {
    const { headroom } = context.settings(settings);
    return each(stack.ofType(DEPLOYMENT), (deployment) =>
      adviceOutsideProduction(
        deployment,
        parts(() => checkDeployment(stack, deployment, headroom)),
      ),
    );
  },
};
