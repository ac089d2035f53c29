import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { attempt, type Unread } from "../../core/unknown.ts";
import { nameOf, namespaceOf, POD_TYPES, podSpec, serviceAccountOf } from "../../kubernetes.ts";
import { SERVICE_ACCOUNT } from "../../types.ts";
import { BINDINGS, bindingSubjects } from "./rbac.ts";

/** An account, by where it lies and what it is called. */
function keyOf(namespace: string, name: string | undefined): string {
  return JSON.stringify([namespace, name]);
}

/** What a stack says of accounts: which it declares, and to which it gives rights. */
interface Accounts {
  readonly declared: ReadonlyMap<string, Subject>;
  readonly bound: ReadonlySet<string>;
  /** Why some of it can't be told. */
  readonly unread: readonly Unread[];
}

function accountsOf(stack: Stack): Accounts {
  const declared = new Map<string, Subject>();
  const bound = new Set<string>();
  const unread: Unread[] = [];
  const note = (read: () => void) => {
    const failed = attempt(read).unread;
    if (failed !== undefined) unread.push(failed);
  };
  for (const account of stack.ofType(SERVICE_ACCOUNT))
    note(() => declared.set(keyOf(namespaceOf(account), nameOf(account)), account));
  for (const binding of BINDINGS.flatMap((type) => stack.ofType(type))) {
    note(() => {
      for (const subject of bindingSubjects(binding)) {
        note(() => {
          if (subject.at("kind").text() !== "ServiceAccount") return;
          const namespace = subject.at("namespace").text() ?? namespaceOf(binding);
          bound.add(keyOf(namespace, subject.at("name").text()));
        });
      }
    });
  }
  return { declared, bound, unread };
}

function checkPods(resource: Subject, { declared, bound, unread }: Accounts): Finding | undefined {
  const mounts = podSpec(resource).at("automountServiceAccountToken");
  if (mounts.flag() === false) return undefined;
  const account = serviceAccountOf(resource);
  const key = keyOf(namespaceOf(resource), account.name);
  if (bound.has(key)) return undefined;
  const ofAccount = declared.get(key)?.props.at("automountServiceAccountToken").flag();
  if (!mounts.present && ofAccount === false) return undefined;
  if (unread[0] !== undefined) throw unread[0];
  if (mounts.present || ofAccount === true) {
    return notEvaluated(
      resource.urn,
      `${mounts.path} is asked for, and the rights of account ${quoted(account.name)} are not in this stack: whether the token is used can't be seen`,
    );
  }
  return violation(
    mounts,
    "is not false: every container gets a token of the API server that nothing here uses",
  );
}

export const tokenOnlyWhereUsed: Policy = {
  id: "token-only-where-used",
  title: "Pods must get a token of the API server only where they use it.",
  severity: "medium",
  level: "mandatory",
  why: "Kubernetes mounts a token into every pod by itself: whoever gets into one may talk to the API server as it.",
  fix: "Set automountServiceAccountToken to false; where a pod calls the API server, bind a Role to its account.",
  example: {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  serviceAccountName: api
  automountServiceAccountToken: false`,
  },
  frameworks: {
    "cis-kubernetes": ["5.1.6"],
    "nsa-cisa": ["protecting-pod-service-account-tokens"],
    "owasp-kubernetes": ["K03", "K06"],
  },
  requirements: ["AC-02"],
  types: [...POD_TYPES, SERVICE_ACCOUNT, ...BINDINGS],
  checkStack: (stack) => {
    const accounts = accountsOf(stack);
    return each(
      POD_TYPES.flatMap((type) => stack.ofType(type)),
      (resource) => checkPods(resource, accounts),
    );
  },
};
