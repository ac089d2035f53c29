import { METRICS, type MeasuredService } from "../objectives/measured-service.ts";
import type { Scope } from "../scope.ts";
import type { NormalizedService } from "./normalize.ts";
import type { ServiceSpec } from "./spec.ts";

/** A service that is declared, and where. */
interface Declared {
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly facts: NormalizedService;
  /** On Kubernetes. */
  readonly namespace: { readonly namespace: string } | undefined;
}

/** A deployed service as those that watch it know it. */
export function measuredService(
  scope: Scope,
  { service, spec, facts, namespace }: Declared,
): MeasuredService {
  const { perInstance, peak } = spec.capacity;
  return {
    environment: scope.environment,
    system: scope.system,
    service,
    runtime: spec.runtime,
    metrics: { ...METRICS, ...spec.metrics },
    objectives: facts.objectives,
    capacity: { perInstance, max: facts.max, peak },
    ...(namespace === undefined ? {} : { namespace: namespace.namespace }),
    ...(spec.release === undefined ? {} : { release: spec.release }),
  };
}
