import { z } from "zod";
import { each, parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { PROBED, PROBES, probedContainers, timing } from "../probes.ts";

const EXAMPLE = {
  yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          startupProbe:
            httpGet: { path: /healthz, port: 8080 }
            periodSeconds: 5
            timeoutSeconds: 2
            failureThreshold: 24
          livenessProbe:
            httpGet: { path: /healthz, port: 8080 }
            periodSeconds: 10
            timeoutSeconds: 2
            failureThreshold: 3`,
} as const;

/** @param level what a longer timeout is: Cloud Run refuses it, and Kubernetes only asks less often */
function checkTimeout(probe: Property, level: { readonly level?: "advisory" }): Finding | undefined {
  if (!probe.present) return undefined;
  const { timeout, period } = timing(probe);
  const at = probe.at("timeoutSeconds");
  const stated = at.present ? `is ${timeout} s` : `is not set, which means ${timeout} s`;
  if (timeout > period)
    return { ...violation(at, `${stated}, and the next question comes after ${period} s`), ...level };
  return timeout < period
    ? undefined
    : { ...violation(at, `${stated}, the whole period: a slow answer leaves no pause`), level: "advisory" };
}

export const probeAnswersInTime: Policy = {
  id: "probe-answers-in-time",
  title: "A probe must wait for its answer no longer than until it asks again.",
  severity: "low",
  level: "mandatory",
  why: "Cloud Run refuses a timeout longer than the period; in Kubernetes each question then comes late, and an instance that hangs is found later than the figures say.",
  fix: "Set timeoutSeconds below periodSeconds.",
  example: EXAMPLE,
  requirements: ["EA-02", "OS-02"],
  types: PROBED,
  check: (resource) => {
    const level = resource.type === CLOUD_RUN_SERVICE ? {} : ({ level: "advisory" } as const);
    return each(probedContainers(resource), (container) =>
      each(PROBES, (name) => checkTimeout(container.at(name), level)),
    );
  },
};

const BUDGET = z.strictObject({
  leastSeconds: z
    .number()
    .min(0)
    .default(60)
    .describe("The least that a start must be allowed to take, in seconds."),
  mostSeconds: z
    .number()
    .min(1)
    .default(900)
    .describe("The most that a start should be allowed to take, in seconds."),
});

function checkBudget(resource: Subject, context: Context): Finding[] {
  const { leastSeconds, mostSeconds } = context.settings(BUDGET);
  return each(probedContainers(resource), (container) => {
    const probe = container.at("startupProbe");
    if (!probe.present) return undefined;
    const { delay, period, failures, actsAfter } = timing(probe);
    const budget = delay + actsAfter;
    const sum = `allows ${budget} s (${delay} s + ${period} s × ${failures})`;
    if (budget < leastSeconds)
      return violation(
        probe,
        `${sum}, less than ${leastSeconds} s: a slow start is cut off, again and again`,
      );
    return budget <= mostSeconds
      ? undefined
      : violation(probe, `${sum}, more than ${mostSeconds} s: one that never starts is noticed too late`);
  });
}

export const startHasTime: Policy = {
  id: "start-has-time",
  title: "A startup probe should allow a slow start, and end one that hangs.",
  severity: "medium",
  level: "advisory",
  why: "Too short a time restarts an instance that was only slow, for ever and just when many start at once; too long a one hides that nothing starts.",
  fix: "Let periodSeconds × failureThreshold, and initialDelaySeconds, come to the slowest start that you have seen and half as much again.",
  example: EXAMPLE,
  settings: BUDGET,
  requirements: ["EA-02"],
  types: PROBED,
  check: checkBudget,
};

const DELAY = z.strictObject({
  longestDelaySeconds: z
    .number()
    .min(0)
    .default(30)
    .describe("How long a liveness probe may wait by itself, in seconds, without a startup probe."),
});

export const slowStartProbed: Policy = {
  id: "slow-start-probed",
  title: "What starts slowly should have a startup probe rather than a liveness probe that waits.",
  severity: "low",
  level: "advisory",
  why: "A liveness probe's delay is a guess: a start that takes longer is cut off, and after one that is quicker nobody looks until the time is over.",
  fix: "Give the container a startupProbe that asks the same, and take initialDelaySeconds off the liveness probe.",
  example: EXAMPLE,
  settings: DELAY,
  requirements: ["EA-02"],
  types: PROBED,
  check: (resource, context) => {
    const { longestDelaySeconds } = context.settings(DELAY);
    return each(probedContainers(resource), (container) =>
      parts(() => {
        const delay = container.at("livenessProbe", "initialDelaySeconds");
        const waits = delay.number() ?? 0;
        return waits > longestDelaySeconds && !container.at("startupProbe").present
          ? violation(delay, `is ${waits}, and there is no startupProbe`)
          : undefined;
      }),
    );
  },
};
