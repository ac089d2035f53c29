import { each, violation } from "../../../core/finding.ts";
import type { Policy } from "../../../core/policy.ts";
import { CLUSTER_ROLE_BINDING } from "../../../types.ts";
import { BINDINGS, bindingSubjects } from "../rbac.ts";

const example = {
  yaml: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: api, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
  - { kind: ServiceAccount, name: api, namespace: shop }`,
};

export const noMastersGroup: Policy = {
  id: "no-masters-group",
  title: "Nothing may be given to the group system:masters.",
  severity: "critical",
  level: "mandatory",
  why: "Its members may do everything, and the API server asks no role: a binding to it adds nothing but a reason to put somebody into it, whom nobody can take out before his certificate ends.",
  fix: "Bind the role to a group of your own.",
  example,
  frameworks: {
    "cis-kubernetes": ["5.1.7"],
    "nsa-cisa": ["role-based-access-control"],
    "owasp-kubernetes": ["K03"],
  },
  requirements: ["EA-03"],
  types: BINDINGS,
  check: (binding) =>
    each(bindingSubjects(binding), (subject) =>
      subject.at("name").text() === "system:masters"
        ? violation(subject, 'is "system:masters", whose members no role keeps from anything')
        : undefined,
    ),
};

export const noGrantToDefaultAccount: Policy = {
  id: "no-grant-to-default-account",
  title: "No role may be given to a namespace's default account, or to all accounts of a namespace.",
  severity: "high",
  level: "mandatory",
  why: "Every pod that names no account runs as the default one: what is started there tomorrow has the rights, too.",
  fix: "Make a service account for what needs the role, and name that one.",
  example,
  frameworks: {
    "cis-kubernetes": ["5.1.5"],
    "nsa-cisa": ["role-based-access-control"],
    "owasp-kubernetes": ["K03"],
  },
  requirements: ["EA-03"],
  types: BINDINGS,
  check: (binding) =>
    each(bindingSubjects(binding), (subject) => {
      const [kind, name] = [subject.at("kind").text(), subject.at("name").text() ?? ""];
      if (kind === "ServiceAccount" && name === "default")
        return violation(subject, "is the account that every pod has which names none");
      if (kind === "User" && /^system:serviceaccount:[^:]*:default$/.test(name))
        return violation(subject, "is the account that every pod has which names none");
      return kind === "Group" && name.startsWith("system:serviceaccounts:")
        ? violation(subject, `is ${subject.at("name").quote()}: every pod of that namespace`)
        : undefined;
    }),
};

/** Kubernetes' own roles that change whatever lies in a namespace and read its Secrets. */
const EDITORS = ["admin", "edit"];

export const noClusterWideEditor: Policy = {
  id: "no-cluster-wide-editor",
  title: 'The roles "admin" and "edit" must be given in one namespace only.',
  severity: "high",
  level: "mandatory",
  why: "Given for the whole cluster they read every Secret and start pods beside those of the cluster itself: that is one step from everything.",
  fix: "Give them by a RoleBinding in each namespace that is meant.",
  example,
  frameworks: { "nsa-cisa": ["role-based-access-control"], "owasp-kubernetes": ["K03"] },
  requirements: ["EA-03"],
  types: [CLUSTER_ROLE_BINDING],
  check: ({ props }) => {
    const role = props.at("roleRef", "name");
    return EDITORS.includes(role.text() ?? "")
      ? [violation(role, `is ${role.quote()}, in every namespace of the cluster`)]
      : [];
  },
};
