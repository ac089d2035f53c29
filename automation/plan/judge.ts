import { type EvaluateOptions, evaluate } from "../../policies/core/evaluate.ts";
import { EXEMPTION_POLICY } from "../../policies/core/exemptions.ts";
import type { Enforcement, Pack, Policy, PolicyResource } from "../../policies/core/policy.ts";
import { remediated } from "../../policies/core/remediate.ts";
import { enforcementOf, NO_SETTINGS, type PolicySettings } from "../../policies/core/settings.ts";
import type { Redactor } from "./redact.ts";
import type { PolicyFacts, PolicyReport, Totals } from "./result.ts";
import { scoresOf } from "./score.ts";

/**
 * What packs say of resources, with secrets taken out of their messages, and how much of each kind it is. What the settings
 * have mended is mended first. Pure but for the day.
 */
export function judge(
  given: readonly PolicyResource[],
  judges: readonly Pack[],
  redactor: Redactor,
  options: EvaluateOptions = {},
): { readonly policy: PolicyReport; readonly found: Omit<Totals, "resources" | "components"> } {
  const { settings = NO_SETTINGS } = options;
  const { resources, done } = remediated(judges, given, settings);
  const results = evaluate(judges, resources, options).map((result) => ({
    ...result,
    message: redactor.text(result.message),
  }));
  const open = results.filter(({ exemption }) => exemption === undefined);
  return {
    policy: {
      policies: policyFacts(judges, settings),
      results,
      exemptions: settings.exemptions,
      remediated: done,
      scores: scoresOf(judges, settings, new Set(resources.map(({ type }) => type)), results),
    },
    found: {
      blocking: open.filter(({ blocking }) => blocking).length,
      advisory: open.filter(({ blocking, status }) => !blocking && status !== "not evaluated").length,
      notEvaluated: open.filter(({ status }) => status === "not evaluated").length,
      exempted: results.length - open.length,
    },
  };
}

/** Every policy as data, in the order of packs; and the one about exemptions, where there are some. */
export function policyFacts(judges: readonly Pack[], settings: PolicySettings): PolicyFacts[] {
  return [
    ...judges.flatMap((pack) =>
      pack.policies.map((policy) => factsOf(pack.name, policy, enforcementOf(settings, pack, policy))),
    ),
    ...(settings.exemptions.length === 0
      ? []
      : [factsOf("exemptions", EXEMPTION_POLICY, EXEMPTION_POLICY.level)]),
  ];
}

function factsOf(
  pack: string,
  policy: Pick<
    Policy,
    "id" | "title" | "severity" | "level" | "why" | "fix" | "example" | "frameworks" | "requirements"
  >,
  enforcement: Enforcement,
): PolicyFacts {
  const { id, title, severity, level, why, fix, example, frameworks = {}, requirements = [] } = policy;
  return {
    ...{ pack, id, title, severity, level, enforcement, why, fix },
    ...(example === undefined ? {} : { example }),
    frameworks,
    requirements,
  };
}
