import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { AUTOSCALERS } from "../../kubernetes-stack.ts";
import { AUTOSCALER_V1, CLOUD_RUN_SERVICE, SCALED_OBJECT } from "../../types.ts";

const SETTINGS = z.strictObject({
  leastPercent: z.number().min(0).max(100).default(30).describe("The least use to scale at, in percent."),
  mostPercent: z.number().min(1).max(100).default(90).describe("The most use to scale at, in percent."),
});

/** KEDA's scalers of what a pod uses of what it requests. */
const BY_USE = ["cpu", "memory"];

/** Where a resource says at what use it scales, and in percent what it says. */
function targetsOf(resource: Subject): { at: Property; percent: number | undefined }[] {
  const { props, type } = resource;
  if (type === CLOUD_RUN_SERVICE) {
    return ["cpuUtilization", "concurrencyUtilization"].map((field) => {
      const at = props.at("template", "scaling", field);
      const share = at.number();
      // 0 turns this one of the two off.
      return {
        at,
        percent: share === undefined || share === 0 ? undefined : Number((share * 100).toFixed(3)),
      };
    });
  }
  const spec = props.at("spec");
  if (type === AUTOSCALER_V1) {
    const at = spec.at("targetCPUUtilizationPercentage");
    return [{ at, percent: at.number() }];
  }
  if (type === SCALED_OBJECT) {
    return spec
      .at("triggers")
      .items()
      .filter((trigger) => BY_USE.includes(trigger.at("type").text() ?? ""))
      .filter((trigger) => (trigger.at("metricType").text() ?? "Utilization") === "Utilization")
      .map((trigger) => trigger.at("metadata", "value"))
      .map((at) => ({ at, percent: at.number() }));
  }
  return spec
    .at("metrics")
    .items()
    .flatMap((metric) =>
      ["resource", "containerResource"].map((kind) => metric.at(kind, "target", "averageUtilization")),
    )
    .map((at) => ({ at, percent: at.number() }));
}

function check(resource: Subject, context: Context): Finding[] {
  const { leastPercent, mostPercent } = context.settings(SETTINGS);
  return each(targetsOf(resource), ({ at, percent }) => {
    if (percent === undefined) return undefined;
    if (percent < leastPercent)
      return violation(at, `is ${percent} %, below ${leastPercent} %: most of what is paid for lies idle`);
    return percent > mostPercent
      ? violation(at, `is ${percent} %, above ${mostPercent} %: what is there is full before there is more`)
      : undefined;
  });
}

export const autoscalerTarget: Policy = {
  id: "autoscaler-target",
  title: "An autoscaler should add instances while those that are there still have room.",
  severity: "low",
  level: "advisory",
  why: "A new instance takes a minute to serve: with a target near 100 % the others fail in that minute.",
  fix: "Scale at 50 to 80 % of the CPU, the less the slower a start is.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: 60 }`,
  },
  requirements: ["EA-01"],
  settings: SETTINGS,
  types: [CLOUD_RUN_SERVICE, ...AUTOSCALERS],
  check,
};
