import { type PolicyResult, todayInUtc } from "../../../policies/core/evaluate.ts";
import type { ResourcePlace } from "../places.ts";
import type { JudgedResult, PlacedFinding, PlanResult } from "../result.ts";
import { ancestryOf } from "../tree.ts";
import { placeText, sizeText } from "./words.ts";

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
  readonly result: JudgedResult & Partial<Pick<PlanResult, "services" | "cost" | "outputs" | "delta">>;
  /** What a URN's resource is called. */
  readonly named: (urn: string) => string;
  /** Where a finding stands, in words: its resource's name, and the line. */
  readonly where: (found: PolicyResult) => string;
  /** And in a file. */
  readonly place: (found: PolicyResult) => ResourcePlace;
  /** The day of the judgement, ISO 8601 in UTC. */
  readonly today: string;
  /** The address of the folder of pages that describe the policies, one a pack; absent where it is not known. */
  readonly pages?: string;
}

/** What was judged, in one: `project/stack`. */
export function fullSubject({ within, subject }: Pick<Shown, "within" | "subject">): string {
  return within === undefined ? subject : `${within}/${subject}`;
}

/** A plan, to be shown. @param about what formats show beside it */
export function shownPlan(
  result: PlanResult,
  { today = todayInUtc(), pages }: { readonly today?: string; readonly pages?: string | undefined } = {},
): Shown & { readonly result: PlanResult } {
  const named = (urn: string) => (urn === "" ? "the stack" : ancestryOf(urn, result.resources));
  const place = (found: PolicyResult) => found as PlacedFinding;
  return {
    kind: "Plan",
    subject: result.stack,
    within: result.project,
    size: sizeText(result),
    drawn: true,
    result,
    named,
    where: (found) => {
      const { file, line } = place(found);
      return found.urn === "" ? named("") : `${named(found.urn)} (${placeText({ file, line })})`;
    },
    place,
    today,
    ...(pages === undefined ? {} : { pages }),
  };
}
