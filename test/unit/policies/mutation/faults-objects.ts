import type { PolicyResource } from "../../../../policies/core/policy.ts";
import * as types from "../../../../policies/types.ts";
import { object } from "../kubernetes-support.ts";
import { becomes, comes, type Fault, goes, type Loose, more } from "./fault.ts";

const ROLES = [
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
];
const BINDINGS = [types.ROLE_BINDING, types.CLUSTER_ROLE_BINDING];
const rules = (...given: [group: string, resource: string, ...verbs: string[]][]) =>
  given.map(([group, resource, ...verbs]) => ({ apiGroups: [group], resources: [resource], verbs }));
const role = (given: unknown, expects: string) => becomes(ROLES, "rules", given, expects);
const RBAC = "rbac.authorization.k8s.io";

/** An object that comes to a namespace. */
const beside = (manifest: Loose) => (namespace: PolicyResource) =>
  object(
    {
      ...manifest,
      metadata: { name: "seeded", namespace: (namespace.props as Loose).metadata.name, ...manifest.metadata },
    },
    { name: "seeded", stack: namespace.urn.split(":")[2] ?? "production" },
  );
const arrives = (what: string, manifest: Loose, expects: string) =>
  comes(what, types.NAMESPACE, beside(manifest), expects);
const NETWORK = "networking.k8s.io/v1";
const policy = (spec: object) => ({
  apiVersion: NETWORK,
  kind: "NetworkPolicy",
  spec: { podSelector: { matchLabels: { app: "seeded" } }, ...spec },
});
const secret = (fields: object) => ({ apiVersion: "v1", kind: "Secret", ...fields });
/** The only policy of its namespace that selects all pods: another that does isolates them, too. */
const deniesAll = ({ metadata, spec }: Loose, system: readonly PolicyResource[]) =>
  selectsAll(spec) &&
  system.filter(
    ({ type, props }) =>
      type === types.NETWORK_POLICY &&
      (props as Loose).metadata.namespace === metadata.namespace &&
      selectsAll((props as Loose).spec),
  ).length === 1;
const selectsAll = ({ podSelector = {} }: Loose) => Object.keys(podSelector).length === 0;
const external: Pick<Fault, "where"> = { where: ({ spec }) => spec.data !== undefined };

/** How access in a cluster, its namespaces, networks and secrets can be wrong. */
export const objectFaults: readonly Fault[] = [
  role(rules(["*", "*", "*"]), "no-wildcard-right"),
  role(rules(["", "pods", "*"]), "no-wildcard-right"),
  role(rules([RBAC, "roles", "escalate"]), "no-right-to-escalate"),
  role(rules([RBAC, "clusterroles", "bind"]), "no-right-to-escalate"),
  role(rules(["", "serviceaccounts", "impersonate"]), "no-right-to-escalate"),
  role(rules(["", "secrets", "get"]), "no-reading-of-all-secrets"),
  role(rules(["", "secrets", "list"]), "no-reading-of-all-secrets"),
  role(rules(["", "pods/exec", "create"]), "no-entering-pods"),
  role(rules(["", "nodes/proxy", "get"]), "no-node-proxy"),
  role(rules(["", "serviceaccounts/token", "create"]), "no-issuing-of-tokens"),
  role(
    rules(["certificates.k8s.io", "certificatesigningrequests/approval", "update"]),
    "no-approving-of-certificates",
  ),
  role(
    rules(["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update"]),
    "no-changing-of-admission",
  ),
  role(rules(["", "persistentvolumes", "create"]), "no-creating-of-volumes"),
  role(rules(["", "pods", "create"]), "few-create-pods"),
  role(rules([RBAC, "rolebindings", "create"]), "few-change-roles"),
  role(rules(["networking.k8s.io", "networkpolicies", "patch"]), "few-change-network-policies"),
  role(rules(["", "events", "delete"]), "few-delete-events"),
  becomes(BINDINGS, "roleRef.name", "cluster-admin", "no-primitive-role"),
  becomes(
    BINDINGS,
    "subjects",
    more({ kind: "Group", name: "system:unauthenticated" }),
    "no-grant-to-everyone",
  ),
  becomes(BINDINGS, "subjects", more({ kind: "Group", name: "system:masters" }), "no-masters-group"),
  becomes(
    BINDINGS,
    "subjects",
    more({ kind: "ServiceAccount", name: "default", namespace: "shop" }),
    "no-grant-to-default-account",
  ),
  becomes(types.CLUSTER_ROLE_BINDING, "roleRef.name", "edit", "no-cluster-wide-editor"),
  becomes(
    types.NAMESPACE,
    'metadata.labels["pod-security.kubernetes.io/enforce"]',
    "baseline",
    "namespace-restricts-pods",
  ),
  becomes(
    types.NAMESPACE,
    'metadata.labels["pod-security.kubernetes.io/enforce"]',
    undefined,
    "namespace-restricts-pods",
  ),
  goes(types.NETWORK_POLICY, "namespace-denies-by-default", { where: deniesAll }),
  becomes(types.NETWORK_POLICY, "spec.policyTypes", ["Ingress"], "namespace-denies-by-default", {
    where: deniesAll,
    elsewhere: true,
  }),
  arrives("a way in from everywhere", policy({ ingress: [{}] }), "named-sources"),
  arrives(
    "a way in from every namespace",
    policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] }),
    "named-sources",
  ),
  arrives(
    "a way out to everything",
    policy({ policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }),
    "metadata-server-kept",
  ),
  arrives("a Secret with a value", secret({ stringData: { password: "hunter2" } }), "no-literal-secret"),
  arrives(
    "a token for ever",
    secret({
      type: "kubernetes.io/service-account-token",
      metadata: { annotations: { "kubernetes.io/service-account.name": "api" } },
    }),
    "no-service-account-key",
  ),
  arrives(
    "an Ingress without TLS",
    { apiVersion: NETWORK, kind: "Ingress", spec: { rules: [{ host: "a.example.com" }] } },
    "http-only-redirects",
  ),
  arrives(
    "an Ingress for every host",
    { apiVersion: NETWORK, kind: "Ingress", spec: { tls: [{ secretName: "a" }], rules: [{}] } },
    "named-hosts",
  ),
  arrives(
    "an Ingress with a snippet",
    {
      apiVersion: NETWORK,
      kind: "Ingress",
      metadata: { annotations: { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" } },
      spec: { tls: [{ hosts: ["a.example.com"], secretName: "a" }] },
    },
    "no-configuration-snippet",
  ),
  arrives(
    "a version that is gone",
    {
      apiVersion: "extensions/v1beta1",
      kind: "Ingress",
      spec: { tls: [{ hosts: ["a.example.com"], secretName: "a" }] },
    },
    "api-version-served",
  ),
  arrives(
    "a Service in the namespace default",
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "default" },
      spec: { ports: [{ port: 80 }] },
    },
    "own-namespace",
  ),
  arrives(
    "a ConfigMap with a password",
    { apiVersion: "v1", kind: "ConfigMap", data: { DB_PASSWORD: "hunter2" } },
    "no-secret-in-environment",
  ),
  becomes(
    types.GATEWAY,
    "spec.listeners",
    (old: Loose) => old.map((one: Loose) => ({ ...one, protocol: "HTTP" })),
    "http-only-redirects",
    { elsewhere: true },
  ),
  becomes(types.HTTP_ROUTE, "spec.rules[0].filters", undefined, "http-only-redirects", {
    where: ({ spec }) => spec.rules[0].filters?.[0]?.type === "RequestRedirect",
  }),
  becomes(
    "kubernetes:external-secrets.io/v1:ExternalSecret",
    "spec.data[0].remoteRef.version",
    "latest",
    "pinned-secret-version",
    external,
  ),
  becomes(
    "kubernetes:external-secrets.io/v1:ExternalSecret",
    "spec.data[0].remoteRef.version",
    undefined,
    "pinned-secret-version",
    external,
  ),
  becomes(
    "kubernetes:external-secrets.io/v1:SecretStore",
    "spec.provider.gcpsm.auth",
    { secretRef: { secretAccessKeySecretRef: { name: "k", key: "k" } } },
    "store-by-identity",
  ),
  becomes(
    "kubernetes:networking.gke.io/v1:GCPBackendPolicy",
    "spec.default.logging",
    { enabled: false },
    "edge-logged",
  ),
  becomes(
    types.PROMETHEUS_RULE,
    "spec.groups",
    (old: Loose) =>
      old.map((group: Loose) => ({
        ...group,
        rules: group.rules.map((rule: Loose) =>
          rule.alert ? { ...rule, annotations: { ...rule.annotations, runbook_url: undefined } } : rule,
        ),
      })),
    "alert-has-runbook",
    { where: alerting },
  ),
  becomes(
    types.PROMETHEUS_RULE,
    "spec.groups",
    (old: Loose) =>
      old.map((group: Loose) => ({
        ...group,
        rules: group.rules.map((rule: Loose) =>
          rule.alert ? { ...rule, labels: { ...rule.labels, severity: undefined } } : rule,
        ),
      })),
    "alert-reaches-someone",
    { where: alerting },
  ),
  goes(types.PROMETHEUS_RULE, "objective-has-alert", { where: burning }),
  becomes(
    "kubernetes:sloth.slok.dev/v1:PrometheusServiceLevel",
    "spec.slos[0].objective",
    100,
    "objective-target-sane",
  ),
  becomes(
    "kubernetes:sloth.slok.dev/v1:PrometheusServiceLevel",
    "spec.slos[0].alerting",
    { pageAlert: { disable: true }, ticketAlert: { disable: true } },
    "objective-alerts-on",
  ),
  becomes(
    "kubernetes:sloth.slok.dev/v1:PrometheusServiceLevel",
    "spec.labels.owner",
    undefined,
    "objective-has-owner",
  ),
];

function alerting({ spec }: Loose): boolean {
  return spec.groups.some((group: Loose) => group.rules.some((rule: Loose) => rule.alert !== undefined));
}

/** Rules that hold a burn alert of an objective. */
function burning({ metadata, spec }: Loose): boolean {
  return (
    metadata.namespace === "onesource" &&
    spec.groups.some((group: Loose) =>
      group.rules.some((rule: Loose) => rule.alert !== undefined && rule.labels?.objective !== undefined),
    )
  );
}
