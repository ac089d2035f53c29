import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { HANDLERS, PROBED, PROBES, probedContainers } from "../probes.ts";

/** Fields, and the least that each may be in both runtimes (run v2 discovery document, 2026-10; Kubernetes API reference). */
const LEAST = [
  ["initialDelaySeconds", 0],
  ["periodSeconds", 1],
  ["timeoutSeconds", 1],
  ["failureThreshold", 1],
  ["successThreshold", 1],
] as const;

/** The most that Cloud Run takes, in seconds, by probe. */
const MOST_ON_CLOUD_RUN: Readonly<Record<string, number>> = { startupProbe: 240, livenessProbe: 3600 };

function checkBounds(probe: Property, name: string, onCloudRun: boolean): Finding[] {
  const most = onCloudRun ? MOST_ON_CLOUD_RUN[name] : undefined;
  return each(LEAST, ([field, least]) => {
    const at = probe.at(field);
    const value = at.number();
    if (value === undefined) return undefined;
    if (!Number.isInteger(value) || value < least)
      return violation(at, `is ${value}; it must be a whole number from ${least}`);
    const limit = /^(initialDelay|period)/.test(field) ? most : undefined;
    return limit !== undefined && value > limit
      ? violation(at, `is ${value}; Cloud Run takes ${limit} at most`)
      : undefined;
  });
}

function checkProbe(probe: Property, name: string, onCloudRun: boolean): Finding[] {
  if (!probe.present) return [];
  return parts(
    () => {
      const ways = HANDLERS.filter((way) => probe.at(way).present);
      if (ways.length === 0) return violation(probe, `says no way to ask: one of ${HANDLERS.join(", ")}`);
      return ways.length === 1
        ? undefined
        : violation(probe, `says ${ways.join(" and ")}; only one may stand`);
    },
    () => checkBounds(probe, name, onCloudRun),
    () => {
      const successes = probe.at("successThreshold");
      return name !== "readinessProbe" && (successes.number() ?? 1) > 1
        ? violation(successes, `is ${successes.quote()}; only a readiness probe may ask for more than 1`)
        : undefined;
    },
    () => {
      const grace = probe.at("terminationGracePeriodSeconds");
      return name === "readinessProbe" && grace.present
        ? violation(grace, "is set: a readiness probe ends nothing, and the API server refuses it")
        : undefined;
    },
  );
}

function check(resource: Subject): Finding[] {
  const onCloudRun = resource.type === CLOUD_RUN_SERVICE;
  return each(probedContainers(resource), (container) =>
    each(PROBES, (name) => checkProbe(container.at(name), name, onCloudRun)),
  );
}

export const probeAccepted: Policy = {
  id: "probe-accepted",
  title: "A probe must be one that its runtime takes.",
  severity: "medium",
  level: "mandatory",
  why: "The API refuses a probe with two ways to ask or figures out of bounds, in the middle of a deployment.",
  fix: "Give each probe one of httpGet, grpc, exec and tcpSocket, whole numbers from 1, and successThreshold 1 on startup and liveness probes.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          livenessProbe:
            httpGet: { path: /healthz, port: 8080 }
            periodSeconds: 10
            failureThreshold: 3`,
  },
  requirements: ["EA-02", "OS-02"],
  types: PROBED,
  check,
};
