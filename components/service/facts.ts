import { seconds } from "../units.ts";
import type { NormalizedService } from "./normalize.ts";
import type { ServiceSpec } from "./spec.ts";

/** Edges that a service's histogram has to have, in seconds: what its objectives, alerts and releases hold requests against. */
export function latencyBuckets(
  spec: Pick<ServiceSpec, "latencyBuckets" | "release">,
  { objectives }: Pick<NormalizedService, "objectives">,
): number[] {
  const edges = [
    ...objectives.flatMap(({ thresholdSeconds }) => thresholdSeconds ?? []),
    ...(spec.latencyBuckets ?? []).map(seconds),
    ...(spec.release?.thresholds ?? []).flatMap(({ limit }) =>
      limit.kind === "latency" ? [seconds(limit.under)] : [],
    ),
  ];
  return [...new Set(edges)].sort((a, b) => a - b);
}

/**
 * A service's facts as they are carried on the resource itself, so that policies, the judge and the sandbox can read them
 * from any program or manifest. All values are text.
 */
export function serviceFacts(
  spec: Pick<ServiceSpec, "capacity" | "scaling" | "probes" | "release" | "versionPath" | "latencyBuckets">,
  normalized: NormalizedService,
): Record<string, string> {
  const buckets = latencyBuckets(spec, normalized);
  return {
    "slipway.dev/capacity-per-instance": String(spec.capacity.perInstance),
    "slipway.dev/peak": String(spec.capacity.peak),
    "slipway.dev/objectives": JSON.stringify(normalized.objectives),
    ...(buckets.length === 0 ? {} : { "slipway.dev/latency-buckets": buckets.join(",") }),
    ...(spec.scaling.workDuration === undefined
      ? {}
      : {
          "slipway.dev/scaling-signal": `${spec.scaling.workDuration.metric} > ${spec.scaling.workDuration.above}`,
        }),
    ...(spec.probes.readiness.checks === undefined
      ? {}
      : { "slipway.dev/readiness-checks": spec.probes.readiness.checks.join(",") }),
    ...(spec.release === undefined ? {} : { "slipway.dev/release": JSON.stringify(spec.release) }),
    ...(spec.versionPath === undefined ? {} : { "slipway.dev/version-path": spec.versionPath }),
  };
}
