import type { ReleasePlan } from "../../../components/release/plan.ts";
import { figure } from "../../status/figures.ts";

/**
 * Why nothing risky is released now: an objective that the plan is gated by has too little of its error budget left. Undefined
 * where there is enough, or nobody can tell.
 * @param budgets share of each objective's budget that is left, 1 is all of it
 */
export function budgetProblem(
  budgets: Readonly<Record<string, number | undefined>>,
  { gates, budget = 0 }: Pick<ReleasePlan, "gates" | "budget">,
): string | undefined {
  const spent = gates.flatMap((name) => {
    const left = budgets[name];
    return left === undefined || left * 100 > budget ? [] : [`${name} has ${figure(left * 100)} % left`];
  });
  if (spent.length === 0) return undefined;
  const least = budget === 0 ? "some of it" : `more than ${budget} %`;
  return `its error budget is spent (${spent.join(", ")}; ${least} has to be left), so nothing that could spend more of it is released. Mend what spends it; where this version is what mends it, say so: --fix --reason "…"`;
}
