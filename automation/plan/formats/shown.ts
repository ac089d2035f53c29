import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { JudgedResult, PlanResult } from "../result.ts";
import { ancestryOf } from "../tree.ts";
import { sizeText } from "./words.ts";

/** A place in a file that somebody can open. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
}

/** A result as formats show it: what it is called, and where its findings stand. */
export interface Shown {
  /** The first word of its title. */
  readonly kind: "Plan" | "Check";
  /** What was judged: the stack, or the files. */
  readonly subject: string;
  /** The project that it belongs to, if it is one. */
  readonly within?: string;
  /** How large it is, such as `152 resources in 24 components`. */
  readonly size: string;
  /** Whether the text for a terminal draws the resources. */
  readonly drawn: boolean;
  readonly result: JudgedResult & Partial<Pick<PlanResult, "services" | "cost" | "outputs">>;
  /** Where a finding stands, in words. */
  readonly where: (found: PolicyResult) => string;
  /** And in a file. */
  readonly place: (found: PolicyResult) => Place;
}

/** What was judged, in one: `project/stack`. */
export function fullSubject({ within, subject }: Pick<Shown, "within" | "subject">): string {
  return within === undefined ? subject : `${within}/${subject}`;
}

/** A plan, to be shown. A finding is about a resource and not about a line, so it stands at the stack's file. */
export function shownPlan(result: PlanResult): Shown {
  return {
    kind: "Plan",
    subject: result.stack,
    within: result.project,
    size: sizeText(result),
    drawn: true,
    result,
    where: ({ urn }) => (urn === "" ? "the stack" : ancestryOf(urn, result.resources)),
    place: () => ({ file: `Pulumi.${result.stack}.yaml`, line: 1 }),
  };
}
