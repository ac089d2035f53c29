import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, mostPods } from "../../kubernetes-stack.ts";
import { DEPLOYMENT } from "../../types.ts";
import { figure } from "../duration.ts";
import { annotationsOf } from "../facts.ts";
import { statedCapacity } from "./stated-capacity.ts";

const settings = z.strictObject({
  zones: z.int().min(2).default(3).describe("Zones that pods are spread over."),
});

function checkDeployment(stack: Stack, deployment: Subject, zones: number): readonly Finding[] {
  if (!isProduction(deployment)) return [];
  const stated = statedCapacity(annotationsOf(deployment));
  const most = mostPods(stack, deployment);
  if (stated === undefined || most === undefined) return [];
  const { perInstance, peak } = stated;
  // Without a zone's share nothing covers the peak that does not cover it with it: that is another policy's.
  if (figure(perInstance * most.count) < peak) return [];
  const lost = Math.ceil(most.count / zones);
  const capacity = figure(perInstance * (most.count - lost));
  return capacity >= peak
    ? []
    : [
        violation(
          most.at,
          `is ${most.count}: without the ${lost} of one of ${zones} zones, ${most.count - lost} × ${perInstance} requests/s = ${capacity} requests/s, less than the peak of ${peak}`,
        ),
      ];
}

export const capacitySurvivesZone: Policy = {
  id: "capacity-survives-zone",
  title: "Pods should serve the peak also while one zone is lost.",
  severity: "low",
  level: "advisory",
  why: "A zone takes its share of the pods with it, and until nodes are made elsewhere the others have all of the load. Cloud Run, which starts instances in a region's other zones, is left out.",
  fix: "Allow as many more pods as one zone has, or lower what is promised while a zone is lost.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/capacity-per-instance: "15"
    slipway.dev/peak: "50"
spec:
  replicas: 6`,
  },
  requirements: ["EA-14"],
  settings,
  types: [...WORKLOADS, ...AUTOSCALERS],
  checkStack: (stack, context) => {
    const { zones } = context.settings(settings);
    return each(stack.ofType(DEPLOYMENT), (deployment) =>
      parts(() => checkDeployment(stack, deployment, zones)),
    );
  },
};
