import type { JudgedResult } from "../result.ts";

/** The whole result as JSON, in the shape of its type. */
export function jsonReport(result: JudgedResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/**
 * `policy.json`: which policies were asked, what they found, and whether that stops a deployment.
 * @param about what was judged, such as project and stack
 */
export function policyJson(
  { schemaVersion, totals, policy }: JudgedResult,
  about: Readonly<Record<string, unknown>>,
): string {
  const { blocking, advisory, notEvaluated, exempted } = totals;
  const document = {
    schemaVersion,
    ...about,
    totals: { blocking, advisory, notEvaluated, exempted },
    ...policy,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
