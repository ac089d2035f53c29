import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { shortLivedToken } from "../../../../policies/security/access/kubernetes/short-lived-token.ts";
import { httpOnlyRedirects } from "../../../../policies/security/exposure/http-only-redirects.ts";
import { namedHosts } from "../../../../policies/security/network/ingress-hosts.ts";
import { metadataServerKept } from "../../../../policies/security/network/metadata-server-kept.ts";
import { namedSources } from "../../../../policies/security/network/named-sources.ts";
import { namespaceDeniesByDefault } from "../../../../policies/security/network/namespace-denies-by-default.ts";
import { noConfigurationSnippet } from "../../../../policies/security/network/no-configuration-snippet.ts";
import { ownNamespace } from "../../../../policies/security/network/own-namespace.ts";
import { reachablePorts } from "../../../../policies/security/network/reachable-ports.ts";
import {
  CONFIG,
  DEPLOYMENT,
  GATEWAY,
  INGRESS,
  NETWORK_POLICY,
  object,
  PODS,
  ROUTE,
  SERVICE,
  withPods,
} from "../kubernetes-support.ts";
import { changed, says } from "../support.ts";

const podSelector = { matchLabels: { app: "api" } };
const policy = (spec: object) => object({ ...NETWORK_POLICY, spec: { podSelector, ...spec } });

test("AC-02 in a namespace that is elsewhere, pods that policies of their own isolate need no other", () => {
  const own = (policyTypes: string[], app = "api") =>
    object({
      ...NETWORK_POLICY,
      spec: { podSelector: { matchLabels: { "app.kubernetes.io/name": app } }, policyTypes },
    });
  const said = (...more: ReturnType<typeof object>[]) =>
    says(namespaceDeniesByDefault, object(DEPLOYMENT), ...more);
  const open = (what: string) => [
    `?api: its namespace "shop" is not in this stack, and nothing here denies ${what} all of its pods: whether something does can't be seen`,
  ];
  expect(said(own(["Ingress", "Egress"]))).toEqual([]);
  expect(said(own(["Ingress"]), own(["Egress"]))).toEqual([]);
  expect(said(own(["Ingress"]))).toEqual(open("what leaves"));
  expect(said(own(["Ingress", "Egress"], "web"))).toEqual(open("what comes to and what leaves"));
  const another = object(changed(DEPLOYMENT, "spec.template.metadata.labels", { app: "other" }), {
    name: "b",
  });
  expect(said(another, own(["Ingress", "Egress"]))).toEqual(open("what comes to and what leaves"));
});

describe("named-sources", () => {
  const letting = (rule: unknown, more: object = {}) =>
    says(namedSources, policy({ ingress: [rule], ...more }));
  const at = "api: spec.ingress[0].from";
  const web = { podSelector: { matchLabels: { app: "web" } } };
  const shop = { matchLabels: { "kubernetes.io/metadata.name": "shop" } };

  test.each<[unknown, string[]]>([
    [{ from: [web] }, []],
    [{ from: [{ podSelector: {} }] }, []],
    [{ from: [{ namespaceSelector: shop }] }, []],
    [{ from: [{ namespaceSelector: {}, ...web }] }, []],
    [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }, []],
    [{ ports: [{ port: 8080 }] }, [`${at} is not set: everybody may come in`]],
    [{ from: [] }, [`${at} is not set: everybody may come in`]],
    [
      { from: [{ namespaceSelector: {} }], ports: [{ port: 9090 }] },
      [`~${at}[0] selects every pod of every namespace`],
    ],
    [
      { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 9090 }] },
      [`${at}[0].ipBlock is "0.0.0.0/0": every address there is may come in`],
    ],
    [{ from: [web, { namespaceSelector: {} }] }, [`${at}[1] selects every pod of every namespace`]],
    [
      { from: [{ namespaceSelector: {}, podSelector: {} }] },
      [`${at}[0] selects every pod of every namespace`],
    ],
    [
      { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
      [`${at}[0].ipBlock is "0.0.0.0/0": every address there is may come in`],
    ],
    [
      { from: [{ ipBlock: { cidr: "128.0.0.0/1" } }] },
      [`${at}[0].ipBlock is "128.0.0.0/1": every address there is may come in`],
    ],
    [
      { from: [{ ipBlock: { cidr: "::/0" } }] },
      [`${at}[0].ipBlock is "::/0": every address there is may come in`],
    ],
    [
      { from: [{ ipBlock: { cidr: "0.0.0.0" } }] },
      [`${at}[0].ipBlock.cidr is not a block of addresses such as 10.0.0.0/8`],
    ],
    [
      { from: [{ ipBlock: { cidr: "10.0.0.0/33" } }] },
      [`${at}[0].ipBlock.cidr is not a block of addresses such as 10.0.0.0/8`],
    ],
    [
      { from: [{ ipBlock: { cidr: unknownValue } }] },
      ["?api: spec.ingress[0].from[0].ipBlock.cidr is not known before deployment"],
    ],
    [{ from: unknownValue }, ["?api: spec.ingress[0].from is not known before deployment"]],
  ])("AC-02 %j", (rule, expected) => {
    expect(letting(rule)).toEqual(expected);
  });

  test("AC-02 what it is not about counts for nothing, and all of a namespace's pods are another policy's", () => {
    expect(letting({}, { policyTypes: ["Egress"] })).toEqual([]);
    expect(letting({}, { podSelector: {} })).toEqual([]);
    expect(letting({ ports: [{ port: 1 }] }, { podSelector: {} })).toHaveLength(1);
  });
});

describe("metadata-server-kept", () => {
  const leaving = (rule: unknown, more: object = {}) =>
    says(metadataServerKept, policy({ policyTypes: ["Egress"], egress: [rule], ...more }));
  const at = "api: spec.egress[0].to";
  const block = (cidr: unknown, ...except: unknown[]) => ({ to: [{ ipBlock: { cidr, except } }] });
  const holds = (cidr: string, server = "169.254.169.254") => [
    `${at}[0].ipBlock of "${cidr}" holds ${server}, the metadata server of the node`,
  ];

  test.each<[unknown, string[]]>([
    [block("10.0.0.0/8"), []],
    [block("0.0.0.0/0", "169.254.0.0/16"), []],
    [block("0.0.0.0/0", "10.0.0.0/8", "169.254.169.254/32"), []],
    [block("169.254.169.254/32"), []],
    [block("169.254.0.0/16"), []],
    [block("0.0.0.0/0"), holds("0.0.0.0/0")],
    [block("128.0.0.0/1", "169.254.169.253/32"), holds("128.0.0.0/1")],
    [block("169.254.0.0/15"), holds("169.254.0.0/15")],
    [block("::/0"), holds("::/0", "fd00:ec2::254")],
    [block("fd20::/16"), holds("fd20::/16", "fd20:ce::254")],
    [{ ...block("0.0.0.0/0"), ports: [{ port: 443 }] }, []],
    [{ ...block("0.0.0.0/0"), ports: [{ port: 80, protocol: "UDP" }] }, []],
    [{ ...block("0.0.0.0/0"), ports: [{ port: "https" }] }, []],
    [{ ...block("0.0.0.0/0"), ports: [{ port: 443 }, { port: 1, endPort: 80 }] }, holds("0.0.0.0/0")],
    [{ ...block("0.0.0.0/0"), ports: [{ protocol: "TCP" }] }, holds("0.0.0.0/0")],
    [{ to: [{ podSelector: {} }] }, []],
    [{}, [`~${at} is not set: 169.254.169.254, the metadata server of the node, is reached, too`]],
    [
      { ports: [{ port: 80 }] },
      [`${at} is not set: 169.254.169.254, the metadata server of the node, is reached, too`],
    ],
    [block(unknownValue), ["?api: spec.egress[0].to[0].ipBlock.cidr is not known before deployment"]],
    [block("everywhere"), [`${at}[0].ipBlock.cidr is not a block of addresses such as 10.0.0.0/8`]],
  ])("AC-02 %j", (rule, expected) => {
    expect(leaving(rule)).toEqual(expected);
  });

  test("AC-02 all of a namespace's pods are another policy's, and so is what comes in", () => {
    expect(leaving({}, { podSelector: {} })).toEqual([]);
    expect(leaving(block("0.0.0.0/0"), { policyTypes: ["Ingress"] })).toEqual([]);
  });
});

describe("reachable-ports", () => {
  const service = (spec: object) => says(reachablePorts, object({ ...SERVICE, spec }));
  const ports = [{ port: 443, nodePort: 30_443 }, { port: 9090 }];
  const closed = (at: string, port: number) =>
    `api: spec.${at} is ${port}, which is not among those open to the outside: 80, 443`;

  test("AC-02 only those chosen are open outside", () => {
    expect(service({ ports })).toEqual([]);
    expect(service({ type: "LoadBalancer", ports })).toEqual([closed("ports[1].port", 9090)]);
    expect(service({ type: "NodePort", ports })).toEqual([closed("ports[0].nodePort", 30_443)]);
    expect(service({ externalIPs: ["203.0.113.7"], ports })).toEqual([closed("ports[1].port", 9090)]);
    expect(service({ type: "LoadBalancer", ports: [{ port: unknownValue }] })).toEqual([
      "?api: spec.ports[0].port is not known before deployment",
    ]);
    expect(service({ type: [], ports })).toEqual(["api: spec.type is not a text"]);
  });

  test("AC-02 by a Gateway, too", () => {
    expect(says(reachablePorts, object(GATEWAY))).toEqual([]);
    const mesh = { name: "mesh", port: 15_008, protocol: "HBONE" };
    expect(says(reachablePorts, object(changed(GATEWAY, "spec.listeners[0]", mesh)))).toEqual([]);
    expect(says(reachablePorts, object(changed(GATEWAY, "spec.listeners[0].port", 5432)))).toEqual([
      closed("listeners[0].port", 5432),
    ]);
  });
});

test.each<[{ apiVersion: string; kind: string }, string, unknown, string | undefined]>([
  [INGRESS, "spec.rules", [{ host: "shop.example.com" }], undefined],
  [INGRESS, "spec.rules", [{ http: {} }], "[0].host is not set: it takes requests for every name"],
  [
    INGRESS,
    "spec.rules",
    [{ host: "*.example.com" }],
    '[0].host is "*.example.com": it takes requests for many names',
  ],
  [
    ROUTE,
    "spec.hostnames",
    ["shop.example.com", "*.a.com"],
    '[1] is "*.a.com": it takes requests for many names',
  ],
  [
    GATEWAY,
    "spec.listeners",
    [{ hostname: "*.a.com" }],
    '[0].hostname is "*.a.com": it takes requests for many names',
  ],
])("named-hosts %# at %s.%s", (manifest, path, value, problem) => {
  expect(says(namedHosts, object(manifest))).toEqual([]);
  expect(says(namedHosts, object(changed(manifest, path, value)))).toEqual(
    problem === undefined ? [] : [`~api: ${path}${problem}`],
  );
  expect(says(namedHosts, object(changed(manifest, path, unknownValue)))).toEqual([
    `?api: ${path} is not known before deployment`,
  ]);
});

test("no-configuration-snippet: no Ingress writes nginx', or HAProxy's, configuration, and no controller lets it", () => {
  const annotated = (name: string) =>
    says(noConfigurationSnippet, object(changed(INGRESS, "metadata.annotations", { [name]: "x" })));
  const found = (name: string) => [
    `api: metadata.annotations.${name} becomes part of the controller's own configuration`,
  ];
  for (const name of [
    "nginx.ingress.kubernetes.io/configuration-snippet",
    "nginx.ingress.kubernetes.io/server-snippet",
    "nginx.org/location-snippets",
    "haproxy.org/backend-config-snippet",
    "haproxy-ingress.github.io/config-backend",
  ])
    expect(annotated(name)).toEqual(found(name));
  expect(annotated("nginx.ingress.kubernetes.io/proxy-body-size")).toEqual([]);
  const controller = (value: unknown) =>
    says(noConfigurationSnippet, object(changed(CONFIG, "data", { "allow-snippet-annotations": value })));
  expect(controller("false")).toEqual([]);
  expect(controller("true")).toEqual([
    "api: data.allow-snippet-annotations is true: every Ingress may write the controller's configuration",
  ]);
  expect(controller(unknownValue)).toEqual([
    "?api: data.allow-snippet-annotations is not known before deployment",
  ]);
});

test.each<[unknown, string[]]>([
  ["shop", []],
  ["default", ['api: metadata.namespace is "default", where everything else is, too']],
  [
    undefined,
    ['~api: metadata.namespace is not set: it goes to "default" unless whoever applies it says otherwise'],
  ],
  [unknownValue, ["?api: metadata.namespace is not known before deployment"]],
  [{}, ["api: metadata.namespace is not a text"]],
])("OS-01 own-namespace: %j", (namespace, expected) => {
  for (const manifest of [DEPLOYMENT, SERVICE])
    expect(says(ownNamespace, object(changed(manifest, "metadata.namespace", namespace)))).toEqual(expected);
});

test("EA-08 short-lived-token: a mounted token ends within a day", () => {
  for (const [type, at] of PODS) {
    const lasting = (expirationSeconds: unknown) =>
      says(
        shortLivedToken,
        withPods(type, {
          volumes: [{ projected: { sources: [{ serviceAccountToken: { expirationSeconds } }] } }],
        }),
      );
    const path = `${at}.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds`;
    expect(lasting(86_400)).toEqual([]);
    expect(lasting(undefined)).toEqual([]);
    expect(lasting(86_401)).toEqual([`api: ${path} is 86401, over 86400: a copy of the token works as long`]);
    expect(lasting(unknownValue)).toEqual([`?api: ${path} is not known before deployment`]);
  }
});

test.each<[object, object, string[]]>([
  [{}, { "alb.ingress.kubernetes.io/certificate-arn": "arn" }, []],
  [{}, { "networking.gke.io/managed-certificates": "shop" }, []],
  [
    {},
    {
      "alb.ingress.kubernetes.io/certificate-arn": "arn",
      "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}]',
    },
    [
      "alb.ingress.kubernetes.io/listen-ports names HTTP, and no ssl-redirect sends it on: it serves HTTP in clear beside HTTPS",
    ],
  ],
  [
    { ingressClassName: "gce", tls: [{}] },
    {},
    ["kubernetes.io/ingress.allow-http is not false: Google's controller serves HTTP in clear beside HTTPS"],
  ],
  [{ ingressClassName: "gce", tls: [{}] }, { "kubernetes.io/ingress.allow-http": "false" }, []],
  [
    { tls: [{}] },
    { "kubernetes.io/ingress.class": "gce", "networking.gke.io/v1beta1.FrontendConfig": "x" },
    [],
  ],
])("P8-01 an Ingress of a cloud's own controller: %j %j", (spec, annotations, expected) => {
  const ingress = object({ ...INGRESS, metadata: { name: "api", annotations }, spec });
  expect(says(httpOnlyRedirects, ingress)).toEqual(
    expected.map((text) => `api: metadata.annotations.${text}`),
  );
});
