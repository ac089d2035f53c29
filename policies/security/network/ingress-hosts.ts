import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { GATEWAY, HTTP_ROUTE, INGRESS } from "../../types.ts";

/** A name that stands for many; Kubernetes takes one only before the first dot, and `*` for all. */
const isWildcard = (host: string) => host.startsWith("*");

function check({ type, props }: Subject): Finding[] {
  const spec = props.at("spec");
  if (type === INGRESS) {
    return each(spec.at("rules").items(), (rule) => {
      const host = rule.at("host");
      const text = host.text() ?? "";
      if (text === "") return violation(host, "is not set: it takes requests for every name");
      return isWildcard(text)
        ? violation(host, `is ${host.quote()}: it takes requests for many names`)
        : undefined;
    });
  }
  const hosts =
    type === HTTP_ROUTE
      ? spec.at("hostnames").items()
      : spec
          .at("listeners")
          .items()
          .map((listener) => listener.at("hostname"));
  return each(hosts, (host) =>
    isWildcard(host.text() ?? "")
      ? violation(host, `is ${host.quote()}: it takes requests for many names`)
      : undefined,
  );
}

export const namedHosts: Policy = {
  id: "named-hosts",
  title: "What takes requests from outside should name the hosts that they are for.",
  severity: "medium",
  level: "advisory",
  why: "Without a name it takes requests for anybody's: another team's host ends here while its own route is away, and so does one that a stranger points at the address.",
  fix: "State each host in full.",
  example: {
    yaml: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api, namespace: shop }
spec:
  tls:
    - { hosts: [shop.example.com], secretName: shop-tls }
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: api, port: { number: 80 } } }`,
  },
  frameworks: { "owasp-kubernetes": ["K07"] },
  types: [INGRESS, HTTP_ROUTE, GATEWAY],
  check,
};
