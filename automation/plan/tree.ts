import type { PlanResource } from "./resources.ts";
import { ancestorNames } from "./urn.ts";

/** A resource with those that it is the parent of. */
export interface TreeNode {
  readonly resource: PlanResource;
  readonly children: readonly TreeNode[];
}

/** The resources under their parents; the roots are those whose parent is not among them. */
export function treeOf(resources: readonly PlanResource[]): TreeNode[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const byParent = Map.groupBy(resources, ({ parent }) =>
    parent !== null && known.has(parent) ? parent : null,
  );
  const nodes = (parent: string | null): TreeNode[] =>
    (byParent.get(parent) ?? [])
      .map((resource) => ({ resource, children: nodes(resource.urn) }))
      .sort((a, b) => compare(a.resource.type, b.resource.type) || compare(a.resource.name, b.resource.name));
  return nodes(null);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A type as Pulumi's own display writes it: `gcp:cloudrunv2/service:Service` is `gcp:cloudrunv2:Service`. Only a file's name
 * that repeats the type goes: `kubernetes:apps/v1:Deployment` stays.
 */
export function shortType(type: string): string {
  const [provider = "", module = "", ...rest] = type.split(":");
  const name = rest[0] ?? "";
  const folder = module.endsWith(`/${name.charAt(0).toLowerCase()}${name.slice(1)}`)
    ? module.replace(/\/[^/]*$/, "")
    : module;
  return rest.length === 0 ? type : [provider, folder, ...rest].filter((part) => part !== "index").join(":");
}

/** One line of a tree drawn with lines. */
export interface TreeLine {
  /** The lines before the resource, such as `│  └─ `. */
  readonly branch: string;
  readonly resource: PlanResource;
}

/** The tree, drawn line by line. */
export function treeLines(nodes: readonly TreeNode[], indent = "", isRoot = true): TreeLine[] {
  return nodes.flatMap(({ resource, children }, index) => {
    const last = index === nodes.length - 1;
    const branch = isRoot ? "" : `${indent}${last ? "└─ " : "├─ "}`;
    return [
      { branch, resource },
      ...treeLines(children, isRoot ? "" : `${indent}${last ? "   " : "│  "}`, false),
    ];
  });
}

const parents = new WeakMap<readonly PlanResource[], ReadonlyMap<string, PlanResource>>();

/** Where a resource stands, from the outermost component in: `ethixai / backend / backend-service`. */
export function ancestryOf(urn: string, resources: readonly PlanResource[]): string {
  const byUrn = parents.get(resources) ?? new Map(resources.map((resource) => [resource.urn, resource]));
  parents.set(resources, byUrn);
  return ancestorNames(urn, (at) => byUrn.get(at)?.parent).join(" / ");
}
