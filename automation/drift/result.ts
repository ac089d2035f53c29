import type { PolicyResult } from "../../policies/core/evaluate.ts";
import { type PropertyChange, propertyChanges } from "./changes.ts";
import { isGone, type Observed } from "./events.ts";
import type { Broken } from "./judge.ts";
import { overlap } from "./path.ts";

/** A policy that a change breaks. */
export interface BrokenPolicy
  extends Pick<PolicyResult, "policy" | "pack" | "severity" | "blocking" | "message"> {
  /** The resource at fault; empty for the stack as a whole. */
  readonly urn: string;
  /** The property at fault, where it is one. */
  readonly path?: string;
  /** The changes that break it: a resource, and which of its properties; none where it is gone. */
  readonly causes: readonly { readonly urn: string; readonly properties: readonly string[] }[];
}

/** A resource that is not as it was deployed. */
export interface DriftedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly what: "changed" | "deleted";
  readonly properties: readonly PropertyChange[];
}

/** What `slipway drift` found; what `--json` prints. `schemaVersion` changes when a reader of an older one would be misled. */
export interface DriftResult {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly sandbox: boolean;
  /** Resources in the state that a provider made. */
  readonly resources: number;
  /** Policies that were asked. */
  readonly asked: number;
  readonly drifted: readonly DriftedResource[];
  /** Those that stop a deployment first. */
  readonly broken: readonly BrokenPolicy[];
  readonly warnings: readonly string[];
  readonly next: readonly { readonly command: string; readonly why: string }[];
}

/** A resource's drift in plain data. */
export function driftedResource(observed: Observed): DriftedResource {
  const { urn, type } = observed;
  const gone = isGone(observed);
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    what: gone ? "deleted" : "changed",
    properties: gone ? [] : propertyChanges(observed),
  };
}

/** A broken policy with the changes that break it. */
export function brokenPolicy(
  { result, causes }: Broken,
  drifted: ReadonlyMap<string, DriftedResource>,
): BrokenPolicy {
  const { policy, pack, severity, blocking, message, urn, path } = result;
  return {
    policy,
    pack,
    severity,
    blocking,
    message,
    urn,
    ...(path === undefined ? {} : { path }),
    causes: causes.map((cause) => {
      const paths = drifted.get(cause)?.properties.map((one) => one.path) ?? [];
      const at = cause === urn ? paths.filter((one) => overlap(one, path ?? "")) : paths;
      return { urn: cause, properties: at.length > 0 ? at : paths };
    }),
  };
}

/** What a person may do about it. */
export function nextSteps(flags: string, drifted: number): DriftResult["next"] {
  if (drifted === 0) return [];
  return [
    {
      command: `npx slipway refresh ${flags} && npx slipway up ${flags}`,
      why: "takes the changes back: what the program says holds again",
    },
    {
      command: `npx slipway refresh ${flags}`,
      why: "takes them in; write them into the program as well, or the next up takes them back",
    },
  ];
}
