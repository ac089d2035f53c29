import { z } from "zod";
import { notEvaluated } from "../../core/finding.ts";
import type { Finding, StackPolicy } from "../../core/policy.ts";
import type { PolicySettings } from "../../core/settings.ts";
import { estimateOf } from "../estimate.ts";
import { CURRENCY } from "../prices.ts";
import type { Range, Usage } from "../usage.ts";
import { statedBudget } from "./stated.ts";

const settings = z.strictObject({
  monthly: z
    .number()
    .min(0)
    .default(0)
    .describe("USD a month, where no resource of the stack states a budget; 0 for none."),
  mostTimes: z
    .number()
    .min(1)
    .default(3)
    .describe(
      "How many times the budget a month at peak day and night may cost, before it is advised against.",
    ),
  cluster: z
    .enum(["unstated", "autopilot", "standard"])
    .default("unstated")
    .describe("What pods run on, where the stack holds no cluster: their price is told on Autopilot alone."),
  usualDay: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe("Share of the stated peak that a usual working day reaches."),
  weekend: z
    .number()
    .min(0)
    .max(1)
    .default(0.4)
    .describe("Share of a working day's load on Saturdays and Sundays."),
});

/** What a stack's settings say of its load and its cluster: for estimates that are shown, so that they are what is judged. */
export function usageOf({ settings: said }: Pick<PolicySettings, "settings">): Partial<Usage> {
  const { monthly: _, mostTimes: __, ...usage } = settings.parse(said.get(estimateWithinBudget.id) ?? {});
  return usage;
}

function dollars(amount: number): string {
  return `USD ${Math.round(amount)}`;
}

function held(
  what: string,
  { expected, high }: Range,
  monthly: number,
  mostTimes: number,
  urn?: string,
): Finding[] {
  const at = urn === undefined ? {} : { urn };
  if (expected > monthly) {
    return [
      {
        message: `${what} is expected to cost ${dollars(expected)} a month, more than the budget of ${dollars(monthly)}`,
        ...at,
      },
    ];
  }
  if (high <= mostTimes * monthly) return [];
  return [
    {
      message: `${what} costs up to ${dollars(high)} in a month at peak day and night, more than ${mostTimes} times the budget of ${dollars(monthly)}`,
      level: "advisory",
      ...at,
    },
  ];
}

export const estimateWithinBudget: StackPolicy = {
  id: "estimate-within-budget",
  title: "A stack must not be expected to cost more than its budget.",
  severity: "high",
  level: "mandatory",
  why: "What a declaration costs can be told before it is deployed; afterwards it is a bill.",
  fix: "Make less of it, or smaller: the plan's estimate says which part costs what; or raise the budget with whoever pays.",
  example: {
    typescript:
      'new gcp.billing.Budget("budget", {\n  billingAccount: "0123AB-4567CD-89EF01",\n  amount: { specifiedAmount: { currencyCode: "USD", units: "836" } },\n});',
  },
  requirements: ["EA-15"],
  types: /^/,
  settings,
  checkStack: (stack, context) => {
    const { monthly, mostTimes, ...usage } = context.settings(settings);
    const stated = statedBudget(stack);
    if (stated === undefined && monthly === 0) return [];
    if (stated !== undefined && stated.currency !== CURRENCY) {
      return [
        notEvaluated(
          stated.of.urn,
          `the budget is in another currency than ${CURRENCY}, which estimates are in`,
        ),
      ];
    }
    const estimate = estimateOf(stack.resources, usage);
    const urn = stated?.of.urn ?? stack.resources[0]?.urn;
    return [
      ...held("the stack", estimate, stated?.monthly ?? monthly, mostTimes, urn),
      ...estimate.systems.flatMap((system) => {
        const share = stated?.systems.get(system.name);
        return share === undefined ? [] : held(system.name, system, share, mostTimes, urn);
      }),
    ];
  },
};
