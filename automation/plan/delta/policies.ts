import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { Enforcement } from "../../../policies/core/policy.ts";
import { daysLeft, SOON_DAYS } from "../formats/decided.ts";
import type { PolicyReport } from "../result.ts";
import type { PolicyDelta } from "./types.ts";

/**
 * What a change does to what packs find. Pure.
 * @param renamed the URN now, by the one before, of resources that have another
 * @param today ISO 8601, for which exemptions end soon
 */
export function policyDelta(
  before: PolicyReport,
  after: PolicyReport,
  renamed: ReadonlyMap<string, string>,
  today: string,
): PolicyDelta {
  const was = keyed(before.results, (urn) => renamed.get(urn) ?? urn);
  const is = keyed(after.results, (urn) => urn);
  const only = (
    those: ReadonlyMap<string, PolicyResult>,
    counts: (found: PolicyResult, counterpart: PolicyResult | undefined) => boolean,
    other: ReadonlyMap<string, PolicyResult>,
  ) => [...those].flatMap(([key, found]) => (counts(found, other.get(key)) ? [found] : []));
  return {
    added: only(is, (found, earlier) => isOpen(found) && !isOpen(earlier), was),
    mended: only(was, (found, later) => isOpen(found) && later === undefined, is),
    exempted: only(
      is,
      (found, earlier) => found.exemption !== undefined && earlier?.exemption === undefined,
      was,
    ),
    ending: after.exemptions.filter(({ until }) => until >= today && daysLeft(until, today) <= SOON_DAYS),
    enforcement: enforcementChanges(before, after),
  };
}

/** Whether it is a finding that nobody answers for. What can't be judged yet is none. */
function isOpen(found: PolicyResult | undefined): boolean {
  return found !== undefined && found.exemption === undefined && found.status !== "not evaluated";
}

/** Findings by what they are known by: the policy, the resource, the property, and which of several. */
function keyed(results: readonly PolicyResult[], urnOf: (urn: string) => string): Map<string, PolicyResult> {
  const found = new Map<string, PolicyResult>();
  for (const result of results) {
    const { policy, urn, path = "", message } = result;
    const facts = [policy, urnOf(urn), path, urn === "" ? message : ""];
    let nth = 0;
    while (found.has(JSON.stringify([...facts, nth]))) nth += 1;
    found.set(JSON.stringify([...facts, nth]), result);
  }
  return found;
}

function enforcementChanges(before: PolicyReport, after: PolicyReport): PolicyDelta["enforcement"] {
  const was = new Map<string, Enforcement>(before.policies.map(({ id, enforcement }) => [id, enforcement]));
  return after.policies.flatMap(({ id, enforcement }) => {
    const earlier = was.get(id);
    return earlier === undefined || earlier === enforcement
      ? []
      : [{ policy: id, before: earlier, after: enforcement }];
  });
}
