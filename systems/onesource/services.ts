import type { Environment } from "../../components/scope.ts";
import type { ServiceSpec } from "../../components/service/spec.ts";
import type { OnesourceEnvironment } from "./environments.ts";
import { BACKEND_OBJECTIVES, FRONTEND_OBJECTIVES } from "./objectives.ts";
import { backendRelease, frontendRelease } from "./release.ts";

/** What a service's spec says before it is wired to anything. */
type Facts = Omit<ServiceSpec, "image" | "environment" | "secrets" | "exposure">;

const SOURCE = "an assumption: the seed states no figure; replace it by a load test's";

/** The API (OS-01, OS-02): conversations, each answer a call of the model. */
export function backendFacts(
  { backend: { min, max, peak } }: OnesourceEnvironment,
  environment: Environment,
): Facts {
  return {
    runtime: "kubernetes",
    resources: { cpu: 0.5, memory: "1 GiB" },
    probes: {
      startup: { path: "/healthz", period: "5 s", failureThreshold: 24, timeout: "2 s" },
      liveness: { path: "/healthz", period: "10 s", failureThreshold: 3, timeout: "2 s" },
      readiness: {
        path: "/readyz",
        period: "5 s",
        failureThreshold: 2,
        timeout: "2 s",
        checks: ["redis", "conversation_store", "schema_guard", "configuration"],
      },
    },
    scaling: { min, max, cpuPercent: 60, memoryPercent: 80 },
    capacity: { perInstance: 20, peak, source: SOURCE },
    timeout: "60 s",
    objectives: BACKEND_OBJECTIVES,
    // HighLatency asks how many requests take longer.
    latencyBuckets: ["2 s"],
    release: backendRelease(environment),
    versionPath: "/version",
  };
}

/** The pages (OS-01). */
export function frontendFacts(
  { frontend: { min, max, peak } }: OnesourceEnvironment,
  environment: Environment,
): Facts {
  return {
    runtime: "kubernetes",
    port: 3000,
    resources: { cpu: 0.25, memory: "256 MiB" },
    probes: {
      startup: { path: "/healthz", period: "2 s", failureThreshold: 30 },
      liveness: { path: "/healthz", period: "10 s", failureThreshold: 3 },
      readiness: { path: "/readyz", period: "5 s", failureThreshold: 2 },
    },
    scaling: { min, max, cpuPercent: 70 },
    capacity: { perInstance: 100, peak, source: SOURCE },
    timeout: "30 s",
    objectives: FRONTEND_OBJECTIVES,
    release: frontendRelease(environment),
    versionPath: "/version",
  };
}
