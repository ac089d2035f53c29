import type { Policy } from "../../core/policy.ts";
import { budgetDeclared } from "./budget-declared.ts";
import { estimateWithinBudget } from "./estimate-within-budget.ts";
import { pricesRecent, pricesTold } from "./prices.ts";

/** What a stack may cost, and what that is told by. A new policy is one file beside this one and one line here. */
export const budgets: readonly Policy[] = [budgetDeclared, estimateWithinBudget, pricesTold, pricesRecent];
