import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { noGrantToEveryone } from "../../../policies/security/access/no-grant-to-everyone.ts";
import { noPrimitiveRole } from "../../../policies/security/access/no-primitive-role.ts";
import { httpOnlyRedirects } from "../../../policies/security/exposure/http-only-redirects.ts";
import { ingressBehindEdge } from "../../../policies/security/exposure/ingress-behind-edge.ts";
import { namespaceDeniesByDefault } from "../../../policies/security/network/namespace-denies-by-default.ts";
import { namespaceRestrictsPods } from "../../../policies/security/pods/namespace-restricts-pods.ts";
import {
  DEPLOYMENT,
  GATEWAY,
  INGRESS,
  NAMESPACE,
  NETWORK_POLICY,
  object,
  REDIRECT,
  ROUTE,
  SERVICE,
} from "./kubernetes-support.ts";
import { changed, says } from "./support.ts";

describe("ingress-behind-edge", () => {
  const service = (type: unknown, metadata: object = {}) =>
    object({
      ...SERVICE,
      metadata: { ...SERVICE.metadata, ...metadata },
      spec: { ...SERVICE.spec, type },
    });
  const open = 'api: spec.type is "LoadBalancer": the whole internet reaches it past the edge';

  test.each([
    ["ClusterIP", []],
    [undefined, []],
    ["ExternalName", []],
    ["LoadBalancer", [open]],
    ["NodePort", ['api: spec.type is "NodePort": whoever reaches a node reaches it past the edge']],
    [unknownValue, ["?api: spec.type is not known before deployment"]],
    [{}, ["api: spec.type is not a text"]],
  ])("EA-03 a Service of type %s", (type, expected) => {
    expect(says(ingressBehindEdge, service(type))).toEqual(expected);
  });

  test.each([
    ["networking.gke.io/load-balancer-type", "Internal", "External"],
    ["cloud.google.com/load-balancer-type", "Internal", ""],
    ["service.beta.kubernetes.io/aws-load-balancer-scheme", "internal", "internet-facing"],
    ["service.beta.kubernetes.io/aws-load-balancer-internal", "true", "false"],
    ["service.beta.kubernetes.io/azure-load-balancer-internal", "true", "false"],
  ])("EA-03 a load balancer that %s keeps inside", (name, inside, outside) => {
    const annotated = (value: string) => service("LoadBalancer", { annotations: { [name]: value } });
    expect(says(ingressBehindEdge, annotated(inside))).toEqual([]);
    expect(says(ingressBehindEdge, annotated(outside))).toEqual([open]);
  });

  test("EA-03 the edge itself says so, or is a Gateway's", () => {
    expect(
      says(ingressBehindEdge, service("LoadBalancer", { annotations: { "slipway.dev/edge": "true" } })),
    ).toEqual([]);
    expect(
      says(
        ingressBehindEdge,
        service("NodePort", { labels: { "gateway.networking.k8s.io/gateway-name": "edge" } }),
      ),
    ).toEqual([]);
    expect(
      says(ingressBehindEdge, service("LoadBalancer", { annotations: { "slipway.dev/edge": "false" } })),
    ).toEqual([open]);
  });

  test.each([
    ["app.kubernetes.io/name", "ingress-nginx", []],
    ["app", "istio-ingressgateway", []],
    ["app", "shop", [open]],
    ["app.kubernetes.io/instance", "ingress-nginx", [open]],
    ["app", unknownValue, ["?api: metadata.labels.app is not known before deployment"]],
  ])("EA-03 a controller of Ingress or Gateway is an edge: %s %s", (label, value, expected) => {
    expect(says(ingressBehindEdge, service("LoadBalancer", { labels: { [label]: value } }))).toEqual(
      expected,
    );
    expect(says(ingressBehindEdge, service("ClusterIP", { labels: { [label]: value } }))).toEqual([]);
  });

  test("EA-03 external addresses lead past the edge, too", () => {
    expect(says(ingressBehindEdge, object(changed(SERVICE, "spec.externalIPs", ["203.0.113.7"])))).toEqual([
      "api: spec.externalIPs lets in whoever reaches one of these addresses, past the edge",
    ]);
    expect(says(ingressBehindEdge, object(changed(SERVICE, "spec.externalIPs", [])))).toEqual([]);
  });
});

describe("http-only-redirects", () => {
  test.each([
    ["spec.tls", undefined, ["api: spec.tls is not set: it serves HTTP in clear"]],
    ["spec.tls", [], ["api: spec.tls is not set: it serves HTTP in clear"]],
    ["spec.tls", unknownValue, ["?api: spec.tls is not known before deployment"]],
    [
      "metadata.annotations",
      { "nginx.ingress.kubernetes.io/ssl-redirect": "false" },
      [
        "api: metadata.annotations.nginx.ingress.kubernetes.io/ssl-redirect is false: it serves HTTP in clear beside HTTPS",
      ],
    ],
    ["metadata.annotations", { "nginx.ingress.kubernetes.io/ssl-redirect": "true" }, []],
  ])("P8-01 an Ingress with %s %j", (path, value, expected) => {
    expect(says(httpOnlyRedirects, object(INGRESS))).toEqual([]);
    expect(says(httpOnlyRedirects, object(changed(INGRESS, path, value)))).toEqual(expected);
  });

  const gateway = object(GATEWAY, { name: "edge" });
  const route = (path: string, value: unknown) => object(changed(ROUTE, path, value));
  const clear = "and the route is attached to the listener http of edge, which takes HTTP in clear";

  test("P8-01 a route on a listener without TLS sends to https, whichever way it is attached", () => {
    expect(says(httpOnlyRedirects, gateway, object(ROUTE), object(REDIRECT))).toEqual([]);
    for (const parent of [
      { name: "edge" },
      { name: "edge", sectionName: "http" },
      { name: "edge", port: 80 },
      { name: "edge", namespace: "shop" },
    ]) {
      expect(says(httpOnlyRedirects, gateway, route("spec.parentRefs", [parent]))).toEqual([
        `api: spec.rules[0] does not send to https, ${clear}`,
      ]);
    }
    for (const parent of [{ name: "other" }, { name: "edge", port: 443 }, { name: "edge", namespace: "x" }]) {
      expect(says(httpOnlyRedirects, gateway, route("spec.parentRefs", [parent]))).toEqual([]);
    }
  });

  test("P8-01 a redirect to http, a route without rules, and what is not known are no pass", () => {
    const weak = changed(REDIRECT, "spec.rules[0].filters[0].requestRedirect.scheme", "http");
    expect(says(httpOnlyRedirects, gateway, object(weak))).toEqual([
      `api: spec.rules[0] does not send to https, ${clear}`,
    ]);
    expect(says(httpOnlyRedirects, gateway, object(changed(REDIRECT, "spec.rules", undefined)))).toEqual([
      `api: spec.rules is not set, ${clear}`,
    ]);
    expect(says(httpOnlyRedirects, gateway, object(changed(REDIRECT, "spec.rules", unknownValue)))).toEqual([
      "?api: spec.rules is not known before deployment",
    ]);
    const protocol = object(changed(GATEWAY, "spec.listeners[0].protocol", unknownValue), { name: "edge" });
    expect(says(httpOnlyRedirects, protocol, object(REDIRECT))).toEqual([
      "?edge: spec.listeners[0].protocol is not known before deployment",
    ]);
  });
});

describe("grants in a cluster", () => {
  const binding = (kind: string, role: unknown, subjects: unknown) =>
    object({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      metadata: { name: "b" },
      roleRef: { kind: "ClusterRole", name: role },
      subjects,
    });
  const account = { kind: "ServiceAccount", name: "api", namespace: "shop" };

  test.each(["RoleBinding", "ClusterRoleBinding"])(
    "EA-03 a %s gives nothing to everyone, and cluster-admin to nobody",
    (kind) => {
      expect(says(noGrantToEveryone, binding(kind, "view", [account]))).toEqual([]);
      for (const name of [
        "system:anonymous",
        "system:unauthenticated",
        "system:authenticated",
        "system:serviceaccounts",
      ]) {
        expect(says(noGrantToEveryone, binding(kind, "view", [account, { kind: "Group", name }]))).toEqual([
          `api: subjects[1] gives "view" to "${name}"`,
        ]);
      }
      expect(
        says(noGrantToEveryone, binding(kind, unknownValue, [{ name: "system:authenticated" }])),
      ).toEqual(['api: subjects[0] gives a role to "system:authenticated"']);
      expect(says(noGrantToEveryone, binding(kind, "view", unknownValue))).toEqual([
        "?api: subjects is not known before deployment",
      ]);
      expect(says(noPrimitiveRole, binding(kind, "view", [account]))).toEqual([]);
      expect(says(noPrimitiveRole, binding(kind, "cluster-admin", [account]))).toEqual([
        'api: roleRef.name gives "cluster-admin"',
      ]);
      expect(says(noPrimitiveRole, binding(kind, unknownValue, [account]))).toEqual([
        "?api: roleRef.name is not known before deployment",
      ]);
    },
  );
});

describe("namespaces", () => {
  const namespace = object(NAMESPACE, { name: "shop" });
  const policy = (spec: unknown, name = "p") => object({ ...NETWORK_POLICY, spec }, { name });
  const ENFORCE = "metadata.labels.pod-security.kubernetes.io/enforce";
  const enforcing = (level: unknown) =>
    object(changed(NAMESPACE, 'metadata.labels["pod-security.kubernetes.io/enforce"]', level), {
      name: "shop",
    });

  test.each([
    ["restricted", []],
    ["baseline", [`~shop: ${ENFORCE} is "baseline", not "restricted"`]],
    ["privileged", [`shop: ${ENFORCE} is "privileged", not "restricted"`]],
    [undefined, [`shop: ${ENFORCE} is not set: pods of any kind are taken`]],
    [unknownValue, [`?shop: ${ENFORCE} is not known before deployment`]],
    [[], [`shop: ${ENFORCE} is not a text`]],
  ])("AC-02 pod security %s", (level, expected) => {
    expect(says(namespaceRestrictsPods, enforcing(level))).toEqual(expected);
  });

  test("AC-02 the cluster's own namespaces are its own matter", () => {
    const own = object({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } });
    expect(says(namespaceRestrictsPods, own)).toEqual([]);
    expect(says(namespaceDeniesByDefault, own)).toEqual([]);
  });

  const denied = (what: string) => [
    `shop: metadata.name is "shop", and no NetworkPolicy of it denies ${what} all of its pods by default`,
  ];
  test.each([
    [{ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, []],
    [{ podSelector: {}, policyTypes: ["Ingress"] }, denied("what leaves")],
    [{ podSelector: {}, policyTypes: ["Egress"] }, denied("what comes to")],
    // What the API server takes where nothing is said.
    [{ podSelector: {} }, denied("what leaves")],
    [{ podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] }, []],
    [
      { podSelector: { matchLabels: { app: "x" } }, policyTypes: ["Ingress", "Egress"] },
      denied("what comes to and what leaves"),
    ],
    [
      {
        podSelector: { matchExpressions: [{ key: "x", operator: "Exists" }] },
        policyTypes: ["Ingress", "Egress"],
      },
      denied("what comes to and what leaves"),
    ],
    [undefined, denied("what comes to and what leaves")],
  ])("AC-02 a NetworkPolicy %j", (spec, expected) => {
    expect(says(namespaceDeniesByDefault, namespace, policy(spec))).toEqual(expected);
  });

  test("AC-02 two policies may deny together, one of another namespace does not", () => {
    const one = policy({ podSelector: {}, policyTypes: ["Ingress"] }, "a");
    const two = policy({ podSelector: {}, policyTypes: ["Egress"] }, "b");
    expect(says(namespaceDeniesByDefault, namespace, one, two)).toEqual([]);
    const elsewhere = object(changed(NETWORK_POLICY, "metadata.namespace", "x"));
    expect(says(namespaceDeniesByDefault, namespace, elsewhere)).toEqual(
      denied("what comes to and what leaves"),
    );
  });

  test("AC-02 what allows everything undoes the default", () => {
    const all = (rules: object) =>
      says(
        namespaceDeniesByDefault,
        namespace,
        policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ...rules }),
      );
    expect(all({ ingress: [{}] })).toEqual([
      "p: spec.ingress[0] allows everything in, for all pods of the namespace",
    ]);
    expect(all({ egress: [{ ports: [{ port: 53 }] }, {}] })).toEqual([
      "p: spec.egress[1] allows everything out, for all pods of the namespace",
    ]);
    expect(all({ ingress: [{ from: [{ podSelector: {} }] }] })).toEqual([]);
  });

  test("AC-02 a namespace that is not here can't be judged, unless what is here denies", () => {
    const workload = object(DEPLOYMENT);
    const untold =
      '?api: its namespace "shop" is not in this stack, and nothing here denies what comes to and what leaves all of its pods: whether something does can\'t be seen';
    expect(says(namespaceDeniesByDefault, workload)).toEqual([untold]);
    expect(says(namespaceDeniesByDefault, workload, object(DEPLOYMENT))).toEqual([untold]);
    expect(says(namespaceDeniesByDefault, workload, object(NETWORK_POLICY))).toEqual([]);
    const placed = object(changed(DEPLOYMENT, "metadata.namespace", undefined));
    expect(says(namespaceDeniesByDefault, placed)[0]).toContain(
      'its namespace "default" is not in this stack',
    );
  });

  test("AC-02 what is not known is told", () => {
    const unknown = object(changed(NETWORK_POLICY, "spec.podSelector", unknownValue), { name: "p" });
    expect(says(namespaceDeniesByDefault, namespace, unknown)).toEqual([
      "?p: spec.podSelector is not known before deployment",
    ]);
  });
});
