import type { BurnTier } from "../burn-rate.ts";
import type { BurnAlerting } from "../objective.ts";
import { durationOf, shorthandSeconds } from "./durations.ts";
import type { Library } from "./library.ts";
import type { Findings } from "./read.ts";
import type { ReadCondition, ReadSlo } from "./schema.ts";

const SEVERITIES: readonly [BurnTier["severity"], RegExp][] = [
  ["page", /page|critical|high|\bsev-?[01]\b|\bp[01]\b/i],
  ["ticket", /ticket|warn|low|info|\bsev-?[2-9]\b|\bp[2-9]\b/i],
];

/** The tier that a condition is; undefined, with a note, where it is none. A twelfth of its window is its second one. */
function tierOf(
  { severity, condition }: ReadCondition,
  at: string,
  windowSeconds: number,
  { notes }: Findings,
): BurnTier | undefined {
  const { kind = "burnrate", op, threshold, lookbackWindow } = condition;
  const found = SEVERITIES.find(([, pattern]) => pattern.test(severity))?.[0];
  if (kind !== "burnrate" || op === "lt" || op === "lte" || found === undefined) {
    notes.add(
      `${at}: left out: only burn rates above a threshold, with a severity like page or ticket, can be taken`,
    );
    return undefined;
  }
  const long = shorthandSeconds(lookbackWindow);
  const short = Math.max(60, Math.round(long / 720) * 60);
  notes.add(`${at}: it has to burn over ${durationOf(short)} too, a twelfth of its window`);
  const budgetPercent = Number((((threshold * long) / windowSeconds) * 100).toPrecision(6));
  return { severity: found, budgetPercent, long: durationOf(long), short: durationOf(short) };
}

/** When people are told by a file's policies; undefined where it has none that can be taken. */
export function foreignAlerting(
  at: string,
  { spec }: ReadSlo,
  windowSeconds: number,
  library: Library,
  findings: Findings,
): BurnAlerting | undefined {
  const tiers = (spec.alertPolicies ?? []).flatMap((policy, index) => {
    const { alertPolicyRef } = policy;
    const path = `${at}spec.alertPolicies.${index}`;
    const found =
      alertPolicyRef === undefined ? policy.spec : library.find("AlertPolicy", alertPolicyRef)?.spec;
    return (found?.conditions ?? [undefined]).flatMap((each) => {
      const reference = each?.conditionRef;
      const condition =
        reference === undefined ? each?.spec : library.find("AlertCondition", reference)?.spec;
      if (condition === undefined) {
        findings.notes.add(
          `${path}: left out: there is no such policy or condition in this file: ${reference ?? alertPolicyRef ?? "without a name"}`,
        );
        return [];
      }
      return tierOf(condition, path, windowSeconds, findings) ?? [];
    });
  });
  return tiers.length === 0 ? undefined : { tiers };
}
