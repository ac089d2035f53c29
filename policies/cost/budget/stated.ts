import type { Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { BILLING_BUDGET, COST_BUDGET } from "../../types.ts";

/** What a stack says that it may cost. */
export interface StatedBudget {
  readonly monthly: number;
  readonly currency: string;
  /** By system, where it says so. */
  readonly systems: ReadonlyMap<string, number>;
  /** What says it. */
  readonly of: Subject;
}

/** Resources that state a budget. */
export const BUDGET_TYPES = [COST_BUDGET, BILLING_BUDGET] as const;

const NANOS_PER_UNIT = 1e9;

/** Cloud Billing's own form: whole units as text, and the rest in thousand-millionths. Undefined for last month's amount. */
function specified(amount: Property): { monthly: number; currency: string } | undefined {
  const given = amount.at("specifiedAmount");
  const units = given.at("units").number();
  if (units === undefined) return undefined;
  return {
    monthly: units + (given.at("nanos").number() ?? 0) / NANOS_PER_UNIT,
    currency: given.at("currencyCode").text() ?? "USD",
  };
}

/** The budget that a stack states: Slipway's own, or the first of Cloud Billing's that names an amount a month. */
export function statedBudget(stack: Stack): StatedBudget | undefined {
  for (const of of stack.ofType(COST_BUDGET)) {
    const monthly = of.props.at("monthly").number();
    if (monthly === undefined) continue;
    const systems = of.props.at("systems").entries();
    return {
      monthly,
      currency: of.props.at("currency").text() ?? "USD",
      systems: new Map(systems.map(([name, amount]) => [name, amount.number() ?? 0])),
      of,
    };
  }
  for (const of of stack.ofType(BILLING_BUDGET)) {
    const period = of.props.at("budgetFilter", "calendarPeriod").text() ?? "MONTH";
    const amount = specified(of.props.at("amount"));
    if (amount !== undefined && period === "MONTH") return { ...amount, systems: new Map(), of };
  }
  return undefined;
}
