import { containersOf } from "../cloud-run.ts";
import type { Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { lastingContainers, WORKLOADS } from "../kubernetes.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

/** Types whose containers are probed. */
export const PROBED = [CLOUD_RUN_SERVICE, ...WORKLOADS] as const;

/** What a container may have, in the order that they begin. */
export const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;

/** How a probe may ask. */
export const HANDLERS = ["httpGet", "grpc", "exec", "tcpSocket"] as const;

/** What both runtimes take where a probe leaves it out (run v2 discovery document, 2026-10; Kubernetes API reference). */
const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;
const DEFAULT_TIMEOUT_SECONDS = 1;

/** Containers that run as long as their instance does. */
export function probedContainers(resource: Subject): Property[] {
  return resource.type === CLOUD_RUN_SERVICE ? containersOf(resource) : lastingContainers(resource);
}

/** A probe's figures, with the defaults of both runtimes; in seconds. */
export function timing(probe: Property) {
  const delay = probe.at("initialDelaySeconds").number() ?? 0;
  const period = probe.at("periodSeconds").number() ?? DEFAULT_PERIOD_SECONDS;
  const timeout = probe.at("timeoutSeconds").number() ?? DEFAULT_TIMEOUT_SECONDS;
  const failures = probe.at("failureThreshold").number() ?? DEFAULT_FAILURES;
  return { delay, period, timeout, failures, actsAfter: period * failures };
}

/** What a probe asks, in words; undefined where it only opens a connection, or asks nothing. Two that are alike ask the same. */
export function askedBy(probe: Property): string | undefined {
  const text = (handler: Property, field: string, other = "") => handler.at(field).text() ?? other;
  const [http, grpc, exec] = [probe.at("httpGet"), probe.at("grpc"), probe.at("exec")];
  if (http.present) {
    const host = text(http, "host");
    return `${text(http, "scheme", "HTTP")} ${host}${host && ":"}${text(http, "port")}${text(http, "path", "/")}`;
  }
  if (grpc.present) return `gRPC ${text(grpc, "port")} ${text(grpc, "service")}`.trimEnd();
  if (!exec.present) return undefined;
  return JSON.stringify(
    exec
      .at("command")
      .items()
      .map((part) => part.text()),
  );
}
