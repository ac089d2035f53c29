import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { Estimate } from "../../../policies/cost/estimate.ts";
import type { Place } from "../places.ts";
import type { JudgedResult, PolicyFacts } from "../result.ts";
import { scorePercent } from "../score.ts";
import type { Shown } from "./shown.ts";

/** How a policy result is called in every format meant for people. */
export type Verdict = "blocks" | "warns" | "not evaluated" | "exempted";

/** Those that nobody answers for yet. */
export type OpenVerdict = Exclude<Verdict, "exempted">;

/** The same, worst first. */
const verdicts: readonly OpenVerdict[] = ["blocks", "warns", "not evaluated"];

/** And how bad each may be, likewise. */
const severities: readonly PolicyFacts["severity"][] = ["critical", "high", "medium", "low"];

function rank({ verdict, policy }: Pick<PolicyFindings, "verdict" | "policy">): number {
  return verdicts.indexOf(verdict) * severities.length + severities.indexOf(policy.severity);
}

/** What a result means for a deployment. */
export function verdictOf({ blocking, status, exemption }: PolicyResult): Verdict {
  if (exemption !== undefined) return "exempted";
  if (blocking) return "blocks";
  return status === "not evaluated" ? "not evaluated" : "warns";
}

/** One policy with what it found, for display. */
export interface PolicyFindings {
  readonly policy: PolicyFacts;
  readonly verdict: OpenVerdict;
  readonly findings: readonly {
    readonly where: string;
    readonly message: string;
    readonly result: PolicyResult;
  }[];
}

/**
 * The policies that found something, worst first (and else in the packs' order), each with all it found of one verdict. What somebody answers for is not
 * among it.
 */
export function findingsByPolicy({
  result: { policy },
  where,
}: Pick<Shown, "result" | "where">): PolicyFindings[] {
  const facts = new Map(policy.policies.map((one) => [one.id, one]));
  const groups = Map.groupBy(policy.results, (result) => `${verdictOf(result)}\n${result.policy}`);
  const found = [...groups.values()].flatMap((results) => {
    const [first] = results;
    const about = first === undefined ? undefined : facts.get(first.policy);
    const verdict = first === undefined ? "exempted" : verdictOf(first);
    if (about === undefined || verdict === "exempted") return [];
    const findings = results.map((result) => ({
      where: where(result),
      message: result.message,
      result,
    }));
    return [{ policy: about, verdict, findings }];
  });
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** The one sentence that says how a plan, or a check, stands. */
export function headline({ totals }: Pick<JudgedResult, "totals">): string {
  const { blocking, advisory, notEvaluated, exempted } = totals;
  const rest = [
    advisory > 0 ? counted(advisory, "warning") : "",
    exempted > 0 ? `${exempted} exempted` : "",
    notEvaluated > 0 ? `${notEvaluated} not evaluated` : "",
  ].filter((part) => part !== "");
  const verdict =
    blocking > 0
      ? `${counted(blocking, "finding")} must be mended before this can be deployed`
      : "nothing stops this from being deployed";
  return [verdict, ...rest].join("; ");
}

/**
 * How many policies were asked, how many of those that apply hold, and which were not asked:
 * `96 policies asked; held: security 98 %, slo 100 %; 2 turned off: grey-things, named-things`.
 */
export function askedText({ policy: { policies, scores } }: Pick<JudgedResult, "policy">): string {
  const off = policies.filter(({ enforcement }) => enforcement === "disabled").map(({ id }) => id);
  const asked = policies.length - off.length;
  const held = scores.flatMap((score) => {
    const percent = scorePercent(score);
    return percent === undefined ? [] : [`${score.pack} ${percent} %`];
  });
  return [
    `${asked} ${asked === 1 ? "policy" : "policies"} asked`,
    ...(held.length === 0 ? [] : [`held: ${held.join(", ")}`]),
    ...(off.length === 0 ? [] : [`${off.length} turned off: ${off.join(", ")}`]),
  ].join("; ");
}

/** `systems/shop/index.ts:12`, or with the column: what editors and terminals open. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** `1 resource`, `2 resources`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `152 resources in 24 components`. */
export function sizeText({ totals }: Pick<JudgedResult, "totals">): string {
  const within = totals.components === 0 ? "" : ` in ${counted(totals.components, "component")}`;
  return `${counted(totals.resources, "resource")}${within}`;
}

/** US dollars to the cent below ten, to the dollar above: more digits than that an estimate doesn't have. */
export function dollars(amount: number): string {
  return `$${amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US")}`;
}

/** How many resources there are of each type, most first. */
export function countsByType(
  { resources }: Pick<JudgedResult, "resources">,
  short: (type: string) => string,
): [string, number][] {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    if (type.startsWith("pulumi:pulumi:") || type.split(":").length !== 3) continue;
    counts.set(short(type), (counts.get(short(type)) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
}

/** The parts of an estimate, dearest first; those whose price can't be told come last. */
export function costLines({ lines }: Estimate): Estimate["lines"] {
  const expected = (line: Estimate["lines"][number]) => (line.missing === undefined ? line.expected : -1);
  return lines.toSorted((a, b) => expected(b) - expected(a));
}

/** What one part costs: `$12`, or `$3.10 to $40`, or a dash where that can't be told. */
export function costText(line: Estimate["lines"][number]): string {
  if (line.missing !== undefined) return "–";
  const [low, high] = [dollars(line.low), dollars(line.high)];
  return low === high ? high : `${low} to ${high}`;
}

/** What a part is, or why its price can't be told. */
export function costSubject({ what, missing }: Estimate["lines"][number]): string {
  return missing === undefined ? what : `${what}: ${missing}`;
}

/** The estimate in one sentence; of several systems also which is expected to cost what, dearest first. */
export function costTotal({ low, expected, high, systems }: Estimate): string {
  const total = `${dollars(expected)} a month expected, ${dollars(low)} with no use, ${dollars(high)} at peak all day`;
  const shares = systems
    .toSorted((a, b) => b.expected - a.expected)
    .map((system) => `${system.name} ${dollars(system.expected)}`);
  return shares.length < 2 ? total : `${total}; ${shares.join(", ")}`;
}
