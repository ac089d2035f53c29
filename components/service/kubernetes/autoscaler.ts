import type * as k8s from "@pulumi/kubernetes";
import { quantityOf } from "../../kubernetes/quantity.ts";
import { seconds } from "../../units.ts";
import type { Candidate, ScalingSignal, ServiceSpec } from "../spec.ts";

type Metric = k8s.types.input.autoscaling.v2.MetricSpec;

function utilization(name: "cpu" | "memory", averageUtilization: number): Metric {
  return { type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } };
}

function signal({ of, metric, labels, average }: ScalingSignal): Metric {
  const facts = {
    metric: {
      name: metric,
      ...(labels === undefined ? {} : { selector: { matchLabels: { ...labels } } }),
    },
    target: { type: "AverageValue", averageValue: quantityOf(average) },
  };
  return of === "pods" ? { type: "Pods", pods: facts } : { type: "External", external: facts };
}

function metrics({
  cpuPercent,
  memoryPercent,
  workDuration,
  signals = [],
}: ServiceSpec["scaling"]): Metric[] {
  return [
    utilization("cpu", cpuPercent),
    ...(memoryPercent === undefined ? [] : [utilization("memory", memoryPercent)]),
    ...(workDuration === undefined
      ? []
      : [signal({ of: "pods", metric: workDuration.metric, average: seconds(workDuration.above) })]),
    ...signals.map(signal),
  ];
}

/**
 * The autoscaler: up at once, at most twofold or by four pods in 15 s; down after five calm minutes, a quarter or one pod a
 * minute. Requests, not guesses, decide.
 */
export function planAutoscaler(
  target: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  scaling: ServiceSpec["scaling"],
): k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: target,
    minReplicas: scaling.min,
    maxReplicas: scaling.max,
    metrics: metrics(scaling),
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
          { type: "Percent", value: 100, periodSeconds: 15 },
          { type: "Pods", value: 4, periodSeconds: 15 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Max",
        policies: [
          { type: "Percent", value: 25, periodSeconds: 60 },
          { type: "Pods", value: 1, periodSeconds: 60 },
        ],
      },
    },
  };
}

/** Scaling of a candidate: its share of the minimum, or all of it, and room to take everything. */
export function candidateScaling(
  scaling: ServiceSpec["scaling"],
  { percent, fullSize = false }: Pick<Candidate, "percent" | "fullSize">,
): ServiceSpec["scaling"] {
  if (fullSize) return scaling;
  return { ...scaling, min: Math.max(1, Math.ceil((scaling.min * percent) / 100)) };
}
