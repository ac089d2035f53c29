import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { NODE_POOL } from "../../types.ts";

/** Whether Google runs the nodes of a cluster: it then sees to most of what is asked of them. */
export function isAutopilot({ props }: Subject): boolean {
  return props.at("enableAutopilot").flag() === true;
}

/** Pools of nodes that a resource describes: itself, the cluster's own, or the one that a cluster begins with. */
export function nodePools(resource: Subject): Property[] {
  if (resource.type === NODE_POOL) return [resource.props];
  if (isAutopilot(resource)) return [];
  const pools = resource.props.at("nodePools").items();
  if (pools.length > 0) return pools;
  return resource.props.at("removeDefaultNodePool").flag() === true ? [] : [resource.props];
}

/** Whether a range of addresses is everyone's. */
export function isOpen(range: string): boolean {
  return /\/0$/.test(range.trim()) || range.trim() === "*";
}
