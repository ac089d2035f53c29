import type { Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { once } from "../../kubernetes-stack.ts";
import { referred } from "../../references.ts";
import { REGION_SECURITY_POLICY, SECURITY_POLICY } from "../../types.ts";
import { isOpen } from "./gke.ts";

/** Cloud Armor's policies. */
export const FIREWALL_POLICIES = [SECURITY_POLICY, REGION_SECURITY_POLICY];

/** Rules that are declared apart from their policy. */
export const FIREWALL_POLICY_RULES = [
  "gcp:compute/securityPolicyRule:SecurityPolicyRule",
  "gcp:compute/regionSecurityPolicyRule:RegionSecurityPolicyRule",
];

/** Fields that a policy is referred to by. */
export const FIREWALL_POLICY_NAMES = ["name", "id", "selfLink"];

/** Whether a policy judges requests, as those at a content network's or a packet's edge do not. */
export function judgesRequests({ props }: Subject): boolean {
  return (props.at("type").text() ?? "CLOUD_ARMOR") === "CLOUD_ARMOR";
}

/** Rules that are declared apart, by their policy. */
const apart = once((stack) =>
  Map.groupBy(
    FIREWALL_POLICY_RULES.flatMap((type) => stack.ofType(type)),
    (rule) => referred(stack, rule, "securityPolicy", FIREWALL_POLICIES, FIREWALL_POLICY_NAMES),
  ),
);

/** Rules of a policy that are declared beside it. @throws UnknownRead where it can't be told whose a rule is */
export function rulesBeside(stack: Stack, policy: Subject): Property[] {
  return (apart(stack).get(policy) ?? []).map(({ props }) => props);
}

/** Whether a rule does something: one in preview only writes what it would have done. */
function acts(rule: Property): boolean {
  return rule.at("preview").flag() !== true;
}

/** Whether a rule counts requests, and refuses those that are too many. */
export function limits(rule: Property): boolean {
  return acts(rule) && /^(throttle|rate_based_ban)$/.test(rule.at("action").text() ?? "");
}

/** Whether a rule ends the judgement of every request that comes to it, and lets it in. */
function letsEveryoneIn(rule: Property): boolean {
  if (!acts(rule) || !/^(allow|throttle|rate_based_ban)$/.test(rule.at("action").text() ?? "")) return false;
  return rule
    .at("match", "config", "srcIpRanges")
    .items()
    .some((range) => isOpen(range.text() ?? ""));
}

const RECOGNISES = /evaluatePreconfigured(?:Waf|Expr)\(\s*['"]([a-z]+)/g;

/**
 * Attacks that a policy's rules recognise and refuse, as the preconfigured rules are called (`sqli`, `xss`, …). A rule after
 * one that lets everyone in is never come to: the first match wins.
 */
export function refusedAttacks(rules: readonly Property[]): ReadonlySet<string> {
  const priority = (rule: Property) => rule.at("priority").number() ?? 0;
  const last = Math.min(...rules.filter(letsEveryoneIn).map(priority));
  return new Set(
    rules
      .filter(
        (rule) =>
          acts(rule) && /^(deny|redirect)/.test(rule.at("action").text() ?? "") && priority(rule) < last,
      )
      .flatMap((rule) => {
        const expression = rule.at("match", "expr", "expression").text() ?? "";
        return [...expression.matchAll(RECOGNISES)].map(([, attack = ""]) => attack);
      }),
  );
}
