import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { attempt, type Unread } from "../../core/unknown.ts";
import { nameOf, namespaceOf, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, once, selectedBy, serves, workloadsOf } from "../../kubernetes-stack.ts";
import { DISRUPTION_BUDGET, KUBERNETES_SERVICE, NAMESPACE } from "../../types.ts";
import { declaredNamespaces, makesOtherPods } from "../declared.ts";

/** Budgets by the workload whose pods each selects; and why some can't be told. */
const budgetsOf = once((stack: Stack) => {
  const of = new Map<Subject, Subject[]>();
  const unread: Unread[] = [];
  for (const budget of stack.ofType(DISRUPTION_BUDGET)) {
    const selector = budget.props.at("spec", "selector");
    const selected = attempt(() =>
      selector.present ? selectedBy(stack, namespaceOf(budget), selector) : [],
    );
    if (selected.unread !== undefined) unread.push(selected.unread);
    for (const workload of selected.value ?? []) {
      const known = of.get(workload);
      if (known === undefined) of.set(workload, [budget]);
      else known.push(budget);
    }
  }
  return { of, unread };
});

const EXAMPLE = {
  yaml: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: api
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: { app.kubernetes.io/name: api }`,
} as const;

function checkWorkload(stack: Stack, workload: Subject): Finding | undefined {
  const fewest = fewestPods(stack, workload);
  if (!isProduction(workload) || fewest === undefined || fewest.count < 2 || !serves(stack, workload))
    return undefined;
  const { of, unread } = budgetsOf(stack);
  if (of.has(workload)) return undefined;
  if (unread[0] !== undefined) throw unread[0];
  const found: Finding = {
    message: `no PodDisruptionBudget selects its pods: all ${fewest.count} may be evicted at once`,
    urn: workload.urn,
  };
  // Where the namespace is somebody else's, so may the budget be.
  return declaredNamespaces(stack).has(namespaceOf(workload)) ? found : { ...found, level: "advisory" };
}

export const budgetForService: Policy = {
  id: "disruption-budget-declared",
  title: "In production pods that take requests must have a PodDisruptionBudget.",
  severity: "medium",
  level: "mandatory",
  why: "An upgrade of nodes evicts pods as fast as it may: without a budget all of a service at once.",
  fix: "Declare a PodDisruptionBudget that selects the pods, with maxUnavailable 1.",
  example: EXAMPLE,
  requirements: ["OS-01"],
  types: [DISRUPTION_BUDGET, NAMESPACE, KUBERNETES_SERVICE, ...WORKLOADS, ...AUTOSCALERS],
  checkStack: (stack) => each(workloadsOf(stack), (workload) => checkWorkload(stack, workload)),
};

export const oneBudget: Policy = {
  id: "one-disruption-budget",
  title: "A pod must have one PodDisruptionBudget at most.",
  severity: "high",
  level: "mandatory",
  why: "The API server refuses to evict a pod that two budgets select: nodes can't be drained.",
  fix: "Leave one of them, or make their selectors disjoint.",
  example: EXAMPLE,
  types: [DISRUPTION_BUDGET, ...WORKLOADS],
  checkStack: (stack) =>
    each([...budgetsOf(stack).of], ([, [first, ...others]]) =>
      others.map((other) =>
        violation(
          other.props.at("spec", "selector"),
          `selects pods that ${first === undefined ? "another" : quoted(nameOf(first) ?? first.name)} selects too: none of them can be evicted`,
        ),
      ),
    ),
};

export const budgetSelectsPods: Policy = {
  id: "disruption-budget-selects-pods",
  title: "A PodDisruptionBudget must select pods.",
  severity: "medium",
  level: "mandatory",
  why: "One that selects none protects none, and looks as if it did.",
  fix: "Write the labels of the pods into spec.selector.matchLabels.",
  example: EXAMPLE,
  types: /^kubernetes:/,
  checkStack: (stack) =>
    each(stack.ofType(DISRUPTION_BUDGET), (budget) => {
      const selector = budget.props.at("spec", "selector");
      if (!selector.present) return violation(selector, "is not set: it selects no pod");
      const namespace = namespaceOf(budget);
      if (!declaredNamespaces(stack).has(namespace) || makesOtherPods(stack, namespace)) return undefined;
      return selectedBy(stack, namespace, selector).length > 0
        ? undefined
        : violation(selector, "selects no pod of this stack");
    }),
};

export const budgetLetsBrokenGo: Policy = {
  id: "broken-pod-evictable",
  title: "A PodDisruptionBudget should let pods go that are not healthy.",
  severity: "low",
  level: "advisory",
  why: "By itself a budget also keeps pods that never become ready, as long as too few are healthy: one broken deployment stops every upgrade of nodes.",
  fix: "Set unhealthyPodEvictionPolicy to AlwaysAllow.",
  example: EXAMPLE,
  types: [DISRUPTION_BUDGET],
  check: ({ props }) => {
    const policy = props.at("spec", "unhealthyPodEvictionPolicy");
    const text = policy.text();
    if (text === "AlwaysAllow") return [];
    return [
      violation(
        policy,
        `is ${text === undefined ? "not set" : policy.quote()}: a broken pod can stop a drain`,
      ),
    ];
  },
};
