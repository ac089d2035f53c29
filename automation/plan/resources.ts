import type { RegisteredResource } from "./monitor.ts";
import { displayWire, type Json, sortedKeys } from "./wire.ts";

/** One resource of a plan, as `resources.json` holds it. */
export interface PlanResource {
  readonly urn: string;
  /** Pulumi's token, such as `gcp:cloudrunv2/service:Service`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** The parent's URN; null for the stack itself. */
  readonly parent: string | null;
  /** What the program gave; `[secret]` and `[unknown]` stand for values that are either. Keys are sorted. */
  readonly inputs: { readonly [key: string]: Json };
  /** URNs of what it waits for, sorted. */
  readonly dependencies: readonly string[];
  /** Options that were set and differ from what they are by themselves. Keys are sorted. */
  readonly options: { readonly [key: string]: Json };
}

/** A registered resource as it is written out. */
export function planResource(resource: RegisteredResource): PlanResource {
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    parent: resource.parent ?? null,
    inputs: displayWire(resource.inputs) as { [key: string]: Json },
    dependencies: resource.dependencies,
    options: sortedKeys(resource.options),
  };
}

/** The text of `resources.json`: the same for the same program, to the byte. */
export function resourcesJson(resources: readonly PlanResource[]): string {
  return `${JSON.stringify(resources, null, 2)}\n`;
}
