import type { PolicyResult } from "../../policies/core/evaluate.ts";
import type { Place } from "../plan/places.ts";
import type { JudgedResult, PolicyReport } from "../plan/result.ts";

/** What a policy found, and where that stands. */
export type CheckFinding = PolicyResult & Place;

/** How much there was of what. */
interface CheckedCounts {
  /** Files that something was found in, standard input included. */
  readonly files: number;
  /** Objects of Kubernetes. */
  readonly objects: number;
  /** Exported stacks. */
  readonly stacks: number;
}

/**
 * All that a check knows. In `resources` stands what was judged and where it belongs; `inputs` there are empty, since what
 * was judged lies in the files already, and a Secret's data is nobody's business.
 */
export interface CheckResult extends JudgedResult {
  /** What was asked for, as the caller wrote it. */
  readonly checked: readonly string[];
  /** What the caller says that the manifests are for. Absent where nothing is said: production's rules then hold. */
  readonly environment?: string;
  readonly counts: CheckedCounts;
  readonly policy: PolicyReport & { readonly results: readonly CheckFinding[] };
}
