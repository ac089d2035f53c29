import { isProduction } from "../../core/environment.ts";
import type { StackPolicy } from "../../core/policy.ts";
import { PRICINGS } from "../resource-costs.ts";
import { BUDGET_TYPES } from "./stated.ts";

/** Types of a cloud that cost money; a cluster's objects cost what their nodes cost, which others answer for. */
const BILLED = Object.keys(PRICINGS).filter((type) => !type.startsWith("kubernetes:"));

export const budgetDeclared: StackPolicy = {
  id: "budget-declared",
  title: "Production should state what it may cost.",
  severity: "medium",
  level: "advisory",
  why: "Without a figure nobody is told that a change, a mistake or an attack costs ten times as much until the bill comes.",
  fix: "State `slipway:stack.budget`, or declare a budget of Cloud Billing; one that lies elsewhere is named in the settings of estimate-within-budget.",
  example: {
    typescript:
      'new gcp.billing.Budget("budget", {\n  billingAccount: "0123AB-4567CD-89EF01",\n  amount: { specifiedAmount: { currencyCode: "USD", units: "836" } },\n  thresholdRules: [{ thresholdPercent: 1 }],\n});',
  },
  requirements: ["EA-15"],
  types: [...BUDGET_TYPES, ...BILLED],
  checkStack: (stack) => {
    if (BUDGET_TYPES.some((type) => stack.ofType(type).length > 0)) return [];
    const billed = stack.resources.find((resource) => resource.props.present && isProduction(resource));
    if (billed === undefined) return [];
    return [{ message: "nothing in the stack states what it may cost", urn: billed.urn }];
  },
};
