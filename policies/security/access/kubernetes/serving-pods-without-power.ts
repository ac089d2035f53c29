import { each, violation } from "../../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../../core/policy.ts";
import { quoted } from "../../../core/property.ts";
import { attempt, type Unread } from "../../../core/unknown.ts";
import { nameOf, namespaceOf, podSpec, serviceAccountOf, WORKLOADS } from "../../../kubernetes.ts";
import { serves, workloadsOf } from "../../../kubernetes-stack.ts";
import { CLUSTER_ROLE, KUBERNETES_SERVICE, ROLE, ROLE_BINDING } from "../../../types.ts";
import { BINDINGS, bindingSubjects } from "../rbac.ts";
import { POWERS } from "./risky-rights.ts";
import { givenBy, ROLES, rulesOf } from "./rules.ts";

function keyOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}

/** What of the rights that lead to all others a role gives first; undefined where it gives none. */
function powerOf(role: Subject): string | undefined {
  for (const rule of rulesOf(role)) {
    const everything = ["verbs", "resources"].every((field) =>
      rule
        .at(field)
        .items()
        .some((one) => one.text() === "*"),
    );
    if (everything) return "everything";
    for (const right of POWERS.flatMap(({ rights }) => rights)) {
      const given = givenBy(rule, right);
      if (given !== undefined) return given;
    }
  }
  return undefined;
}

/** By account, the role of the stack that gives it power, and how much; and why some of it can't be told. */
function powersOf(stack: Stack) {
  const roles = new Map<string, { readonly role: string; readonly power: string }>();
  const held = new Map<string, { readonly role: string; readonly power: string }>();
  const unread: Unread[] = [];
  const note = (read: () => void) => {
    const failed = attempt(read).unread;
    if (failed !== undefined) unread.push(failed);
  };
  for (const role of ROLES.flatMap((type) => stack.ofType(type))) {
    note(() => {
      const power = powerOf(role);
      const name = nameOf(role) ?? "";
      const namespace = role.type === ROLE ? namespaceOf(role) : "";
      if (power !== undefined) roles.set(keyOf(role.type, namespace, name), { role: name, power });
    });
  }
  for (const binding of BINDINGS.flatMap((type) => stack.ofType(type))) {
    note(() => {
      const reference = binding.props.at("roleRef");
      const ofNamespace = binding.type === ROLE_BINDING && reference.at("kind").text() === "Role";
      const at = ofNamespace ? [ROLE, namespaceOf(binding)] : [CLUSTER_ROLE, ""];
      const power = roles.get(keyOf(...at, reference.at("name").text()));
      if (power === undefined) return;
      for (const subject of bindingSubjects(binding)) {
        if (subject.at("kind").text() !== "ServiceAccount") continue;
        const namespace = subject.at("namespace").text() ?? namespaceOf(binding);
        held.set(keyOf(namespace, subject.at("name").text()), power);
      }
    });
  }
  return { held, unread };
}

function check(
  stack: Stack,
  workload: Subject,
  { held, unread }: ReturnType<typeof powersOf>,
): Finding | undefined {
  if (podSpec(workload).at("automountServiceAccountToken").flag() === false) return undefined;
  if (held.size === 0 && unread.length === 0) return undefined;
  const { name, at } = serviceAccountOf(workload);
  const found = held.get(keyOf(namespaceOf(workload), name));
  if (found === undefined && unread.length === 0) return undefined;
  if (!serves(stack, workload)) return undefined;
  if (found === undefined) throw unread[0];
  return violation(
    at,
    `is ${quoted(name)}, which has ${found.power} by the role ${quoted(found.role)}, and these pods take requests`,
  );
}

export const servingPodsWithoutPower: Policy = {
  id: "serving-pods-without-power",
  title: "Pods that take requests must hold no token that leads to rights over others.",
  severity: "high",
  level: "mandatory",
  why: "A hole in what takes requests is then a hole in the whole cluster: whoever gets in has the token.",
  fix: "Put what needs the right into a pod of its own that nobody sends requests to, or take the right out of the role.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      serviceAccountName: api
      automountServiceAccountToken: false
      containers:
        - name: api
          ports:
            - containerPort: 8080`,
  },
  frameworks: {
    "nsa-cisa": ["protecting-pod-service-account-tokens", "role-based-access-control"],
    "owasp-kubernetes": ["K03"],
  },
  requirements: ["EA-03"],
  types: [...WORKLOADS, KUBERNETES_SERVICE, ...ROLES, ...BINDINGS],
  checkStack: (stack) => {
    const powers = powersOf(stack);
    return each(workloadsOf(stack), (workload) => check(stack, workload, powers));
  },
};
