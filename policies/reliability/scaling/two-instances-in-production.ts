import { fewestInstances } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, serves } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, KUBERNETES_SERVICE } from "../../types.ts";

const LEAST = 2;

function checkService(service: Subject): readonly Finding[] {
  if (!isProduction(service)) return [];
  const fewest = fewestInstances(service);
  return fewest >= LEAST
    ? []
    : [
        violation(
          service.props.at("template", "scaling", "minInstanceCount"),
          `is ${fewest}; production needs ${LEAST} or more`,
        ),
      ];
}

/**
 * Deployments that take requests. A StatefulSet's members are no copies of each other: whether a store survives the loss of
 * one is a matter of how it replicates.
 */
function checkDeployment(stack: Stack, deployment: Subject): Finding | undefined {
  if (!isProduction(deployment) || !serves(stack, deployment)) return undefined;
  const fewest = fewestPods(stack, deployment);
  if (fewest === undefined || fewest.count >= LEAST) return undefined;
  const stated = fewest.at.present ? `is ${fewest.count}` : `is not set, which means ${fewest.count}`;
  return violation(fewest.at, `${stated}; production needs ${LEAST} or more`);
}

export const twoInstancesInProduction: Policy = {
  id: "two-instances-in-production",
  title: "In production at least two instances of a service must always run.",
  severity: "high",
  level: "mandatory",
  why: "With one, every restart is an outage; with none, the first request waits for a cold start.",
  fix: "On Cloud Run set template.scaling.minInstanceCount to 2 or more; in Kubernetes the autoscaler's minReplicas, or spec.replicas where there is no autoscaler.",
  requirements: ["EA-01", "OS-01"],
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, ...AUTOSCALERS, KUBERNETES_SERVICE],
  check: (resource) => (resource.type === CLOUD_RUN_SERVICE ? checkService(resource) : []),
  checkStack: (stack) => each(stack.ofType(DEPLOYMENT), (deployment) => checkDeployment(stack, deployment)),
};
