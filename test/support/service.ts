import { Network } from "../../components/network/network.ts";
import type { Scope } from "../../components/scope.ts";
import { Service, type ServiceArgs } from "../../components/service/service.ts";
import type { ServiceSpec } from "../../components/service/spec.ts";

/** A service that is right in every way; tests change one field of it. */
export function goodService(): ServiceSpec {
  return {
    runtime: "cloud-run",
    image: "shop/api:1.0.0",
    resources: { cpu: 1, memory: "512 MiB" },
    probes: {
      startup: { path: "/health/startup", period: "5 s", failureThreshold: 12, timeout: "3 s" },
      liveness: { path: "/health/liveness", period: "10 s", failureThreshold: 3, timeout: "5 s" },
      readiness: { path: "/health/readiness", period: "5 s", failureThreshold: 2, timeout: "500 ms" },
    },
    scaling: { min: 3, max: 13, cpuPercent: 60 },
    capacity: { perInstance: 15, peak: 50, source: "a load test" },
    environment: { LOG_LEVEL: "warn" },
    secrets: {},
    exposure: "edge",
    objectives: [
      { name: "availability", indicator: { kind: "availability" }, target: 99.5, owner: "shop" },
      { name: "latency", indicator: { kind: "latency", threshold: "2 s" }, target: 95, owner: "shop" },
    ],
  };
}

/** Declares that service, with what a test changes of it, and a network of its own unless one is given. */
export function shopService(scope: Scope, change: Partial<ServiceArgs> & { name?: string } = {}): Service {
  const { name = "api", ...args } = change;
  const network = args.network ?? new Network(`shop-network-for-${name}`, { scope });
  return new Service(`shop-${name}`, { scope, service: name, network, ...goodService(), ...args });
}
