import { each } from "./core/finding.ts";
import type { Finding, Subject } from "./core/policy.ts";
import type { Property } from "./core/property.ts";

/** Checks each rule of a PrometheusRule that tells someone; the others only record. What can't be read hides no other. */
export function eachAlertingRule(
  { props }: Subject,
  check: (rule: Property) => Finding | readonly Finding[] | undefined,
): Finding[] {
  return each(props.at("spec", "groups").items(), (group) =>
    each(group.at("rules").items(), (rule) => (rule.at("alert").present ? check(rule) : undefined)),
  );
}
