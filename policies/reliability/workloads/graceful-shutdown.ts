import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { lastingContainers, listens, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { DEPLOYMENT } from "../../types.ts";

/** What Kubernetes takes where a pod says nothing (API reference of PodSpec). */
const DEFAULT_GRACE_SECONDS = 30;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds that a command sleeps, as far as it says so: `sleep 5`, `sleep 1m && sleep 10`. */
function sleeps(command: string): number | undefined {
  const found = [...command.matchAll(/(?:^|[\s;&|(/"'])sleep\s+(\d+(?:\.\d+)?)([smh]?)/g)];
  if (found.length === 0) return undefined;
  return found.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit || "s"] as number), 0);
}

/** Seconds that a container waits before it is told to end; undefined where that can't be read off. */
function pauseOf(preStop: Property): number | undefined {
  const sleep = preStop.at("sleep", "seconds");
  if (sleep.present) return sleep.number();
  const command = preStop
    .at("exec", "command")
    .items()
    .map((part) => part.text());
  return command.length === 0 ? undefined : sleeps(command.join(" "));
}

function checkContainer(workload: Subject, container: Property, grace: number): Finding | undefined {
  const preStop = container.at("lifecycle", "preStop");
  if (preStop.present) {
    const pause = pauseOf(preStop);
    return pause === undefined || pause < grace
      ? undefined
      : violation(
          preStop,
          `takes ${pause} s, and the pod is killed ${grace} s after it was told to go: nothing is left for what it was doing`,
        );
  }
  if (workload.type !== DEPLOYMENT || !listens(container)) return undefined;
  const found = violation(preStop, "is missing: requests still come while it is already ending");
  return { ...found, level: "advisory" };
}

function check(workload: Subject): Finding[] {
  const stated = podSpec(workload).at("terminationGracePeriodSeconds");
  const containers = lastingContainers(workload);
  return parts(() => {
    const grace = stated.number() ?? DEFAULT_GRACE_SECONDS;
    if (grace <= 0)
      return violation(stated, `is ${grace}: pods are killed at once, in the middle of what they do`);
    return each(containers, (container) => checkContainer(workload, container, grace));
  });
}

export const gracefulShutdown: Policy = {
  id: "graceful-shutdown",
  title: "A pod must have time to end what it does before it is killed.",
  severity: "medium",
  level: "mandatory",
  why: "A pod is taken out of rotation while it is told to end: without a pause it refuses the last requests, and with one that takes all of its time it loses those that it has.",
  fix: "Give the container lifecycle.preStop {sleep: {seconds: 5}}, and the pod a terminationGracePeriodSeconds longer than that and its slowest request together.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 45
      containers:
        - name: api
          ports: [{ containerPort: 8080 }]
          lifecycle:
            preStop: { sleep: { seconds: 5 } }`,
  },
  requirements: ["OS-01"],
  types: WORKLOADS,
  check,
};
