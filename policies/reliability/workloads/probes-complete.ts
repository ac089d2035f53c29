import { servingContainer } from "../../cloud-run.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { podSpec, servingContainer as servingContainerOfPod, WORKLOADS } from "../../kubernetes.ts";
import { serves, workloadsOf } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, KUBERNETES_SERVICE, STATEFUL_SET } from "../../types.ts";
import { PROBES, timing } from "../probes.ts";

/** Cloud Run stops a container that has not started after four minutes. */
const LONGEST_START_SECONDS = 240;

/** How long a Deployment may take before its rollout counts as failed, in seconds, where it says nothing (API reference). */
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

function asksTheApplication(probe: Property): Finding | undefined {
  if (!probe.present) return violation(probe, "is missing");
  return probe.at("httpGet").present || probe.at("grpc").present
    ? undefined
    : violation(probe, "asks neither by HTTP nor by gRPC, so it does not ask the application");
}

/** In Kubernetes a command of the container's own can ask it, too. */
const ASKING = ["httpGet", "grpc", "exec"];

/**
 * @param ways how a probe may ask. Of a store, which speaks a protocol of its own, it is enough that it takes connections
 * once its startup probe has asked it: a client started every few seconds may cost more than the store itself.
 * A startup probe may be done without where the start is short, which only who wrote the program knows.
 */
function asksTheContainer(probe: Property, name: string, ways: readonly string[]): Finding | undefined {
  if (!probe.present) {
    const missing = violation(probe, "is missing");
    return name === "startupProbe" ? { ...missing, level: "advisory" } : missing;
  }
  return ways.some((way) => probe.at(way).present)
    ? undefined
    : violation(
        probe,
        "asks neither by HTTP nor by gRPC nor with a command, so it does not ask the application",
      );
}

/** @param longest seconds that the runtime, called `runtime`, waits for a start */
function startsInTime(probe: Property, longest: number, runtime: string): Finding | undefined {
  const { delay, period, failures, actsAfter } = timing(probe);
  const budget = delay + actsAfter;
  return budget <= longest
    ? undefined
    : violation(
        probe,
        `allows ${budget} s (${delay} s + ${period} s × ${failures}), and ${runtime} allows ${longest} s`,
      );
}

function checkService(service: Subject): Finding[] {
  const container = servingContainer(service);
  if (container === undefined)
    return [violation(service.props.at("template", "containers"), "has none that takes requests")];
  return parts(
    () => each(PROBES, (name) => asksTheApplication(container.at(name))),
    () => startsInTime(container.at("startupProbe"), LONGEST_START_SECONDS, "Cloud Run"),
  );
}

/** Workloads that nobody sends requests to have nothing to be probed for. */
function checkWorkload(stack: Stack, workload: Subject): readonly Finding[] {
  if (!serves(stack, workload)) return [];
  const container = servingContainerOfPod(workload);
  if (container === undefined) return [violation(podSpec(workload).at("containers"), "has none")];
  const later = workload.type === STATEFUL_SET ? [...ASKING, "tcpSocket"] : ASKING;
  return parts(
    () =>
      each(PROBES, (name) =>
        asksTheContainer(container.at(name), name, name === "startupProbe" ? ASKING : later),
      ),
    () => {
      if (workload.type !== DEPLOYMENT) return undefined;
      const deadline =
        workload.props.at("spec", "progressDeadlineSeconds").number() ?? DEFAULT_PROGRESS_DEADLINE_SECONDS;
      return startsInTime(container.at("startupProbe"), deadline, "the rollout's progressDeadlineSeconds");
    },
  );
}

export const probesComplete: Policy = {
  id: "probes-complete",
  title: "A service must have a startup, a liveness and a readiness probe that ask the application itself.",
  severity: "high",
  level: "mandatory",
  why: "Without them traffic goes to instances that have not started or no longer work, and a hung one is never restarted.",
  fix: "Give the container that takes requests all three, with httpGet or grpc (in Kubernetes also exec); let startup take 240 s at most on Cloud Run, and no longer than progressDeadlineSeconds in Kubernetes.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          ports: [{ containerPort: 8080 }]
          startupProbe:
            httpGet: { path: /healthz, port: 8080 }
            periodSeconds: 5
            failureThreshold: 24
          livenessProbe:
            httpGet: { path: /healthz, port: 8080 }
          readinessProbe:
            httpGet: { path: /readyz, port: 8080 }
            periodSeconds: 5
            failureThreshold: 2`,
  },
  requirements: ["EA-02", "OS-02"],
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, KUBERNETES_SERVICE],
  check: (resource) => (resource.type === CLOUD_RUN_SERVICE ? checkService(resource) : []),
  checkStack: (stack) => each(workloadsOf(stack), (workload) => checkWorkload(stack, workload)),
};
