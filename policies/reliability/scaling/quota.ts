import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { namespaceOf, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, mostPods, once, workloadsOf } from "../../kubernetes-stack.ts";
import { quantity } from "../../quantity.ts";
import { DAEMON_SET, DEPLOYMENT, LIMIT_RANGE, RESOURCE_QUOTA } from "../../types.ts";
import { amountOf } from "../amount.ts";

/** What a quota may count of pods, and where a container says it. */
const COUNTED: Readonly<Record<string, readonly [kind: "requests" | "limits", resource: string]>> = {
  cpu: ["requests", "cpu"],
  memory: ["requests", "memory"],
  "requests.cpu": ["requests", "cpu"],
  "requests.memory": ["requests", "memory"],
  "limits.cpu": ["limits", "cpu"],
  "limits.memory": ["limits", "memory"],
};
const PODS = ["pods", "count/pods"];

/** Containers' defaults of a namespace, of the kind that LimitRange gives: `default` of limits, `defaultRequest` of requests. */
const ranges = once((stack: Stack) =>
  Map.groupBy(
    stack.ofType(LIMIT_RANGE).flatMap((range) =>
      range.props
        .at("spec", "limits")
        .items()
        .filter((limit) => limit.at("type").text() === "Container")
        .map((limit) => ({ namespace: namespaceOf(range), limit })),
    ),
    ({ namespace }) => namespace,
  ),
);

function defaultOf(
  stack: Stack,
  namespace: string,
  kind: "requests" | "limits",
  resource: string,
): number | undefined {
  const fields = kind === "limits" ? ["default"] : ["defaultRequest", "default"];
  for (const { limit } of ranges(stack).get(namespace) ?? [])
    for (const field of fields) {
      const found = quantity(limit.at(field, resource));
      if (found !== undefined) return found;
    }
  return undefined;
}

/** What one container counts for; undefined where nothing says. A limit alone is requested, too. */
function sizeOf(
  stack: Stack,
  namespace: string,
  container: Property,
  kind: "requests" | "limits",
  resource: string,
): number | undefined {
  const { requests, limits } = {
    requests: container.at("resources", "requests", resource),
    limits: container.at("resources", "limits", resource),
  };
  const stated = quantity(kind === "limits" ? limits : requests);
  return (
    stated ??
    (kind === "requests" ? quantity(limits) : undefined) ??
    defaultOf(stack, namespace, kind, resource)
  );
}

/** What a pod counts for: its containers together and those that start before and stay, or the largest of those that end. */
function podSize(
  stack: Stack,
  workload: Subject,
  kind: "requests" | "limits",
  resource: string,
): { size: number } | { missing: Property } {
  const namespace = namespaceOf(workload);
  const spec = podSpec(workload);
  let [together, largest] = [quantity(spec.at("overhead", resource)) ?? 0, 0];
  for (const field of ["initContainers", "containers"]) {
    for (const container of spec.at(field).items()) {
      const size = sizeOf(stack, namespace, container, kind, resource);
      if (size === undefined) return { missing: container.at("resources", kind, resource) };
      const stays = field === "containers" || container.at("restartPolicy").text() === "Always";
      if (stays) together += size;
      else largest = Math.max(largest, together + size);
    }
  }
  return { size: Math.max(together, largest) };
}

/** Pods that there may be at the most; while a rollout goes on, also those that come before others go. */
function podsOf(stack: Stack, workload: Subject, withSurge: boolean): number {
  const most = mostPods(stack, workload)?.count ?? 0;
  const strategy = workload.props.at("spec", "strategy");
  if (!withSurge || workload.type !== DEPLOYMENT || strategy.at("type").text() === "Recreate") return most;
  const surge = amountOf(strategy.at("rollingUpdate", "maxSurge")) ?? { percent: 25 };
  return most + ("pods" in surge ? surge.pods : Math.ceil((surge.percent * most) / 100));
}

/** Workloads by namespace. A pod for each node is counted by nobody here. */
const byNamespace = once((stack: Stack) =>
  Map.groupBy(
    workloadsOf(stack).filter(({ type }) => type !== DAEMON_SET),
    namespaceOf,
  ),
);

/** A figure as people write it: to the thousandth, and bytes in MiB. */
function shown(resource: string, value: number): string {
  if (/memory/.test(resource)) return `${Math.ceil(value / 2 ** 20)}Mi`;
  return String(Number(value.toFixed(3)));
}

function counted(stack: Stack, namespace: string, resource: string, withSurge: boolean): number | Finding {
  let sum = 0;
  for (const workload of byNamespace(stack).get(namespace) ?? []) {
    const pods = podsOf(stack, workload, withSurge);
    if (PODS.includes(resource)) {
      sum += pods;
      continue;
    }
    const [kind, name] = COUNTED[resource] as (typeof COUNTED)[string];
    const pod = podSize(stack, workload, kind, name);
    if ("missing" in pod)
      return violation(
        pod.missing,
        `is not set, and the namespace's ResourceQuota counts ${resource}: no pod is admitted`,
      );
    sum += pods * pod.size;
  }
  return sum;
}

/** Quotas that hold for every pod; one for some (scopes) is somebody's own affair. */
function checkQuota(stack: Stack, quota: Subject, withSurge: boolean): Finding[] {
  const spec = quota.props.at("spec");
  if (spec.at("scopes").items().length > 0 || spec.at("scopeSelector").present) return [];
  const namespace = namespaceOf(quota);
  return each(spec.at("hard").entries(), ([resource, hard]) => {
    if (!PODS.includes(resource) && !Object.hasOwn(COUNTED, resource)) return undefined;
    const most = quantity(hard) ?? 0;
    const peak = counted(stack, namespace, resource, false);
    if (typeof peak === "object") return withSurge ? undefined : peak;
    const wanted = withSurge ? counted(stack, namespace, resource, true) : peak;
    if (typeof wanted === "object" || wanted <= most * (1 + 1e-9) || (withSurge && peak > most))
      return undefined;
    return violation(
      hard,
      `is ${hard.quote()}, and all workloads at their most${withSurge ? ", rolled over," : ""} take ${shown(resource, wanted)}`,
    );
  });
}

const TYPES = [RESOURCE_QUOTA, LIMIT_RANGE, ...WORKLOADS, ...AUTOSCALERS];

const EXAMPLE = {
  yaml: `apiVersion: v1
kind: ResourceQuota
metadata:
  namespace: shop
spec:
  hard:
    pods: "15"
    requests.cpu: "8"
    requests.memory: 8Gi`,
} as const;

export const quotaCoversPeak: Policy = {
  id: "quota-covers-peak",
  title: "A namespace's quota must admit all that its autoscalers may ask for.",
  severity: "high",
  level: "mandatory",
  why: "The autoscaler asks for pods that the quota refuses, in the peak that they were meant for; and where a quota counts what a container doesn't say, there is no pod at all.",
  fix: "Raise spec.hard to the sum of each workload's most pods times what one requests, or lower maxReplicas.",
  example: EXAMPLE,
  requirements: ["EA-14", "OS-01"],
  types: TYPES,
  checkStack: (stack) => each(stack.ofType(RESOURCE_QUOTA), (quota) => checkQuota(stack, quota, false)),
};

export const quotaCoversRollout: Policy = {
  id: "quota-covers-rollout",
  title: "A namespace's quota should admit a rollout in the peak.",
  severity: "medium",
  level: "advisory",
  why: "A rollout starts new pods before old ones go: where the quota has no room for them it stands still, just when the mend is needed.",
  fix: "Raise spec.hard by the pods of maxSurge.",
  example: EXAMPLE,
  requirements: ["OS-01"],
  types: TYPES,
  checkStack: (stack) => each(stack.ofType(RESOURCE_QUOTA), (quota) => checkQuota(stack, quota, true)),
};

/** What a LimitRange says of a container's size, and how the size stands to it. */
const BOUNDS = [
  ["min", "below", (size: number, bound: number) => size < bound],
  ["max", "above", (size: number, bound: number) => size > bound],
] as const;

function checkRange(stack: Stack, workload: Subject): Finding[] {
  const namespace = namespaceOf(workload);
  const spec = podSpec(workload);
  const containers = ["initContainers", "containers"].flatMap((field) => spec.at(field).items());
  return each(ranges(stack).get(namespace) ?? [], ({ limit }) =>
    each(containers, (container) =>
      parts(
        ...BOUNDS.map(
          ([field, word, isOut]) =>
            () =>
              each(limit.at(field).entries(), ([resource, bound]) => {
                const at = container.at("resources", field === "max" ? "limits" : "requests", resource);
                const [size, limiting] = [quantity(at), quantity(bound)];
                return size !== undefined && limiting !== undefined && isOut(size, limiting)
                  ? violation(at, `is ${at.quote()}, ${word} the LimitRange's ${field} of ${bound.quote()}`)
                  : undefined;
              }),
        ),
        () =>
          each(limit.at("default").entries(), ([resource, given]) => {
            const request = container.at("resources", "requests", resource);
            if (container.at("resources", "limits", resource).present) return undefined;
            const [wanted, most] = [quantity(request), quantity(given)];
            return wanted !== undefined && most !== undefined && wanted > most
              ? violation(
                  request,
                  `is ${request.quote()}, above the limit of ${given.quote()} that the LimitRange gives`,
                )
              : undefined;
          }),
      ),
    ),
  );
}

export const fitsLimitRange: Policy = {
  id: "fits-limit-range",
  title: "A container must be of a size that its namespace admits.",
  severity: "medium",
  level: "mandatory",
  why: "The API server refuses a pod outside of the LimitRange: the rollout stands still with no pod of it.",
  fix: "Change the container's resources, or the LimitRange; set a limit where the one given is below the request.",
  example: {
    yaml: `apiVersion: v1
kind: LimitRange
spec:
  limits:
    - type: Container
      max: { cpu: "4", memory: 8Gi }
      default: { cpu: 500m, memory: 256Mi }`,
  },
  types: [LIMIT_RANGE, ...WORKLOADS],
  checkStack: (stack) => each(workloadsOf(stack), (workload) => checkRange(stack, workload)),
};
