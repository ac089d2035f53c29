import { describe, expect, test } from "vitest";
import type { Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { clusterAccess } from "../../../../policies/security/access/kubernetes/index.ts";
import { DEPLOYMENT, object, POD_SPEC, SERVICE } from "../kubernetes-support.ts";
import { changed, says } from "../support.ts";

const policy = (id: string) => clusterAccess.find((one) => one.id === id) as Policy;
const RBAC = "rbac.authorization.k8s.io";
type Rule = Record<string, unknown>;
const role = (rules: unknown, kind = "Role", metadata: object = { namespace: "shop" }) =>
  object({ apiVersion: `${RBAC}/v1`, kind, metadata: { name: "r", ...metadata }, rules }, { name: "r" });
const rule = (group: string, resource: string, ...verbs: string[]): Rule => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});
const found = (...rules: unknown[]) =>
  clusterAccess.flatMap((one) => says(one, role(rules)).map((text) => `${one.id} ${text}`));

describe("rights that lead to others", () => {
  test.each([
    ["no-right-to-escalate", RBAC, "roles", "escalate", "takes whatever rights it wants"],
    ["no-right-to-escalate", RBAC, "clusterroles", "bind", "takes whatever rights it wants"],
    ["no-right-to-escalate", "", "users", "impersonate", "takes whatever rights it wants"],
    [
      "no-right-to-escalate",
      "authentication.k8s.io",
      "uids",
      "impersonate",
      "takes whatever rights it wants",
    ],
    ["no-reading-of-all-secrets", "", "secrets", "get", "reads every Secret"],
    ["no-reading-of-all-secrets", "", "secrets", "list", "reads every Secret"],
    ["no-reading-of-all-secrets", "", "secrets", "watch", "reads every Secret"],
    ["no-entering-pods", "", "pods/exec", "create", "is inside the pods of others"],
    ["no-entering-pods", "", "pods/attach", "get", "is inside the pods of others"],
    ["no-entering-pods", "", "pods/ephemeralcontainers", "patch", "is inside the pods of others"],
    ["no-node-proxy", "", "nodes/proxy", "get", "runs commands in every pod of a node"],
    ["no-issuing-of-tokens", "", "serviceaccounts/token", "create", "becomes any service account"],
    [
      "no-approving-of-certificates",
      "certificates.k8s.io",
      "certificatesigningrequests/approval",
      "update",
      "becomes whoever it signs for",
    ],
    [
      "no-approving-of-certificates",
      "certificates.k8s.io",
      "signers",
      "sign",
      "becomes whoever it signs for",
    ],
    [
      "no-changing-of-admission",
      "admissionregistration.k8s.io",
      "mutatingwebhookconfigurations",
      "create",
      "sees and changes whatever is written",
    ],
    ["no-creating-of-volumes", "", "persistentvolumes", "create", "mounts any folder of a node"],
  ])("EA-03 %s: %s %s %s", (id, group, resource, verb, so) => {
    const said = `r: rules[0] gives ${verb} on ${resource}: who has it ${so}`;
    expect(found(rule(group, resource, verb))).toEqual([`${id} ${said}`]);
    expect(says(policy(id), role([rule(group, resource, verb)], "ClusterRole", {}))).toEqual([said]);
    expect(found({ ...rule(group, resource, verb), resourceNames: ["one"] })).toEqual([]);
    expect(found(rule("example.com", resource, verb))).toEqual([]);
    expect(
      found(rule(group, resource, "deletecollection")).filter((text) => text.startsWith(id)),
    ).toHaveLength(id === "no-changing-of-admission" ? 1 : 0);
  });

  test.each([
    ["few-create-pods", "apps", "deployments", "create", "runs as any account of the namespace"],
    ["few-change-roles", RBAC, "rolebindings", "patch", "changes who may do what"],
    [
      "few-change-network-policies",
      "networking.k8s.io",
      "networkpolicies",
      "delete",
      "opens the network between pods",
    ],
    ["few-delete-events", "events.k8s.io", "events", "delete", "hides what it did"],
  ])("EA-03 advised, %s: %s %s %s", (id, group, resource, verb, so) => {
    expect(found(rule(group, resource, verb))).toEqual([
      `${id} ~r: rules[0] gives ${verb} on ${resource}: who has it ${so}`,
    ]);
    expect(found(rule(group, resource, "get"))).toEqual([]);
  });

  test("EA-03 a wildcard is one finding, and never hides what it gives of Secrets", () => {
    expect(found(rule("*", "*", "*"))).toEqual([
      'no-wildcard-right r: rules[0].verbs[0] is "*": whatever can be done, and whatever a later version can do',
      'no-wildcard-right r: rules[0].resources[0] is "*": every kind of resource of its groups, and those that come later',
      'no-wildcard-right r: rules[0].apiGroups[0] is "*": every API of the cluster, and those that come later',
      "no-reading-of-all-secrets r: rules[0] gives everything on secrets: who has it reads every Secret",
    ]);
    expect(found({ nonResourceURLs: ["/*"], verbs: ["get"] })).toEqual([
      'no-wildcard-right r: rules[0].nonResourceURLs[0] is "/*": every address of the API server',
    ]);
    expect(found({ nonResourceURLs: ["/healthz/*"], verbs: ["get"] })).toEqual([]);
  });

  test("EA-03 a subresource of everything is that of pods, too; one of pods alone is none of theirs", () => {
    expect(found(rule("", "*/exec", "create"))).toEqual([
      "no-entering-pods r: rules[0] gives create on pods/exec: who has it is inside the pods of others",
    ]);
    expect(found(rule("", "pods/*", "create"))).toEqual([]);
  });

  test("EA-03 some names are too much by themselves", () => {
    const names = (rules: Rule, name: string) => found({ ...rules, resourceNames: [name] });
    expect(names(rule(RBAC, "clusterroles", "bind"), "cluster-admin")).toHaveLength(1);
    expect(names(rule("", "groups", "impersonate"), "system:masters")).toHaveLength(1);
    expect(names(rule("", "groups", "impersonate"), "shop")).toEqual([]);
  });

  test("EA-03 what is not known hides nothing else, and what is misshapen is no pass", () => {
    const id = "no-reading-of-all-secrets";
    const unknown = { ...rule("", "secrets", "get"), resources: [unknownValue] };
    expect(says(policy(id), role([unknown, rule("", "secrets", "get")]))).toEqual([
      "?r: rules[0].resources[0] is not known before deployment",
      "r: rules[1] gives get on secrets: who has it reads every Secret",
    ]);
    expect(says(policy(id), role(unknownValue))).toEqual(["?r: rules is not known before deployment"]);
    expect(says(policy(id), role("none"))).toEqual(["r: rules is not a list"]);
  });

  test("EA-03 what is aggregated is written by the cluster: the rules that stand there count for nothing", () => {
    const selectors = (...clusterRoleSelectors: object[]) =>
      object({
        apiVersion: `${RBAC}/v1`,
        kind: "ClusterRole",
        metadata: { name: "r" },
        aggregationRule: { clusterRoleSelectors },
        rules: [rule("", "secrets", "get")],
      });
    const narrow = selectors({ matchLabels: { "shop.example.com/aggregate": "true" } });
    expect(clusterAccess.flatMap((one) => says(one, narrow))).toEqual([]);
    expect(says(policy("aggregation-bounded"), selectors({}))).toEqual([
      "api: aggregationRule.clusterRoleSelectors[0] is empty: it gathers the rights of every role",
    ]);
  });
});

test("EA-03 whoever may look gets nothing else along with it", () => {
  const adding = (to: string, ...rules: Rule[]) =>
    says(
      policy("aggregation-bounded"),
      role(rules, "ClusterRole", { labels: { [`${RBAC}/aggregate-to-${to}`]: "true" } }),
    );
  expect(adding("view", rule("example.com", "widgets", "get", "list", "watch"))).toEqual([]);
  expect(adding("edit", rule("example.com", "widgets", "delete"))).toEqual([]);
  expect(adding("view", rule("example.com", "widgets", "get", "delete"))).toEqual([
    'r: rules[0].verbs[1] is "delete", for everyone who has the role "view"',
  ]);
  expect(adding("view", rule("", "secrets", "list"))).toEqual([
    'r: rules[0] gives list on secrets to everyone who has the role "view"',
  ]);
});

const binding = (subjects: unknown, kind = "RoleBinding", roleRef: object = { kind: "Role", name: "r" }) =>
  object(
    { apiVersion: `${RBAC}/v1`, kind, metadata: { name: "b", namespace: "shop" }, roleRef, subjects },
    { name: "b" },
  );
const ACCOUNT = { kind: "ServiceAccount", name: "api", namespace: "shop" };

describe("bindings", () => {
  test.each(["RoleBinding", "ClusterRoleBinding"])("EA-03 a %s names an account", (kind) => {
    const said = (subject: unknown) =>
      ["no-masters-group", "no-grant-to-default-account"].flatMap((id) =>
        says(policy(id), binding([subject], kind)),
      );
    expect(said(ACCOUNT)).toEqual([]);
    expect(said({ kind: "Group", name: "system:masters" })).toEqual([
      'b: subjects[0] is "system:masters", whose members no role keeps from anything',
    ]);
    for (const subject of [
      { ...ACCOUNT, name: "default" },
      { kind: "User", name: "system:serviceaccount:shop:default" },
    ])
      expect(said(subject)).toEqual(["b: subjects[0] is the account that every pod has which names none"]);
    expect(said({ kind: "Group", name: "system:serviceaccounts:shop" })).toEqual([
      'b: subjects[0] is "system:serviceaccounts:shop": every pod of that namespace',
    ]);
    expect(said({ kind: "User", name: "default" })).toEqual([]);
    expect(said({ ...ACCOUNT, name: unknownValue })).toEqual([
      "?b: subjects[0].name is not known before deployment",
      "?b: subjects[0].name is not known before deployment",
    ]);
  });

  test("EA-03 nobody edits the whole cluster", () => {
    const giving = (name: unknown, kind = "ClusterRoleBinding") =>
      says(policy("no-cluster-wide-editor"), binding([ACCOUNT], kind, { kind: "ClusterRole", name }));
    expect(giving("edit")).toEqual(['b: roleRef.name is "edit", in every namespace of the cluster']);
    expect(giving("admin")).toHaveLength(1);
    expect(giving("view")).toEqual([]);
    expect(giving("edit", "RoleBinding")).toEqual([]);
    expect(giving(unknownValue)).toEqual(["?b: roleRef.name is not known before deployment"]);
  });
});

describe("serving-pods-without-power", () => {
  const said = (...more: ReturnType<typeof object>[]) => says(policy("serving-pods-without-power"), ...more);
  const POD = "spec.template.spec";
  const holding = object(changed(DEPLOYMENT, `${POD}.automountServiceAccountToken`, undefined));
  const powerful = role([rule("", "pods/exec", "create")]);
  const message = `api: ${POD}.serviceAccountName is "api", which has create on pods/exec by the role "r", and these pods take requests`;

  test("EA-03 a token that leads to rights over others is held by nothing that takes requests", () => {
    expect(said(holding, powerful, binding([ACCOUNT]))).toEqual([message]);
    expect(said(object(DEPLOYMENT), powerful, binding([ACCOUNT]))).toEqual([]);
    expect(said(holding, powerful)).toEqual([]);
    expect(said(holding, role([rule("", "pods", "get")]), binding([ACCOUNT]))).toEqual([]);
    expect(said(holding, role([rule("*", "*", "*")]), binding([ACCOUNT]))[0]).toContain(
      "which has everything",
    );
  });

  test("EA-03 a role of the cluster counts by either binding, one of another namespace by none", () => {
    const cluster = role([rule("", "pods/exec", "create")], "ClusterRole", {});
    const reference = { kind: "ClusterRole", name: "r" };
    expect(said(holding, cluster, binding([ACCOUNT], "RoleBinding", reference))).toEqual([message]);
    expect(said(holding, cluster, binding([ACCOUNT], "ClusterRoleBinding", reference))).toEqual([message]);
    expect(said(holding, cluster, binding([ACCOUNT]))).toEqual([]);
    const elsewhere = role([rule("", "pods/exec", "create")], "Role", { namespace: "other" });
    expect(said(holding, elsewhere, binding([ACCOUNT]))).toEqual([]);
  });

  test("EA-03 pods that nobody sends requests to may hold one", () => {
    const quiet = changed(POD_SPEC, "automountServiceAccountToken", undefined);
    const worker = object(changed(DEPLOYMENT, POD, changed(quiet, "containers[0].ports", undefined)));
    expect(said(worker, powerful, binding([ACCOUNT]))).toEqual([]);
    expect(said(worker, powerful, binding([ACCOUNT]), object(SERVICE))).toEqual([message]);
  });

  test("EA-03 what is not known of a role is no pass", () => {
    expect(said(holding, role(unknownValue), binding([ACCOUNT]))).toEqual([
      "?r: rules is not known before deployment",
    ]);
    expect(said(object(DEPLOYMENT), role(unknownValue), binding([ACCOUNT]))).toEqual([]);
  });
});
