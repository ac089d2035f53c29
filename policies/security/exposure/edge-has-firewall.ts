import { violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";

const GLOBAL = "gcp:compute/backendService:BackendService";
const REGIONAL = "gcp:compute/regionBackendService:RegionBackendService";

/** Whether the internet reaches it. Google's defaults: a global one is external, a regional one internal. */
function isExternal({ type, props }: Subject): boolean {
  const scheme = props.at("loadBalancingScheme").text() ?? (type === GLOBAL ? "EXTERNAL" : "INTERNAL");
  return scheme.startsWith("EXTERNAL");
}

export const edgeHasFirewall: Policy = {
  id: "edge-has-firewall",
  title: "What the internet reaches must stand behind Cloud Armor.",
  severity: "high",
  level: "mandatory",
  why: "Without a security policy there is no rate limit and no rule against the attacks that everyone is sent every day.",
  fix: "Name a compute.SecurityPolicy with the preconfigured OWASP rules and a rate limit in securityPolicy.",
  requirements: ["EA-03"],
  types: [GLOBAL, REGIONAL],
  check: (backend) => {
    if (!isExternal(backend)) return [];
    const policy = backend.props.at("securityPolicy");
    return policy.text() ? [] : [violation(policy, "is not set, and the internet reaches this backend")];
  },
};
