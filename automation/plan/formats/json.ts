import type { JudgedResult, PlanResult } from "../result.ts";

/** The whole result as JSON, in the shape of its type. */
export function jsonReport(result: JudgedResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** `policy.json`: which policies were asked, what they found, and whether that stops a deployment. */
export function policyJson({ schemaVersion, project, stack, totals, policy }: PlanResult): string {
  const { blocking, advisory, notEvaluated } = totals;
  const document = { schemaVersion, project, stack, totals: { blocking, advisory, notEvaluated }, ...policy };
  return `${JSON.stringify(document, null, 2)}\n`;
}
