import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { attempt, type Unread } from "../../core/unknown.ts";
import { isClustersOwn, nameOf, namespaceOf, selectsAll, WORKLOADS } from "../../kubernetes.ts";
import { selectedBy, workloadsOf } from "../../kubernetes-stack.ts";
import { NAMESPACE, NETWORK_POLICY } from "../../types.ts";
import { DIRECTIONS, type Direction, directionsOf } from "./peers.ts";

/** What is known of one namespace. */
interface Known {
  /** Where it is declared. */
  readonly declared: Subject | undefined;
  readonly workloads: Subject[];
  /** Directions in which some policy selects all of its pods: nothing passes then but what is allowed. */
  readonly denied: Set<string | undefined>;
  /** Workloads that some policy of their own selects, by direction. */
  readonly isolated: ReadonlyMap<string | undefined, Set<Subject>>;
}

function gather(stack: Stack): { of: ReadonlyMap<string, Known>; unread: readonly Unread[] } {
  const of = new Map<string, Known>();
  const unread: Unread[] = [];
  const known = (name: string): Known =>
    of.get(name) ?? {
      declared: undefined,
      workloads: [],
      denied: new Set(),
      isolated: new Map(DIRECTIONS.map((direction) => [direction, new Set()])),
    };
  const noteEach = (resources: readonly Subject[], read: (resource: Subject) => void) => {
    for (const resource of resources) {
      const failed = attempt(() => read(resource)).unread;
      if (failed !== undefined) unread.push(failed);
    }
  };
  noteEach(stack.ofType(NAMESPACE), (declared) => {
    const name = nameOf(declared) ?? "";
    of.set(name, { ...known(name), declared });
  });
  noteEach(workloadsOf(stack), (workload) => {
    const name = namespaceOf(workload);
    const here = known(name);
    here.workloads.push(workload);
    of.set(name, here);
  });
  noteEach(stack.ofType(NETWORK_POLICY), (policy) => {
    const name = namespaceOf(policy);
    const here = of.get(name);
    if (here === undefined) return;
    const selector = policy.props.at("spec", "podSelector");
    if (selectsAll(selector)) for (const direction of directionsOf(policy)) here.denied.add(direction);
    else if (here.declared === undefined) {
      const selected = selectedBy(stack, name, selector);
      for (const direction of directionsOf(policy))
        for (const workload of selected) here.isolated.get(direction)?.add(workload);
    }
  });
  return { of, unread };
}

function checkNamespace(
  name: string,
  { declared, workloads, denied, isolated }: Known,
  unread: readonly Unread[],
): Finding | undefined {
  const missing = DIRECTIONS.filter(
    (direction) =>
      !denied.has(direction) &&
      // What else runs in somebody else's namespace is his matter.
      (declared !== undefined || !workloads.every((one) => isolated.get(direction)?.has(one))),
  );
  if (missing.length === 0 || isClustersOwn(name)) return undefined;
  if (unread[0] !== undefined) throw unread[0];
  if (declared !== undefined) {
    return violation(
      declared.props.at("metadata", "name"),
      `is ${declared.props.at("metadata", "name").quote()}, and no NetworkPolicy of it denies ${missing.map(inWords).join(" and ")} all of its pods by default`,
    );
  }
  const stated = workloads[0]?.props.at("metadata", "namespace");
  return notEvaluated(
    workloads[0]?.urn ?? "",
    `its namespace ${stated?.secret ? stated.quote() : quoted(name)} is not in this stack, and nothing here denies ${missing.map(inWords).join(" and ")} all of its pods: whether something does can't be seen`,
  );
}

function inWords(direction: Direction): string {
  return direction === "Ingress" ? "what comes to" : "what leaves";
}

/** A policy that selects all pods and allows everything undoes the default that its own namespace has. */
function checkPolicy(policy: Subject): readonly Finding[] {
  const { props } = policy;
  if (isClustersOwn(namespaceOf(policy)) || !selectsAll(props.at("spec", "podSelector"))) return [];
  return each(DIRECTIONS, (direction) => {
    const [field, peers] = direction === "Ingress" ? ["ingress", "from"] : ["egress", "to"];
    if (!directionsOf(policy).includes(direction)) return undefined;
    return each(props.at("spec", field as string).items(), (rule) =>
      rule.at(peers as string).items().length === 0 && rule.at("ports").items().length === 0
        ? violation(
            rule,
            `allows everything ${direction === "Ingress" ? "in" : "out"}, for all pods of the namespace`,
          )
        : undefined,
    );
  });
}

export const namespaceDeniesByDefault: Policy = {
  id: "namespace-denies-by-default",
  title: "A namespace must deny every connection that is not declared.",
  severity: "high",
  level: "mandatory",
  why: "Without it every pod of the cluster reaches every other: who gets into one has the network of all.",
  fix: "Declare a NetworkPolicy with podSelector: {} and policyTypes: [Ingress, Egress] and no rules, and beside it one for each connection that is wanted.",
  example: {
    yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]`,
  },
  frameworks: {
    "cis-kubernetes": ["5.3.2"],
    "nsa-cisa": ["network-policies"],
    "owasp-kubernetes": ["K07"],
  },
  requirements: ["OS-01", "AC-02"],
  types: [NAMESPACE, NETWORK_POLICY, ...WORKLOADS],
  checkStack: (stack) => {
    const { of, unread } = gather(stack);
    return [
      ...each([...of], ([name, known]) => checkNamespace(name, known, unread)),
      ...each(stack.ofType(NETWORK_POLICY), checkPolicy),
    ];
  },
};
