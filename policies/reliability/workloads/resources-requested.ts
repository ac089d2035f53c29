import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { attempt, type Unread } from "../../core/unknown.ts";
import { lastingContainers, nameOf, namespaceOf, POD_TYPES, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, scalerOf } from "../../kubernetes-stack.ts";
import { LIMIT_RANGE } from "../../types.ts";

const RESOURCES = ["cpu", "memory"] as const;

/** What the API server gives a namespace's containers that say nothing themselves: `namespace/requests/cpu`. */
function defaultsOf(stack: Stack): { given: ReadonlySet<string>; unread: readonly Unread[] } {
  const given = new Set<string>();
  const unread: Unread[] = [];
  for (const range of stack.ofType(LIMIT_RANGE)) {
    const failed = attempt(() => {
      const namespace = namespaceOf(range);
      for (const limit of range.props.at("spec", "limits").items()) {
        if (limit.at("type").text() !== "Container") continue;
        for (const resource of RESOURCES) {
          const most = limit.at("default", resource).present;
          if (most) given.add(`${namespace}/limits/${resource}`);
          // Without a default of its own, a container requests its limit.
          if (most || limit.at("defaultRequest", resource).present)
            given.add(`${namespace}/requests/${resource}`);
        }
      }
    }).unread;
    if (failed !== undefined) unread.push(failed);
  }
  return { given, unread };
}

/** Why a missing request is worse than it looks. */
function scaledBy(stack: Stack, resource: Subject): string {
  if (!(WORKLOADS as readonly string[]).includes(resource.type)) return "";
  const scaler = scalerOf(stack, resource);
  return scaler === undefined
    ? ""
    : `, and ${scaler.type.slice(scaler.type.lastIndexOf(":") + 1)} ${nameOf(scaler) ?? ""} can't scale it by what it uses of what it requests`;
}

function check(
  stack: Stack,
  resource: Subject,
  { given, unread }: ReturnType<typeof defaultsOf>,
): readonly Finding[] {
  const namespace = namespaceOf(resource);
  const whole = podSpec(resource).at("resources");
  const isSaid = (place: Property, kind: "requests" | "limits", name: string): boolean =>
    place.at("resources", kind, name).present ||
    whole.at(kind, name).present ||
    given.has(`${namespace}/${kind}/${name}`);
  return each(lastingContainers(resource), (container) => [
    ...each(RESOURCES, (name) => {
      if (isSaid(container, "requests", name) || isSaid(container, "limits", name)) return undefined;
      if (unread[0] !== undefined) throw unread[0];
      return violation(
        container.at("resources", "requests", name),
        `is not set: it gets what others leave${scaledBy(stack, resource)}`,
      );
    }),
    ...each(["memory"], (name) => {
      if (isSaid(container, "limits", name)) return undefined;
      if (unread[0] !== undefined) throw unread[0];
      return violation(
        container.at("resources", "limits", name),
        "is not set: a leak takes the node's memory",
      );
    }),
  ]);
}

export const resourcesRequested: Policy = {
  id: "resources-requested",
  title: "Every container must request CPU and memory, and have a limit of memory.",
  severity: "medium",
  level: "mandatory",
  why: "Pods that request nothing are put where there is no room and evicted first, and an autoscaler has nothing to measure their use by.",
  fix: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory, or give the namespace a LimitRange with defaults.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          resources:
            requests: { cpu: 500m, memory: 512Mi }
            limits: { memory: 512Mi }`,
  },
  frameworks: { "nsa-cisa": ["resource-policies"] },
  requirements: ["OS-01"],
  types: [...POD_TYPES, ...AUTOSCALERS, LIMIT_RANGE],
  checkStack: (stack) => {
    const defaults = defaultsOf(stack);
    return each(
      POD_TYPES.flatMap((type) => stack.ofType(type)),
      (resource) => check(stack, resource, defaults),
    );
  },
};
