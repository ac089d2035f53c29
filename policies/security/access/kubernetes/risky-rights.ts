import { each, violation } from "../../../core/finding.ts";
import type { Controls } from "../../../core/frameworks.ts";
import type { Policy } from "../../../core/policy.ts";
import { givenBy, type Right, ROLES, rulesOf } from "./rules.ts";

/** A right by which somebody gets more than he was given. */
interface Risk extends Pick<Policy, "id" | "title" | "severity" | "level" | "why" | "fix"> {
  readonly rights: readonly Right[];
  /** What may be done with it, in words that follow the right. */
  readonly so: string;
  /** A rule that does without, in YAML. */
  readonly complies: string;
  /** Controls of the CIS benchmark. */
  readonly cis?: readonly string[];
}

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
const CERTIFICATES = "certificates.k8s.io";
const READ = ["get", "list", "watch"];
const CHANGE = ["create", "update", "patch", "delete", "deletecollection"];

/** Who may do these may do everything, in one step or two. */
export const POWERS: readonly Risk[] = [
  {
    id: "no-right-to-escalate",
    title: "No role may give rights that its holder does not have.",
    severity: "critical",
    level: "mandatory",
    why: "Whoever may escalate, bind or impersonate gives himself every right there is, or acts as whoever has it.",
    fix: "Leave the verbs escalate, bind and impersonate out, or name in resourceNames the roles and accounts that they are about.",
    so: "takes whatever rights it wants",
    complies:
      "{ apiGroups: [rbac.authorization.k8s.io], resources: [roles], resourceNames: [reader], verbs: [bind] }",
    cis: ["5.1.8"],
    rights: [
      {
        groups: [RBAC],
        resources: ["roles", "clusterroles"],
        verbs: ["escalate", "bind"],
        evenNamed: ["cluster-admin"],
      },
      {
        groups: ["", "authentication.k8s.io"],
        resources: ["users", "groups", "serviceaccounts", "uids", "userextras"],
        verbs: ["impersonate"],
        evenNamed: ["system:masters"],
      },
    ],
  },
  {
    id: "no-reading-of-all-secrets",
    title: "A role must read only the Secrets that it names.",
    severity: "high",
    level: "mandatory",
    why: "Among all Secrets are the passwords and keys of every service, and tokens of accounts that may do more; to list them is to read them.",
    fix: "Name the Secrets in resourceNames with the verb get, or mount them and leave the rule out.",
    so: "reads every Secret",
    complies: '{ apiGroups: [""], resources: [secrets], resourceNames: [api-jwt-v3], verbs: [get] }',
    cis: ["5.1.2"],
    rights: [{ groups: [""], resources: ["secrets"], verbs: READ, inAll: true }],
  },
  {
    id: "no-entering-pods",
    title: "No role may enter pods that run.",
    severity: "high",
    level: "mandatory",
    why: "Inside a pod its token, its secrets and its connections are at hand, past every review of what runs.",
    fix: "Leave pods/exec, pods/attach, pods/portforward and pods/ephemeralcontainers out; give them to people for a time, through what asks and records.",
    so: "is inside the pods of others",
    complies: '{ apiGroups: [""], resources: [pods, pods/log], verbs: [get, list, watch] }',
    rights: [
      // A stream that is asked for by WebSocket is a get.
      { groups: [""], resources: ["pods/exec", "pods/attach", "pods/portforward"], verbs: ["create", "get"] },
      { groups: [""], resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"] },
    ],
  },
  {
    id: "no-node-proxy",
    title: "No role may reach the kubelet through the API server.",
    severity: "high",
    level: "mandatory",
    why: "The kubelet runs commands in every pod of its node and asks nobody: neither admission nor the audit log sees it.",
    fix: "Leave nodes/proxy out; metrics are read with nodes/metrics.",
    so: "runs commands in every pod of a node",
    complies: '{ apiGroups: [""], resources: [nodes/metrics], verbs: [get] }',
    cis: ["5.1.10"],
    rights: [{ groups: [""], resources: ["nodes/proxy"], verbs: ["create", "get"] }],
  },
  {
    id: "no-issuing-of-tokens",
    title: "A role must issue tokens only for the accounts that it names.",
    severity: "high",
    level: "mandatory",
    why: "Whoever issues a token for an account is that account: the one with the most rights is taken first.",
    fix: "Name the accounts in resourceNames.",
    so: "becomes any service account",
    complies:
      '{ apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [api], verbs: [create] }',
    cis: ["5.1.13"],
    rights: [{ groups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }],
  },
  {
    id: "no-approving-of-certificates",
    title: "No role may approve certificates of the cluster.",
    severity: "high",
    level: "mandatory",
    why: "A certificate says who one is to the API server: whoever approves his own is anyone, a node or the cluster's administrator.",
    fix: "Leave certificatesigningrequests/approval and the verbs approve and sign out.",
    so: "becomes whoever it signs for",
    complies:
      "{ apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create, get] }",
    cis: ["5.1.11"],
    rights: [
      {
        groups: [CERTIFICATES],
        resources: ["certificatesigningrequests/approval"],
        verbs: ["update", "patch"],
      },
      {
        groups: [CERTIFICATES],
        resources: ["signers"],
        verbs: ["approve", "sign"],
        evenNamed: ["kubernetes.io/kube-apiserver-client"],
      },
    ],
  },
  {
    id: "no-changing-of-admission",
    title: "A role must change only the admission webhooks that it names.",
    severity: "high",
    level: "mandatory",
    why: "A webhook sees everything that is written, Secrets among it, and changes it at will; and without it whatever it kept out is let in.",
    fix: "Name the configurations in resourceNames with update and patch.",
    so: "sees and changes whatever is written",
    complies:
      "{ apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], resourceNames: [shop], verbs: [patch] }",
    cis: ["5.1.12"],
    rights: [
      {
        groups: [ADMISSION],
        resources: ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
        verbs: CHANGE,
      },
    ],
  },
  {
    id: "no-creating-of-volumes",
    title: "No role may create persistent volumes.",
    severity: "medium",
    level: "mandatory",
    why: "A persistent volume may be any folder of a node, past what the standard for pods forbids.",
    fix: "Leave persistentvolumes out: a claim and a storage class make the volume.",
    so: "mounts any folder of a node",
    complies: '{ apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create, get] }',
    cis: ["5.1.9"],
    rights: [{ groups: [""], resources: ["persistentvolumes"], verbs: ["create"] }],
  },
];

const WORKLOADS: readonly Right[] = [
  { groups: [""], resources: ["pods", "replicationcontrollers"], verbs: ["create"] },
  {
    groups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: ["create"],
  },
  { groups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["create"] },
];

/** What those who deploy need, and nobody else does. */
const SHOWN: readonly Risk[] = [
  {
    id: "few-create-pods",
    title: "Only what deploys should create pods, or what makes pods.",
    severity: "medium",
    level: "advisory",
    why: "Whoever creates a pod chooses its account and mounts any Secret of the namespace: he has the rights of all that runs there.",
    fix: "Leave create out; scaling needs the scale subresource only, and restarting patch.",
    so: "runs as any account of the namespace",
    complies: "{ apiGroups: [apps], resources: [deployments/scale], verbs: [get, patch] }",
    cis: ["5.1.4"],
    rights: WORKLOADS,
  },
  {
    id: "few-change-roles",
    title: "Only what sets up access should change roles and who has them.",
    severity: "medium",
    level: "advisory",
    why: "Whoever may change them spreads what he has to whom he likes, and takes it from others.",
    fix: "Leave roles and bindings to what deploys the namespace; name the role in resourceNames where it has to be.",
    so: "changes who may do what",
    complies:
      "{ apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [get, list, watch] }",
    rights: [
      {
        groups: [RBAC],
        resources: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
        verbs: CHANGE,
      },
    ],
  },
  {
    id: "few-change-network-policies",
    title: "Only what sets up the network should change network policies.",
    severity: "medium",
    level: "advisory",
    why: "Whoever may change them opens the network between pods again.",
    fix: "Leave networkpolicies to what deploys the namespace.",
    so: "opens the network between pods",
    complies: "{ apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [get, list, watch] }",
    rights: [{ groups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: CHANGE }],
  },
  {
    id: "few-delete-events",
    title: "Nobody should delete events.",
    severity: "low",
    level: "advisory",
    why: "Events are what a look back at a break-in begins with.",
    fix: "Leave delete and deletecollection on events out: they end by themselves.",
    so: "hides what it did",
    complies: '{ apiGroups: [""], resources: [events], verbs: [create, patch] }',
    rights: [{ groups: ["", "events.k8s.io"], resources: ["events"], verbs: ["delete", "deletecollection"] }],
  },
];

function policyOf({ rights, so, complies, cis, ...facts }: Risk): Policy {
  const frameworks: Controls = {
    ...(cis === undefined ? {} : { "cis-kubernetes": cis }),
    "nsa-cisa": ["role-based-access-control"],
    "owasp-kubernetes": ["K03"],
  };
  return {
    ...facts,
    frameworks,
    requirements: ["EA-03"],
    example: {
      yaml: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader }
rules:
  - ${complies}`,
    },
    types: ROLES,
    check: (role) =>
      each(rulesOf(role), (rule) =>
        each(rights, (right) => {
          const given = givenBy(rule, right);
          return given === undefined ? undefined : violation(rule, `gives ${given}: who has it ${so}`);
        }),
      ),
  };
}

/** A policy for each right by which somebody gets more than he was given. */
export const riskyRights: readonly Policy[] = [...POWERS, ...SHOWN].map(policyOf);
