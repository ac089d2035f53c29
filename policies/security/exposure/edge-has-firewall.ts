import { violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import { BACKEND_SERVICE, REGION_BACKEND_SERVICE } from "../../types.ts";
import { declared } from "../field.ts";

/** Whether the internet reaches it. Google's defaults: a global one is external, a regional one internal. */
export function isExternal({ type, props }: Subject): boolean {
  const scheme =
    props.at("loadBalancingScheme").text() ?? (type === BACKEND_SERVICE ? "EXTERNAL" : "INTERNAL");
  return scheme.startsWith("EXTERNAL");
}

export const edgeHasFirewall: Policy = {
  id: "edge-has-firewall",
  title: "What the internet reaches must stand behind Cloud Armor.",
  severity: "high",
  level: "mandatory",
  why: "Without a security policy there is no rate limit and no rule against the attacks that everyone is sent every day.",
  fix: "Name a compute.SecurityPolicy with the preconfigured OWASP rules and a rate limit in securityPolicy.",
  example: declared(
    "compute.BackendService",
    'loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy: "shop-firewall"',
  ),
  frameworks: { owasp: ["A05"] },
  requirements: ["EA-03"],
  types: [BACKEND_SERVICE, REGION_BACKEND_SERVICE],
  check: (backend) => {
    if (!isExternal(backend)) return [];
    const policy = backend.props.at("securityPolicy");
    return policy.text() ? [] : [violation(policy, "is not set, and the internet reaches this backend")];
  },
};
