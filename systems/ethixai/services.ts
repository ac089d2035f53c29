import type { Objective } from "../../components/objectives/objective.ts";
import type { Probes } from "../../components/service/probes.ts";
import type { Runtime, ServiceSpec } from "../../components/service/spec.ts";
import type { Duration } from "../../components/units.ts";
import type { EthixaiEnvironment } from "./environments.ts";
import { ethixaiRelease } from "./release.ts";
import type { ServiceSettings } from "./settings.ts";

/** What a service's spec says before it is wired to anything. */
type Facts = Omit<ServiceSpec, "image" | "environment" | "secrets" | "exposure">;

const OWNER = "ethixai-platform";
const LOAD_TEST = "load test of day 14: one instance, no errors";

/**
 * Both work while a request is open, an analysis too, and nine instances that never sleep would cost more by themselves than
 * all of the range that EthixAI planned with (EA-15). A service that comes to work on after it has answered says "instance".
 */
const BILLING = "request";

/** The three probes (EA-02). @param startup failures of the startup probe, 5 s apart, until it is given up */
function probes(startup: number): Probes {
  return {
    startup: { path: "/health/startup", period: "5 s", failureThreshold: startup, timeout: "3 s" },
    // 3 failures 10 s apart: restarted after 30 s.
    liveness: { path: "/health/liveness", period: "10 s", failureThreshold: 3, timeout: "5 s" },
    // 2 failures 5 s apart: out of rotation after 10 s. It has to answer within 500 ms.
    readiness: { path: "/health/readiness", period: "5 s", failureThreshold: 2, timeout: "500 ms" },
  };
}

/** Availability, and 95 % of requests within a time; thresholds of the release gates (EA-10). */
function objectives(availability: number, within: Duration): Objective[] {
  return [
    { name: "availability", indicator: { kind: "availability" }, target: availability, owner: OWNER },
    { name: "latency", indicator: { kind: "latency", threshold: within }, target: 95, owner: OWNER },
  ];
}

/** The API (EA-01, EA-14): one replica failed 66.81 % of requests at 25 a second, 15 a second it serves. */
export function backendFacts(
  environment: EthixaiEnvironment,
  runtime: Runtime = "cloud-run",
  stack: ServiceSettings = {},
): Facts {
  return {
    runtime,
    resources: { cpu: stack.cpu ?? 1, memory: stack.memory ?? "512 MiB" },
    probes: probes(12),
    scaling: {
      min: stack.min ?? environment.backend.min,
      max: stack.max ?? environment.backend.max,
      cpuPercent: 60,
    },
    capacity: { perInstance: 15, peak: stack.peak ?? environment.backend.peak, source: LOAD_TEST },
    billing: stack.billing ?? BILLING,
    objectives: objectives(99.5, "2 s"),
    release: ethixaiRelease(environment),
  };
}

/** The analyses (EA-01, EA-14): 2.53 s on average, 41 s at worst; the model takes up to a minute to load. */
export function aiCoreFacts(
  environment: EthixaiEnvironment,
  runtime: Runtime = "cloud-run",
  stack: ServiceSettings = {},
): Facts {
  return {
    runtime,
    resources: { cpu: stack.cpu ?? 2, memory: stack.memory ?? "1 GiB" },
    probes: probes(24),
    scaling: {
      min: stack.min ?? environment.aiCore.min,
      max: stack.max ?? environment.aiCore.max,
      cpuPercent: 70,
      workDuration: { metric: "analyse_duration_seconds", above: "8 s" },
    },
    capacity: { perInstance: 3.4, peak: stack.peak ?? environment.aiCore.peak, source: LOAD_TEST },
    timeout: "120 s",
    billing: stack.billing ?? BILLING,
    objectives: objectives(99.5, "8 s"),
    release: ethixaiRelease(environment),
  };
}
