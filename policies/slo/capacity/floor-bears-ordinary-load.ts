import { z } from "zod";
import { fewestInstances } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";
import { figure } from "../duration.ts";
import { annotationsOf } from "../facts.ts";
import { statedCapacity } from "./stated-capacity.ts";

const settings = z.strictObject({
  ordinary: z
    .number()
    .min(0)
    .max(100)
    .default(50)
    .describe("What counts as an ordinary load, in percent of the peak."),
});

function check(
  resource: Subject,
  ordinary: number,
  fewest: () => { readonly count: number; readonly at: Property } | undefined,
): readonly Finding[] {
  if (!isProduction(resource)) return [];
  const stated = statedCapacity(annotationsOf(resource));
  const floor = stated === undefined ? undefined : fewest();
  if (stated === undefined || floor === undefined) return [];
  const { perInstance, peak } = stated;
  const load = figure((peak * ordinary) / 100);
  const borne = figure(floor.count * perInstance);
  return borne >= load
    ? []
    : [
        violation(
          floor.at,
          `is ${floor.count}: ${borne} requests/s until more have started, and ${ordinary} % of the peak are ${load}; ${Math.ceil(figure(load / perInstance))} instances would do`,
        ),
      ];
}

export const floorBearsOrdinaryLoad: Policy = {
  id: "floor-bears-ordinary-load",
  title: "The instances that always run should bear the ordinary load.",
  severity: "low",
  level: "advisory",
  why: "New instances take seconds or minutes to start. Until then those that run have all of the load, and past its limit an instance does not slow down, it fails.",
  fix: "Raise the minimum, or make a start so short that nobody notices.",
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
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, ...AUTOSCALERS],
  check: (resource, context) =>
    resource.type === CLOUD_RUN_SERVICE
      ? parts(() =>
          check(resource, context.settings(settings).ordinary, () => ({
            count: fewestInstances(resource),
            at: resource.props.at("template", "scaling", "minInstanceCount"),
          })),
        )
      : [],
  checkStack: (stack, context) => {
    const { ordinary } = context.settings(settings);
    return each(stack.ofType(DEPLOYMENT), (deployment) =>
      parts(() => check(deployment, ordinary, () => fewestPods(stack, deployment))),
    );
  },
};
