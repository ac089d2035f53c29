import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { CONFIG_MAP, INGRESS } from "../../types.ts";

/** Annotations whose value becomes part of the configuration: of both controllers for nginx, and both for HAProxy. */
const SNIPPETS = [
  /^nginx\.ingress\.kubernetes\.io\/([\w-]+-)?snippet$/,
  /^nginx\.org\/[\w-]*snippets$/,
  /^haproxy\.org\/[\w-]*config-snippet$/,
  /^haproxy-ingress\.github\.io\/config-\w+$/,
];

function check({ type, props }: Subject): Finding[] {
  if (type === CONFIG_MAP) {
    const allowed = props.at("data", "allow-snippet-annotations");
    return allowed.text() === "true"
      ? [violation(allowed, "is true: every Ingress may write the controller's configuration")]
      : [];
  }
  return each(props.at("metadata", "annotations").entries(), ([name, value]) =>
    SNIPPETS.some((snippet) => snippet.test(name)) && value.present
      ? violation(value, "becomes part of the controller's own configuration")
      : undefined,
  );
}

export const noConfigurationSnippet: Policy = {
  id: "no-configuration-snippet",
  title: "An Ingress must not write its controller's configuration.",
  severity: "high",
  level: "mandatory",
  why: "The controller reads the Secrets of every namespace: whoever may write an Ingress reads them by a snippet (CVE-2021-25742), and turns off what keeps the edge safe.",
  fix: "Use the controller's annotation for the purpose, or a filter of the Gateway API; leave allow-snippet-annotations out.",
  example: {
    yaml: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: shop
  annotations: { nginx.ingress.kubernetes.io/proxy-body-size: 8m }
spec:
  tls:
    - { hosts: [shop.example.com], secretName: shop-tls }`,
  },
  frameworks: { "owasp-kubernetes": ["K01", "K07"] },
  types: [INGRESS, CONFIG_MAP],
  check,
};
