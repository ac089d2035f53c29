import { each, notEvaluated, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { referred } from "../../references.ts";
import {
  FUNCTION_V1,
  GATEWAY,
  HTTP_ROUTE,
  INGRESS,
  REGION_TARGET_HTTP_PROXY,
  REGION_URL_MAP,
  TARGET_HTTP_PROXY,
  URL_MAP,
} from "../../types.ts";
import { declared } from "../field.ts";
import { checkGateways, checkIngress } from "./http-in-cluster.ts";

const PROXIES = [TARGET_HTTP_PROXY, REGION_TARGET_HTTP_PROXY];
const MAPS = [URL_MAP, REGION_URL_MAP];

/** Where a path matcher says what is done with a request: for all paths, and for those with a rule of their own. */
function redirectsOf(matcher: Property): Property[] {
  const rules = [...matcher.at("pathRules").items(), ...matcher.at("routeRules").items()];
  return [matcher.at("defaultUrlRedirect"), ...rules.map((rule) => rule.at("urlRedirect"))];
}

function checkProxy(stack: Stack, proxy: Subject): readonly Finding[] {
  const map = referred(stack, proxy, "urlMap", MAPS, ["name", "id", "selfLink"]);
  if (map === undefined) {
    return [notEvaluated(proxy.urn, "its URL map is not in this stack, so what it serves can't be seen")];
  }
  const check = (place: Property): Finding | undefined => {
    const redirect = place.at("httpsRedirect");
    return redirect.flag() === true
      ? undefined
      : violation(
          proxy.props.at("urlMap"),
          `is ${map.name}, whose ${redirect.path} is not true: it serves HTTP in clear`,
        );
  };
  return parts(
    () => check(map.props.at("defaultUrlRedirect")),
    () => each(map.props.at("pathMatchers").items(), (matcher) => each(redirectsOf(matcher), check)),
  );
}

/** A function of the first generation takes HTTP in clear, unless it is told not to. */
function checkFunction({ props }: Subject): readonly Finding[] {
  if (props.at("triggerHttp").flag() !== true) return [];
  const level = props.at("httpsTriggerSecurityLevel");
  return level.text() === "SECURE_ALWAYS"
    ? []
    : [violation(level, 'is not "SECURE_ALWAYS": it serves HTTP in clear')];
}

export const httpOnlyRedirects: Policy = {
  id: "http-only-redirects",
  title: "HTTP without TLS must do nothing but send to HTTPS.",
  severity: "high",
  level: "mandatory",
  why: "Passwords and session cookies sent in clear can be read and changed on the way.",
  fix: "Give the HTTP proxy a URL map of its own with defaultUrlRedirect {httpsRedirect: true, stripQuery: false}; an HTTP listener of a Gateway a route of its own with a RequestRedirect to https; an Ingress spec.tls; a function httpsTriggerSecurityLevel SECURE_ALWAYS.",
  requirements: ["EA-03", "P8-01"],
  example: declared("compute.URLMap", "defaultUrlRedirect: { httpsRedirect: true, stripQuery: false }"),
  frameworks: { owasp: ["A02"] },
  types: [...PROXIES, ...MAPS, INGRESS, GATEWAY, HTTP_ROUTE, FUNCTION_V1],
  check: (resource) => {
    if (resource.type === FUNCTION_V1) return checkFunction(resource);
    return resource.type === INGRESS ? checkIngress(resource) : [];
  },
  checkStack: (stack) => [
    ...each(
      PROXIES.flatMap((type) => stack.ofType(type)),
      (proxy) => checkProxy(stack, proxy),
    ),
    ...checkGateways(stack),
  ],
};
