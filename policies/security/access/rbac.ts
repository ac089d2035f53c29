import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLUSTER_ROLE_BINDING, ROLE_BINDING } from "../../types.ts";

/** What gives roles of Kubernetes to somebody. */
export const BINDINGS = [ROLE_BINDING, CLUSTER_ROLE_BINDING] as const;

/** Whether a resource gives roles of Kubernetes. */
export function isBinding({ type }: Subject): boolean {
  return (BINDINGS as readonly string[]).includes(type);
}

/** Those whom a binding gives its role. */
export function bindingSubjects(binding: Subject): Property[] {
  return binding.props.at("subjects").items();
}
