import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { namespaceOf } from "../../kubernetes.ts";
import { named, referred } from "../../references.ts";
import { BACKEND_SERVICE, GCP_BACKEND_POLICY, INGRESS, REGION_BACKEND_SERVICE } from "../../types.ts";
import { declared } from "../field.ts";
import {
  FIREWALL_POLICIES,
  FIREWALL_POLICY_NAMES,
  FIREWALL_POLICY_RULES,
  limits,
  rulesBeside,
} from "./cloud-armor.ts";
import { isExternal } from "./edge-has-firewall.ts";

const BACKENDS = [BACKEND_SERVICE, REGION_BACKEND_SERVICE];

/** By which ingress-nginx limits requests, in a second or a minute. */
const NGINX_LIMITS = ["limit-rps", "limit-rpm"].map((name) => `nginx.ingress.kubernetes.io/${name}`);
const CLASS = "kubernetes.io/ingress.class";

function isLimited(stack: Stack, policy: Subject): boolean {
  return [...policy.props.at("rules").items(), ...rulesBeside(stack, policy)].some(limits);
}

function checkBackend(stack: Stack, backend: Subject): Finding | undefined {
  const at = backend.props.at("securityPolicy");
  // What has no policy at all, edge-has-firewall finds.
  if (!isExternal(backend) || (at.known && !at.text())) return undefined;
  const policy = referred(stack, backend, "securityPolicy", FIREWALL_POLICIES, FIREWALL_POLICY_NAMES);
  if (policy === undefined) {
    return notEvaluated(backend.urn, "its security policy is not in this stack, so its rules can't be seen");
  }
  return isLimited(stack, policy)
    ? undefined
    : violation(
        at,
        `is ${policy.name}, which limits nobody: no rule with action throttle or rate_based_ban acts`,
      );
}

/** Whether an object in a cluster limits requests; undefined where that can't be seen in this stack. */
function limitsInCluster(stack: Stack, edge: Subject): boolean | undefined {
  if (edge.type === INGRESS) {
    const annotations = edge.props.at("metadata", "annotations");
    const controller = edge.props.at("spec", "ingressClassName").text() ?? annotations.at(CLASS).text();
    if (controller !== "nginx") return undefined;
    return NGINX_LIMITS.some((name) => (annotations.at(name).number() ?? 0) > 0);
  }
  const at = edge.props.at("spec", "default", "securityPolicy");
  const madeFrom = edge.propertyDependencies?.spec ?? [];
  const policy =
    FIREWALL_POLICIES.flatMap((type) => stack.ofType(type)).find(({ urn }) => madeFrom.includes(urn)) ??
    (at.known ? named(stack, at.text() ?? "", FIREWALL_POLICIES, FIREWALL_POLICY_NAMES) : undefined);
  return policy && isLimited(stack, policy);
}

/** In a namespace one of them must count: what serves files only may be left out. */
function checkNamespace(stack: Stack, edges: readonly Subject[]): Finding | undefined {
  const limited = edges.map((edge) => limitsInCluster(stack, edge));
  const [first] = edges;
  if (first === undefined || limited.some((answer) => answer !== false)) return undefined;
  const place =
    first.type === INGRESS
      ? first.props.at("metadata", "annotations")
      : first.props.at("spec", "default", "securityPolicy");
  const found = violation(
    place,
    `limits nobody, and nor does anything else at the edge of the namespace ${namespaceOf(first)}`,
  );
  // What stands before a controller of its own, such as a CDN, may limit, and can't be seen here.
  return first.type === INGRESS ? { ...found, level: "advisory" } : found;
}

export const edgeRateLimited: Policy = {
  id: "edge-rate-limited",
  title: "The edge must limit how much one client may ask.",
  severity: "high",
  level: "mandatory",
  why: "Without a limit, passwords are tried as fast as the service answers, and one client can take it from all others.",
  fix: "Give the security policy a rule with action throttle or rate_based_ban, without preview; with ingress-nginx the annotation nginx.ingress.kubernetes.io/limit-rpm.",
  example: declared(
    "compute.SecurityPolicy",
    `rules: [{
  priority: 5000,
  action: "throttle",
  match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
  rateLimitOptions: {
    conformAction: "allow",
    exceedAction: "deny(429)",
    enforceOnKey: "IP",
    rateLimitThreshold: { count: 300, intervalSec: 60 },
  },
}]`,
  ),
  frameworks: { owasp: ["A04", "A07"] },
  requirements: ["P8-01", "AC-02"],
  types: [...BACKENDS, ...FIREWALL_POLICIES, ...FIREWALL_POLICY_RULES, GCP_BACKEND_POLICY, INGRESS],
  checkStack: (stack) => {
    const inCluster = [GCP_BACKEND_POLICY, INGRESS].flatMap((type) => stack.ofType(type));
    const readable = inCluster.filter((edge) => edge.props.at("metadata", "namespace").known);
    return [
      ...each(
        BACKENDS.flatMap((type) => stack.ofType(type)),
        (backend) => checkBackend(stack, backend),
      ),
      ...each([...Map.groupBy(readable, namespaceOf).values()], (edges) => checkNamespace(stack, edges)),
    ];
  },
};
