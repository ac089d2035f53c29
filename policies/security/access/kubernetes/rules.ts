import type { Subject } from "../../../core/policy.ts";
import type { Property } from "../../../core/property.ts";
import { CLUSTER_ROLE, ROLE } from "../../../types.ts";

/** What says what somebody may do. */
export const ROLES = [ROLE, CLUSTER_ROLE] as const;

/** Verbs on resources of an API group; the core's is "". */
export interface Right {
  readonly groups: readonly string[];
  /** `pods`, or `pods/exec`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Objects that are too much even where a rule names the few that it is about. */
  readonly evenNamed?: readonly string[];
  /** Whether a rule about all resources counts, which is otherwise the wildcard's own matter. */
  readonly inAll?: boolean;
}

/** The rules of a role. What a role aggregates is written by the cluster, over whatever stands here. */
export function rulesOf(role: Subject): Property[] {
  return role.props.at("aggregationRule").present ? [] : role.props.at("rules").items();
}

function textsOf(rule: Property, field: string): string[] {
  return rule
    .at(field)
    .items()
    .map((one) => one.text() ?? "");
}

/** A rule's `*\/scale` is that of every resource; `pods/*` is nothing to Kubernetes. */
function covers(stated: string, resource: string, inAll: boolean): boolean {
  const sub = resource.indexOf("/");
  return (
    stated === resource || (stated === "*" && inAll) || (sub > 0 && stated === `*${resource.slice(sub)}`)
  );
}

/** What of a right a rule gives, such as `create on pods/exec`; undefined where it gives nothing of it. */
export function givenBy(rule: Property, right: Right): string | undefined {
  const groups = textsOf(rule, "apiGroups");
  if (!groups.some((group) => group === "*" || right.groups.includes(group))) return undefined;
  const stated = textsOf(rule, "resources");
  const resource = right.resources.find((one) =>
    stated.some((text) => covers(text, one, right.inAll === true)),
  );
  if (resource === undefined) return undefined;
  const verbs = textsOf(rule, "verbs");
  const verb = verbs.includes("*") ? "everything" : right.verbs.find((one) => verbs.includes(one));
  if (verb === undefined) return undefined;
  const names = textsOf(rule, "resourceNames");
  const open = names.length === 0 || names.some((name) => right.evenNamed?.includes(name));
  return open ? `${verb} on ${resource}` : undefined;
}
