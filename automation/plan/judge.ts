import { evaluate } from "../../policies/core/evaluate.ts";
import type { Pack, PolicyResource } from "../../policies/core/policy.ts";
import type { Redactor } from "./redact.ts";
import type { PolicyReport, Totals } from "./result.ts";

/** What packs say of resources, with secrets taken out of their messages, and how much of each kind it is. Pure. */
export function judge(
  subjects: readonly PolicyResource[],
  judges: readonly Pack[],
  redactor: Redactor,
): { readonly policy: PolicyReport; readonly found: Omit<Totals, "resources" | "components"> } {
  const policies = judges.flatMap((pack) =>
    pack.policies.map(({ id, title, severity, level, why, fix, requirements }) => ({
      pack: pack.name,
      id,
      title,
      severity,
      level,
      why,
      fix,
      requirements: requirements ?? [],
    })),
  );
  const results = evaluate(judges, subjects).map((result) => ({
    ...result,
    message: redactor.text(result.message),
  }));
  const blocking = results.filter((result) => result.blocking).length;
  const notEvaluated = results.filter(({ status }) => status === "not evaluated").length;
  const advisory = results.filter((result) => !result.blocking && result.status !== "not evaluated").length;
  return { policy: { policies, results }, found: { blocking, advisory, notEvaluated } };
}
