import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";

interface Children {
  budget: gcp.billing.BudgetArgs;
}

/** What may be spent, and who hears of it. */
export interface BudgetArgs extends ComponentArgs<Children> {
  /** What everything together may cost a month, at list prices. */
  readonly monthly: number;
  /** ISO 4217. Only estimates in USD can be held against it. Default `"USD"`. */
  readonly currency?: string;
  /** What each system may cost of it a month: held against the estimate alone, since Cloud Billing counts by one label. */
  readonly systems?: Readonly<Record<string, number>>;
  /**
   * The one label that says what counts: Cloud Billing takes no second. Default: the scope's `environment`. Changing it
   * makes the budget start from what that label has cost.
   */
  readonly label?: { readonly name: string; readonly value: string };
  /**
   * Cloud Billing's account, `XXXXXX-XXXXXX-XXXXXX`. Default: none; then the budget is held against estimates only, and nobody
   * is told what is really spent. Changing it makes a new budget.
   */
  readonly billingAccount?: string;
  /** Notification channels beside the account's administrators, `projects/P/notificationChannels/C`; five at most. */
  readonly channels?: readonly pulumi.Input<string>[];
}

const MOST_CHANNELS = 5;

/** Shares of the budget at which somebody is told: of what was spent, and of what the month will come to. */
const THRESHOLDS = [
  { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 0.8, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
];

/** What is wrong with a budget; empty where nothing is. */
export function budgetProblems(args: Omit<BudgetArgs, "scope">): string[] {
  const { monthly, currency = "USD", systems = {}, billingAccount, channels = [] } = args;
  const total = Object.values(systems).reduce((sum, amount) => sum + amount, 0);
  return [
    ...Object.entries({ monthly, ...systems })
      .filter(([, amount]) => !(amount > 0))
      .map(([name, amount]) => `${name === "monthly" ? name : `systems.${name}`}: ${amount} must be above 0`),
    ...(/^[A-Z]{3}$/.test(currency)
      ? []
      : [`currency: "${currency}" is no currency: use three capitals, such as "USD"`]),
    ...(total > monthly
      ? [`systems: ${total} together are more than the ${monthly} of \`monthly\`: raise that, or lower them`]
      : []),
    ...(billingAccount === undefined || /^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/.test(billingAccount)
      ? []
      : [`billingAccount: "${billingAccount}" is none: use the form XXXXXX-XXXXXX-XXXXXX`]),
    ...(channels.length <= MOST_CHANNELS
      ? []
      : [`channels: ${channels.length} are more than the ${MOST_CHANNELS} that Cloud Billing takes`]),
    ...(billingAccount === undefined && channels.length > 0
      ? ["channels: nobody is told without a `billingAccount`: name it, or leave them out"]
      : []),
  ];
}

/** An amount as Cloud Billing takes it: whole units as text, and the rest in thousand-millionths. */
export function planAmount(monthly: number, currency: string) {
  const units = Math.floor(monthly);
  const nanos = Math.round((monthly - units) * 100) * 10_000_000;
  return {
    specifiedAmount: { currencyCode: currency, units: String(units), ...(nanos === 0 ? {} : { nanos }) },
  };
}

/**
 * What a stack may cost a month, stated once. Policies hold the estimate against it before anything is deployed; where a
 * billing account is stated, Cloud Billing holds the bill against it, and tells at 50, 80 and 100 % of it, and when the month
 * is forecast to exceed it.
 */
export class Budget extends Component<Children> {
  constructor(name: string, args: BudgetArgs, options?: pulumi.ComponentResourceOptions) {
    refuse(name, budgetProblems(args));
    const { monthly, currency = "USD", systems = {}, billingAccount, channels = [], scope } = args;
    super("slipway:cost:Budget", name, args, options, {
      environment: scope.environment,
      monthly,
      currency,
      systems,
    });
    if (billingAccount !== undefined) {
      const label = args.label ?? { name: "environment", value: scope.environment };
      this.child(
        "budget",
        gcp.billing.Budget,
        {
          billingAccount,
          displayName: `${label.name} ${label.value}`.slice(0, 60),
          budgetFilter: {
            calendarPeriod: "MONTH",
            creditTypesTreatment: "EXCLUDE_ALL_CREDITS",
            labels: { [label.name]: label.value },
          },
          amount: planAmount(monthly, currency),
          thresholdRules: THRESHOLDS,
          ...(channels.length === 0
            ? {}
            : { allUpdatesRule: { monitoringNotificationChannels: [...channels] } }),
        },
        { suffix: "" },
      );
    }
    this.registerOutputs({ environment: scope.environment, monthly, currency, systems });
  }
}
