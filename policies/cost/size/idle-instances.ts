import { z } from "zod";
import { fewestInstances } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, ResourcePolicy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods } from "../../kubernetes-stack.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../../slo/capacity-covers-peak.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";

/** Where a Cloud Run service says how many instances always run. */
function fewestAt({ props }: Subject): Property {
  const own = props.at("scaling", "minInstanceCount");
  return own.present ? own : props.at("template", "scaling", "minInstanceCount");
}

const few = z.strictObject({
  most: z
    .int()
    .min(0)
    .default(1)
    .describe("Instances of a service that may wait for work outside production."),
});

export const fewIdleInstancesOutsideProduction: ResourcePolicy = {
  id: "few-idle-instances-outside-production",
  title: "Outside production, few instances should wait for work.",
  severity: "low",
  level: "advisory",
  why: "Instances that always run are paid for day and night, and in a stack that people try things out in they mostly wait.",
  fix: "Let it go down to one instance, or to none.",
  example: {
    typescript:
      'new gcp.cloudrunv2.Service("api", {\n  location: "us-east1",\n  labels: { environment: "staging" },\n  template: { scaling: { minInstanceCount: 0, maxInstanceCount: 3 }, containers: [{ image }] },\n});',
  },
  types: [CLOUD_RUN_SERVICE],
  settings: few,
  check: (service, context) => {
    const { most } = context.settings(few);
    const count = fewestInstances(service);
    if (isProduction(service) || count <= most) return [];
    return [violation(fewestAt(service), `is ${count}; ${most} is enough outside production`)];
  },
};

const fits = z.strictObject({
  times: z
    .number()
    .min(1)
    .default(4)
    .describe("How many times the peak the fewest instances may be able to serve."),
});

/** @param count the fewest instances, of which one is always allowed, and two where one may fail */
function oversized(annotations: Property, count: number, times: number, at: Property): Finding[] {
  const [one, peak] = [
    annotations.at(CAPACITY_ANNOTATION).number(),
    annotations.at(PEAK_ANNOTATION).number(),
  ];
  if (!one || !peak || count <= 2 || count * one <= times * peak) return [];
  const enough = Math.max(2, Math.ceil(peak / one));
  return [
    violation(
      at,
      `is ${count}: without scaling at all they serve ${Number((count * one).toFixed(3))} requests/s, more than ${times} times the peak of ${peak}; ${enough} would do`,
    ),
  ];
}

function checkDeployment(stack: Stack, deployment: Subject, times: number): Finding[] {
  const pods = fewestPods(stack, deployment);
  if (pods === undefined) return [];
  return oversized(deployment.props.at("metadata", "annotations"), pods.count, times, pods.at);
}

export const idleCapacityFitsPeak: Policy = {
  id: "idle-capacity-fits-peak",
  title: "The instances that always run should not be many times what the peak asks for.",
  severity: "low",
  level: "advisory",
  why: "Instances beyond the peak never have anything to do, and are paid for all the same.",
  fix: "Lower the fewest instances, or correct the capacity and the peak that are stated.",
  example: {
    typescript:
      'new gcp.cloudrunv2.Service("api", {\n  location: "us-east1",\n  annotations: { "slipway.dev/capacity-per-instance": "15", "slipway.dev/peak": "50" },\n  template: { scaling: { minInstanceCount: 3, maxInstanceCount: 13 }, containers: [{ image }] },\n});',
  },
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, ...AUTOSCALERS],
  settings: fits,
  check: (resource, context) => {
    const { times } = context.settings(fits);
    if (resource.type !== CLOUD_RUN_SERVICE) return [];
    return oversized(resource.props.at("annotations"), fewestInstances(resource), times, fewestAt(resource));
  },
  checkStack: (stack, context) => {
    const { times } = context.settings(fits);
    return each(stack.ofType(DEPLOYMENT), (deployment) => checkDeployment(stack, deployment, times));
  },
};
