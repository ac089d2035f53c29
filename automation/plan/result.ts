import type { PolicyResult } from "../../policies/core/evaluate.ts";
import type { Exemption } from "../../policies/core/exemptions.ts";
import type { Controls } from "../../policies/core/frameworks.ts";
import type { Enforcement, Example, Level, Severity } from "../../policies/core/policy.ts";
import type { Remediation } from "../../policies/core/remediate.ts";
import type { Estimate } from "../../policies/cost/estimate.ts";
import type { CapturedMessage } from "./console.ts";
import type { PlanDelta } from "./delta/types.ts";
import type { ResourcePlace } from "./places.ts";
import type { PlanResource } from "./resources.ts";
import type { PackScore } from "./score.ts";
import type { ServiceSummary } from "./services.ts";
import type { Json } from "./wire.ts";

/** A policy, as far as it is data. */
export interface PolicyFacts {
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** As the policy says of itself. */
  readonly level: Level;
  /** What the stack has done with it. */
  readonly enforcement: Enforcement;
  readonly why: string;
  readonly fix: string;
  readonly example?: Example;
  /** Controls of published frameworks, by framework. */
  readonly frameworks: Controls;
  /** Ids of the requirements that it enforces. */
  readonly requirements: readonly string[];
}

/** What packs said of a plan; `policy.json`. */
export interface PolicyReport {
  /** Every policy, also those with nothing to say, and those that the stack has turned off. */
  readonly policies: readonly PolicyFacts[];
  /** What they found, in the order of packs, policies, resources. */
  readonly results: readonly PolicyResult[];
  /** Those that the stack states, whether or not they match anything. */
  readonly exemptions: readonly Exemption[];
  /** What was mended before it was judged. */
  readonly remediated: readonly Remediation[];
  /** How many of each pack's policies hold. */
  readonly scores: readonly PackScore[];
}

/** Counts over what was judged. */
export interface Totals {
  /** Resources that a provider makes, or objects. */
  readonly resources: number;
  readonly components: number;
  /** Results that stop a deployment. */
  readonly blocking: number;
  /** Violations that don't. */
  readonly advisory: number;
  /** Policies that could not be judged, blocking or not. */
  readonly notEvaluated: number;
  /** Results of any kind that an exemption lets through; they are in no other count. */
  readonly exempted: number;
}

/**
 * What packs said of resources, and of which: what every command gives that runs them. Plain data, with no secret in it,
 * from which every format is made. It is what `--format json` prints. `schemaVersion` changes when a reader of an older one
 * would be misled; new fields don't change it.
 */
export interface JudgedResult {
  readonly schemaVersion: 1;
  readonly totals: Totals;
  readonly policy: PolicyReport;
  /** What can't be known. */
  readonly notes: readonly string[];
  /** What the program logged or printed. */
  readonly messages: readonly CapturedMessage[];
  /** Sorted by URN; the same as `resources.json`. */
  readonly resources: readonly PlanResource[];
}

/** What a policy found, and where the resource at fault is declared. */
export type PlacedFinding = PolicyResult & ResourcePlace;

/** All that a plan knows. */
export interface PlanResult extends JudgedResult {
  readonly project: string;
  readonly stack: string;
  readonly policy: Omit<PolicyReport, "results"> & { readonly results: readonly PlacedFinding[] };
  /** Services that state their capacity, by name. */
  readonly services: readonly ServiceSummary[];
  /** What a month is estimated to cost, in US dollars. Absent where nothing in the plan has a price. */
  readonly cost?: Estimate;
  /** What the program exports. */
  readonly outputs: { readonly [name: string]: Json };
  /** Where each resource is declared, by URN. */
  readonly places: { readonly [urn: string]: ResourcePlace };
  /** What separates it from another plan; where it was compared with one. */
  readonly delta?: PlanDelta;
}

/** Whether a deployment of what was judged must stop. */
export function isBlocked(result: Pick<JudgedResult, "totals">): boolean {
  return result.totals.blocking > 0;
}
