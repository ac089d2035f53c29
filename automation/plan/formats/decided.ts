import type { Exemption } from "../../../policies/core/exemptions.ts";
import type { PolicyFacts } from "../result.ts";
import type { Shown } from "./shown.ts";
import { counted } from "./words.ts";

/** Exemptions that end within so many days are said to end soon. */
export const SOON_DAYS = 14;

const DAY = 24 * 3600 * 1000;

/** What one exemption lets through of one policy. */
export interface Exempted {
  readonly policy: Pick<PolicyFacts, "id" | "title" | "pack">;
  readonly owner: string;
  readonly reason: string;
  /** The last day that it holds. */
  readonly until: string;
  /** Whether it ends within {@link SOON_DAYS}. */
  readonly soon: boolean;
  readonly findings: readonly { readonly where: string; readonly message: string }[];
}

/** What exemptions let through, those that end first first. */
export function exemptedFindings({
  result: { policy },
  where,
  today,
}: Pick<Shown, "result" | "where" | "today">): Exempted[] {
  const facts = new Map(policy.policies.map((one) => [one.id, one]));
  const found = policy.results.flatMap((result) => {
    const about = facts.get(result.policy);
    return result.exemption === undefined || about === undefined
      ? []
      : [{ result, about, by: result.exemption }];
  });
  const groups = Map.groupBy(found, ({ result, by }) =>
    JSON.stringify([by.until, result.policy, by.owner, by.reason]),
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, members]) => {
      const [first] = members;
      if (first === undefined) return [];
      const { id, title, pack } = first.about;
      const findings = members.map(({ result }) => ({ where: where(result), message: result.message }));
      const soon = daysLeft(first.by.until, today) <= SOON_DAYS;
      return [{ policy: { id, title, pack }, ...first.by, soon, findings }];
    });
}

/** Days from one to another, ISO 8601. */
export function daysLeft(until: Exemption["until"], today: string): number {
  return Math.round((Date.parse(until) - Date.parse(today)) / DAY);
}

/** `until 2027-01-31, 13 days left`. */
export function untilText(until: string, today: string): string {
  const days = daysLeft(until, today);
  return `until ${until}, ${days === 0 ? "its last day" : `${counted(days, "day")} left`}`;
}

/** What was mended before it was judged, as `policy: resources`. */
export function remediatedLines({
  result: { policy },
  named,
}: Pick<Shown, "result" | "named">): [string, string[]][] {
  const groups = Map.groupBy(policy.remediated, (one) => one.policy);
  return [...groups].map(([id, done]) => [id, done.map(({ urn }) => named(urn))]);
}
