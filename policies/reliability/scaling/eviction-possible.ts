import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { namespaceOf, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, selectedBy } from "../../kubernetes-stack.ts";
import { DISRUPTION_BUDGET } from "../../types.ts";
import { amountOf } from "../amount.ts";

function checkBudget(stack: Stack, budget: Subject): Finding | undefined {
  const [least, most] = [budget.props.at("spec", "minAvailable"), budget.props.at("spec", "maxUnavailable")];
  const missing = amountOf(most);
  if (missing !== undefined) {
    // A share is rounded up: any above 0 % lets one pod go.
    const none = "pods" in missing ? missing.pods === 0 : missing.percent === 0;
    return none ? violation(most, `is ${most.quote()}: no pod may ever be evicted`) : undefined;
  }
  const needed = amountOf(least);
  if (needed === undefined) return undefined;
  if ("percent" in needed && needed.percent >= 100)
    return violation(least, `is ${least.quote()}: no pod may ever be evicted`);
  const selector = budget.props.at("spec", "selector");
  const selected = selector.present ? selectedBy(stack, namespaceOf(budget), selector) : [];
  const counts = selected.map((workload) => fewestPods(stack, workload)?.count);
  if (counts.length === 0 || counts.includes(undefined)) {
    return notEvaluated(
      budget.urn,
      "it selects no workload of this stack whose number of pods is stated, so whether it lets one go can't be told",
    );
  }
  // Of a workload at rest with no pod at all, one runs as soon as there is something to do.
  const fewest = Math.max(
    1,
    counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
  );
  const healthy = "pods" in needed ? needed.pods : Math.ceil((needed.percent * fewest) / 100);
  if (healthy < fewest) return undefined;
  const share = "pods" in needed ? "" : `, which is ${healthy}`;
  return violation(
    least,
    `is ${least.quote()}${share}, and there may be as few as ${fewest} pods: then none may be evicted`,
  );
}

export const evictionPossible: Policy = {
  id: "eviction-possible",
  title: "A PodDisruptionBudget must always let one pod go.",
  severity: "high",
  level: "mandatory",
  why: "One that lets none go blocks every drain: nodes can't be upgraded, and whoever has to do it deletes the budget or the pods by force.",
  fix: "Set maxUnavailable to 1, or minAvailable below the autoscaler's minReplicas (below spec.replicas without one).",
  example: {
    yaml: `apiVersion: policy/v1
kind: PodDisruptionBudget
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app.kubernetes.io/name: api }`,
  },
  requirements: ["OS-01"],
  types: [DISRUPTION_BUDGET, ...WORKLOADS, ...AUTOSCALERS],
  checkStack: (stack) => each(stack.ofType(DISRUPTION_BUDGET), (budget) => checkBudget(stack, budget)),
};
