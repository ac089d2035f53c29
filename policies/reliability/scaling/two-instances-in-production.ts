import { z } from "zod";
import { fewestInstances } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, serves } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, KUBERNETES_SERVICE } from "../../types.ts";

const SETTINGS = z.strictObject({
  least: z
    .int()
    .min(1)
    .default(2)
    .describe("The fewest instances of a service that always run in production."),
});

function checkService(service: Subject, least: number): readonly Finding[] {
  if (!isProduction(service)) return [];
  const fewest = fewestInstances(service);
  return fewest >= least
    ? []
    : [
        violation(
          service.props.at("template", "scaling", "minInstanceCount"),
          `is ${fewest}; production needs ${least} or more`,
        ),
      ];
}

/**
 * Deployments that take requests. A StatefulSet's members are no copies of each other: whether a store survives the loss of
 * one is a matter of how it replicates.
 */
function checkDeployment(stack: Stack, deployment: Subject, least: number): Finding | undefined {
  if (!isProduction(deployment) || !serves(stack, deployment)) return undefined;
  const fewest = fewestPods(stack, deployment);
  if (fewest === undefined || fewest.count >= least) return undefined;
  const stated = fewest.at.present ? `is ${fewest.count}` : `is not set, which means ${fewest.count}`;
  return violation(fewest.at, `${stated}; production needs ${least} or more`);
}

export const twoInstancesInProduction: Policy = {
  id: "two-instances-in-production",
  title: "In production at least two instances of a service must always run.",
  severity: "high",
  level: "mandatory",
  why: "With one, every restart is an outage; with none, the first request waits for a cold start.",
  fix: "On Cloud Run set template.scaling.minInstanceCount to 2 or more; in Kubernetes the autoscaler's minReplicas, or spec.replicas where there is no autoscaler.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  minReplicas: 2
  maxReplicas: 12`,
  },
  requirements: ["EA-01", "OS-01"],
  settings: SETTINGS,
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, ...AUTOSCALERS, KUBERNETES_SERVICE],
  check: (resource, context) =>
    resource.type === CLOUD_RUN_SERVICE ? checkService(resource, context.settings(SETTINGS).least) : [],
  checkStack: (stack, context) => {
    const { least } = context.settings(SETTINGS);
    return each(stack.ofType(DEPLOYMENT), (deployment) => checkDeployment(stack, deployment, least));
  },
};
