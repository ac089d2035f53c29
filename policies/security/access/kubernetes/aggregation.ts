import { each, parts, violation } from "../../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../../core/policy.ts";
import type { Property } from "../../../core/property.ts";
import { selectsAll } from "../../../kubernetes.ts";
import { CLUSTER_ROLE } from "../../../types.ts";
import { givenBy, rulesOf } from "./rules.ts";

const TO = "rbac.authorization.k8s.io/aggregate-to-";
const READING = ["get", "list", "watch"];

/** What everyone who may look, by the role `view`, must not get along with it. */
function beyondLooking(rule: Property): Finding | undefined {
  const secrets = givenBy(rule, { groups: [""], resources: ["secrets"], verbs: READING, inAll: true });
  if (secrets !== undefined) return violation(rule, `gives ${secrets} to everyone who has the role "view"`);
  const verb = rule
    .at("verbs")
    .items()
    .find((one) => !READING.includes(one.text() ?? ""));
  return verb === undefined
    ? undefined
    : violation(verb, `is ${verb.quote()}, for everyone who has the role "view"`);
}

function check(role: Subject): Finding[] {
  return parts(
    () =>
      each(role.props.at("aggregationRule", "clusterRoleSelectors").items(), (selector) =>
        selectsAll(selector)
          ? violation(selector, "is empty: it gathers the rights of every role")
          : undefined,
      ),
    () =>
      role.props.at("metadata", "labels", `${TO}view`).flag() === true
        ? each(rulesOf(role), beyondLooking)
        : undefined,
  );
}

export const aggregationBounded: Policy = {
  id: "aggregation-bounded",
  title: "A role must add to another no more than that one is for.",
  severity: "high",
  level: "mandatory",
  why: 'Aggregated, a right reaches all who already have the other role, and no binding shows it: whoever may "view" then changes things, or reads secrets.',
  fix: "Select by a label of its own in aggregationRule, and give only get, list and watch to view; what changes things belongs to edit or admin.",
  example: {
    yaml: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: view-certificates
  labels: { ${TO}view: "true" }
rules:
  - apiGroups: [cert-manager.io]
    resources: [certificates]
    verbs: [get, list, watch]`,
  },
  frameworks: { "nsa-cisa": ["role-based-access-control"], "owasp-kubernetes": ["K03"] },
  requirements: ["EA-03"],
  types: [CLUSTER_ROLE],
  check,
};
