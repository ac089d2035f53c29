import { each, parts, violation } from "../../../core/finding.ts";
import type { Finding, Policy } from "../../../core/policy.ts";
import type { Property } from "../../../core/property.ts";
import { ROLES, rulesOf } from "./rules.ts";

const SPAN = {
  verbs: "whatever can be done, and whatever a later version can do",
  resources: "every kind of resource of its groups, and those that come later",
  apiGroups: "every API of the cluster, and those that come later",
  nonResourceURLs: "every address of the API server",
} as const;

function wildcard(rule: Property, field: keyof typeof SPAN): Finding[] {
  return each(rule.at(field).items(), (one) =>
    one.text() === "*" || (field === "nonResourceURLs" && one.text() === "/*")
      ? violation(one, `is ${one.quote()}: ${SPAN[field]}`)
      : undefined,
  );
}

export const noWildcardRight: Policy = {
  id: "no-wildcard-right",
  title: "A role must name what it gives.",
  severity: "high",
  level: "mandatory",
  why: "A wildcard gives secrets, tokens and roles along with what was meant, and what is installed later without anybody's decision.",
  fix: "List the verbs, resources and API groups that are used.",
  example: {
    yaml: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules:
  - apiGroups: [apps]
    resources: [deployments]
    verbs: [get, list, watch]`,
  },
  frameworks: {
    "cis-kubernetes": ["5.1.3"],
    "nsa-cisa": ["role-based-access-control"],
    "owasp-kubernetes": ["K03"],
  },
  requirements: ["EA-03"],
  types: ROLES,
  check: (role) =>
    each(rulesOf(role), (rule) =>
      parts(
        () => wildcard(rule, "verbs"),
        () => wildcard(rule, "resources"),
        () => wildcard(rule, "apiGroups"),
        () => wildcard(rule, "nonResourceURLs"),
      ),
    ),
};
