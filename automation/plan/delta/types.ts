import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { Exemption } from "../../../policies/core/exemptions.ts";
import type { Enforcement } from "../../../policies/core/policy.ts";
import type { CostDelta } from "../../../policies/cost/delta.ts";
import type { ResourcePlace } from "../places.ts";
import type { Json } from "../wire.ts";

/** What a change does to a resource, worst first. `rename`: its URN alone, which an alias tells. */
export const changeKinds = ["replace", "delete", "create", "update", "rename"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One input, or option, that is another one. */
export interface PropertyChange {
  /** Such as `template.containers[0].image`; of an option, such as `options.protect`. */
  readonly path: string;
  /** Absent where there was none. */
  readonly before?: Json;
  /** Absent where there is none. */
  readonly after?: Json;
  /** Whether it can't be changed in place. */
  readonly replaces: boolean;
}

/** A resource that the change touches. */
export interface ResourceChange {
  readonly kind: ChangeKind;
  readonly urn: string;
  readonly type: string;
  /** Where it stands, from the outermost component in. */
  readonly title: string;
  /** Its URN before, where an alias says that it is the same. */
  readonly was?: string;
  readonly properties: readonly PropertyChange[];
  /** False where it is replaced only if a value that is known later is another one. */
  readonly certain: boolean;
  /** Whose replacement may bring about its own, where nothing of itself does: URNs. */
  readonly because?: readonly string[];
  /** What goes with it, where it is replaced or deleted and holds something that nothing else does. */
  readonly data?: string;
  /** Why that stays all the same. */
  readonly kept?: string;
  /** Of one that is deleted: what is created just like it. An alias would make the two one. */
  readonly like?: string;
  /** Where it is declared; absent for one that is deleted. */
  readonly place?: ResourcePlace;
}

/** What a change does to what packs find. */
export interface PolicyDelta {
  /** Violations, and policies that failed, that were not there. */
  readonly added: readonly PolicyResult[];
  /** Those that are no longer. */
  readonly mended: readonly PolicyResult[];
  /** Findings that somebody answers for now, and nobody did before. */
  readonly exempted: readonly PolicyResult[];
  /** Exemptions that end soon. */
  readonly ending: readonly Exemption[];
  /** Policies that the stack has do something else. */
  readonly enforcement: readonly {
    readonly policy: string;
    readonly before: Enforcement;
    readonly after: Enforcement;
  }[];
}

/** What a change does to an objective. `changed`: in a way that is neither stricter nor laxer as a whole. */
export interface ObjectiveChange {
  readonly kind: "removed" | "loosened" | "changed" | "tightened" | "added";
  /** `system/service`. */
  readonly service: string;
  readonly objective: string;
  /** In words. */
  readonly before?: string;
  readonly after?: string;
}

/** What a service can bear. */
export interface Capacity {
  readonly min: number;
  readonly max: number;
  /** Requests per second that one instance serves. */
  readonly perInstance: number;
  /** Requests per second to be served at peak. */
  readonly peak: number;
  /** Requests per second that all instances serve beyond the peak; below zero, they don't reach it. */
  readonly headroom: number;
}

/** A service whose capacity is another one. */
export interface CapacityChange {
  readonly service: string;
  readonly before?: Capacity;
  readonly after?: Capacity;
}

/** What separates two plans of one stack: what merging a pull request would change. */
export interface PlanDelta {
  /** Worst first, then by URN. */
  readonly resources: readonly ResourceChange[];
  readonly policy: PolicyDelta;
  /** Worst first. */
  readonly objectives: readonly ObjectiveChange[];
  readonly capacity: readonly CapacityChange[];
  readonly cost: CostDelta;
}
