import type { NormalizedService } from "./normalize.ts";
import type { ServiceSpec } from "./spec.ts";

/**
 * A service's facts as they are carried on the resource itself, so that policies, the judge and the sandbox can read them
 * from any program or manifest. All values are text.
 */
export function serviceFacts(
  spec: Pick<ServiceSpec, "capacity" | "scaling" | "probes" | "release" | "versionPath">,
  normalized: NormalizedService,
): Record<string, string> {
  const thresholds = normalized.objectives.flatMap(({ thresholdSeconds }) => thresholdSeconds ?? []);
  return {
    "slipway.dev/capacity-per-instance": String(spec.capacity.perInstance),
    "slipway.dev/peak": String(spec.capacity.peak),
    "slipway.dev/objectives": JSON.stringify(normalized.objectives),
    ...(thresholds.length === 0
      ? {}
      : { "slipway.dev/latency-buckets": [...new Set(thresholds)].sort((a, b) => a - b).join(",") }),
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
