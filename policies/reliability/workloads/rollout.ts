import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Props, Stack, Subject } from "../../core/policy.ts";
import { lastingContainers, listens, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, serves } from "../../kubernetes-stack.ts";
import { DAEMON_SET, DEPLOYMENT, KUBERNETES_SERVICE, STATEFUL_SET } from "../../types.ts";
import { amountOf } from "../amount.ts";

/** What a Deployment takes where it says nothing, as a share of its pods (API reference of RollingUpdateDeployment). */
const DEFAULT_SHARE = { percent: 25 } as const;

/** Whether its pods have a volume that they keep: of most kinds only one of them may have it, so the old one has to go first. */
function keepsVolume(deployment: Subject): boolean {
  return podSpec(deployment)
    .at("volumes")
    .items()
    .some((volume) => volume.at("persistentVolumeClaim").present);
}

function checkStrategy(stack: Stack, deployment: Subject): Finding | undefined {
  const strategy = deployment.props.at("spec", "strategy");
  if (strategy.at("type").text() === "Recreate") {
    if (!isProduction(deployment) || !serves(stack, deployment)) return undefined;
    const found = violation(
      strategy.at("type"),
      'is "Recreate": nothing answers from the last old pod to the first new one',
    );
    return keepsVolume(deployment) ? { ...found, level: "advisory" } : found;
  }
  const [missing, more] = ["maxUnavailable", "maxSurge"].map((name) =>
    strategy.at("rollingUpdate", name),
  ) as [ReturnType<typeof strategy.at>, ReturnType<typeof strategy.at>];
  const [unavailable, surge] = [amountOf(missing) ?? DEFAULT_SHARE, amountOf(more) ?? DEFAULT_SHARE];
  const none = (amount: typeof unavailable) => ("pods" in amount ? amount.pods : amount.percent) === 0;
  if (none(unavailable) && none(surge))
    return violation(missing, "is 0, and so is maxSurge: no pod can ever be replaced");
  if (!missing.present || !serves(stack, deployment)) return undefined;
  const fewest = fewestPods(stack, deployment);
  if (fewest === undefined || fewest.count === 0) return undefined;
  // A share is rounded down.
  const gone =
    "pods" in unavailable ? unavailable.pods : Math.floor((unavailable.percent * fewest.count) / 100);
  return gone >= fewest.count
    ? violation(
        missing,
        `is ${missing.quote()}, and there may be as few as ${fewest.count} pods: all at once`,
      )
    : undefined;
}

export const rolloutKeepsServing: Policy = {
  id: "rollout-keeps-serving",
  title: "A rollout must leave pods that serve.",
  severity: "high",
  level: "mandatory",
  why: "Where all old pods may go before a new one is ready, each deployment is an outage, and one that never becomes ready a long one.",
  fix: "Use strategy RollingUpdate with maxUnavailable 0 and maxSurge 25%.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 25% }`,
  },
  requirements: ["OS-01"],
  types: [...WORKLOADS, ...AUTOSCALERS, KUBERNETES_SERVICE],
  checkStack: (stack) => each(stack.ofType(DEPLOYMENT), (deployment) => checkStrategy(stack, deployment)),
};

export const rollbackPossible: Policy = {
  id: "rollback-possible",
  title: "A workload must keep the revision before.",
  severity: "medium",
  level: "mandatory",
  why: "With revisionHistoryLimit 0 there is nothing that `kubectl rollout undo` could go back to.",
  fix: "Leave revisionHistoryLimit out, which keeps 10, or set 2 or more.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  revisionHistoryLimit: 5`,
  },
  types: [DEPLOYMENT, STATEFUL_SET, DAEMON_SET],
  check: ({ props }) => {
    const limit = props.at("spec", "revisionHistoryLimit");
    const kept = limit.number();
    return kept !== undefined && kept < 1
      ? [violation(limit, `is ${kept}: there is no revision to go back to`)]
      : [];
  },
};

/** What the API server takes where a Deployment says nothing, in seconds. */
const DEFAULT_DEADLINE = 600;

const DEADLINE = z.strictObject({
  mostSeconds: z
    .number()
    .min(1)
    .default(1800)
    .describe("The longest that a rollout may stand still, in seconds."),
});

export const rolloutFailsInTime: Policy = {
  id: "rollout-fails-in-time",
  title: "A rollout that stands still must count as failed, in time.",
  severity: "low",
  level: "mandatory",
  why: "Whoever waits for a rollout waits until its deadline; the API server refuses one that is over before a pod counts as available.",
  fix: "Set progressDeadlineSeconds above minReadySeconds and the slowest start, and not much above.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  minReadySeconds: 5
  progressDeadlineSeconds: 600`,
  },
  settings: DEADLINE,
  types: [DEPLOYMENT],
  check: ({ props }, context) => {
    const { mostSeconds } = context.settings(DEADLINE);
    const at = props.at("spec", "progressDeadlineSeconds");
    return parts(
      () => {
        const [deadline, settled] = [
          at.number() ?? DEFAULT_DEADLINE,
          props.at("spec", "minReadySeconds").number() ?? 0,
        ];
        return deadline <= settled
          ? violation(at, `is ${deadline}, not more than minReadySeconds, ${settled}`)
          : undefined;
      },
      () =>
        (at.number() ?? DEFAULT_DEADLINE) > mostSeconds
          ? { ...violation(at, `is ${at.quote()} s, more than ${mostSeconds} s`), level: "advisory" }
          : undefined,
    );
  },
};

/** Seconds that what mends gives; below the deadline that a Deployment may state. */
const SETTLED = 5;

function settled(props: Props): Props | undefined {
  const spec = props.spec as Record<string, unknown> | undefined;
  if (spec === undefined || spec.minReadySeconds !== undefined) return undefined;
  const deadline = spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE;
  if (typeof deadline !== "number" || deadline <= SETTLED) return undefined;
  return { ...props, spec: { ...spec, minReadySeconds: SETTLED } };
}

export const podsSettle: Policy = {
  id: "pods-settle",
  title: "A new pod should stay ready for a moment before the next is replaced.",
  severity: "low",
  level: "advisory",
  why: "One that ends right after its first requests counts as available for that instant: the rollout goes on and replaces all.",
  fix: "Set minReadySeconds to 5 or more.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  minReadySeconds: 5`,
  },
  types: [DEPLOYMENT],
  remediate: settled,
  check: (deployment) => {
    const at = deployment.props.at("spec", "minReadySeconds");
    if (!lastingContainers(deployment).some(listens) || !isProduction(deployment)) return [];
    return (at.number() ?? 0) > 0 ? [] : [violation(at, "is not set: a pod counts as available at once")];
  },
};
