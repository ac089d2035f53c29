import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { attempt } from "../../core/unknown.ts";
import { declared } from "../field.ts";
import {
  FIREWALL_POLICIES,
  FIREWALL_POLICY_RULES,
  judgesRequests,
  refusedAttacks,
  rulesBeside,
} from "./cloud-armor.ts";

const settings = z.strictObject({
  attacks: z
    .array(z.string().regex(/^[a-z]+$/))
    .default(["sqli", "xss", "lfi", "rfi", "rce"])
    .describe(
      "Attacks that a policy must refuse, as Cloud Armor's preconfigured rules are called: sqli, xss, lfi, rfi, rce, methodenforcement, scannerdetection, protocolattack, php, sessionfixation, java, nodejs, cve.",
    ),
});

function missing(policy: Subject, rules: readonly Property[], context: Context): Finding | undefined {
  const refused = refusedAttacks(rules);
  const open = context.settings(settings).attacks.filter((attack) => !refused.has(attack));
  return open.length === 0
    ? undefined
    : violation(
        policy.props.at("rules"),
        `refuses no ${open.join(", ")} of the OWASP core rule set: no rule that acts, and is come to, recognises it`,
      );
}

export const edgeHasCoreRules: Policy = {
  id: "edge-has-core-rules",
  title: "A Cloud Armor policy must refuse what the OWASP core rule set recognises.",
  severity: "high",
  level: "mandatory",
  why: "A firewall without rules, or with rules in preview only, lets in what it was put there for.",
  fix: "Give the policy a rule with action deny(403) and evaluatePreconfiguredWaf('sqli-v33-stable') for each attack, before any rule that lets everyone in, and without preview.",
  example: declared(
    "compute.SecurityPolicy",
    `rules: ["sqli", "xss", "lfi", "rfi", "rce"].map((attack, index) => ({
  priority: 1000 + index,
  action: "deny(403)",
  match: { expr: { expression: \`evaluatePreconfiguredWaf('\${attack}-v33-stable')\` } },
}))`,
  ),
  frameworks: { owasp: ["A03"] },
  requirements: ["EA-03"],
  settings,
  types: [...FIREWALL_POLICIES, ...FIREWALL_POLICY_RULES],
  check: (policy, context) => {
    if (!FIREWALL_POLICIES.includes(policy.type) || !judgesRequests(policy)) return [];
    const rules = policy.props.at("rules").items();
    const found = rules.length === 0 ? undefined : missing(policy, rules, context);
    return found === undefined ? [] : [found];
  },
  // A policy that states no rule may have them declared beside it. What can't be read, check says.
  checkStack: (stack, context) =>
    each(
      FIREWALL_POLICIES.flatMap((type) => stack.ofType(type)),
      (policy) => {
        const silent = attempt(() => judgesRequests(policy) && policy.props.at("rules").items().length === 0);
        return silent.unread === undefined && silent.value
          ? missing(policy, rulesBeside(stack, policy), context)
          : undefined;
      },
    ),
};
