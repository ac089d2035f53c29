import { expect, test } from "vitest";
import { Budget, budgetProblems, planAmount } from "../../../components/cost/budget.ts";
import { declareBudget, parseStack } from "../../../systems/stack.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";

const BUDGET = "gcp:billing/budget:Budget";
const ACCOUNT = "0123AB-4567CD-89EF01";
const CHANNEL = "projects/shop-production/notificationChannels/1";

test("EA-15 a budget is watched at 50, 80 and 100 % of what is spent, and at 100 % of the forecast", async () => {
  const resources = await declare(
    () =>
      new Budget("budget", {
        scope: testScope(),
        monthly: 836.5,
        billingAccount: ACCOUNT,
        channels: [CHANNEL],
      }),
  );
  expect(find(resources, BUDGET, "budget").inputs).toMatchObject({
    billingAccount: ACCOUNT,
    budgetFilter: { labels: { environment: "production" } },
    amount: { specifiedAmount: { currencyCode: "USD", units: "836", nanos: 500_000_000 } },
    thresholdRules: [
      { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 0.8, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
    ],
    allUpdatesRule: { monitoringNotificationChannels: [CHANNEL] },
  });
});

test("EA-15 without a billing account it is a fact that policies read, and nothing is watched", async () => {
  const resources = await declare(
    () => new Budget("budget", { scope: testScope(), monthly: 900, systems: { shop: 836 } }),
  );
  expect(ofType(resources, BUDGET)).toEqual([]);
  expect(find(resources, "slipway:cost:Budget", "budget").inputs).toEqual({
    environment: "production",
    monthly: 900,
    currency: "USD",
    systems: { shop: 836 },
  });
});

test("a budget that can't be meant is refused, with all that is wrong", async () => {
  expect(
    budgetProblems({
      monthly: 10,
      currency: "dollars",
      systems: { shop: 20, mail: 0 },
      channels: Array<string>(6).fill(CHANNEL),
      billingAccount: "mine",
    }),
  ).toEqual([
    "systems.mail: 0 must be above 0",
    'currency: "dollars" is no currency: use three capitals, such as "USD"',
    "systems: 20 together are more than the 10 of `monthly`: raise that, or lower them",
    'billingAccount: "mine" is none: use the form XXXXXX-XXXXXX-XXXXXX',
    "channels: 6 are more than the 5 that Cloud Billing takes",
  ]);
  expect(
    await refusal(() => new Budget("budget", { scope: testScope(), monthly: 1, channels: [CHANNEL] })),
  ).toContain("channels: nobody is told without a `billingAccount`: name it, or leave them out");
});

test("an amount is whole units as text, and the cents beside them", () => {
  expect(planAmount(836, "EUR")).toEqual({ specifiedAmount: { currencyCode: "EUR", units: "836" } });
  expect(planAmount(0.07, "USD").specifiedAmount).toEqual({
    currencyCode: "USD",
    units: "0",
    nanos: 70_000_000,
  });
});

test("EA-15 a stack states it once", async () => {
  const stack = (budget?: unknown) =>
    parseStack({ environment: "sandbox", region: "us-east1", budget, systems: {} }, "Pulumi.sandbox.yaml");
  const [given, silent] = [stack({ monthly: 900, systems: { ethixai: 836 } }), stack()];
  const resources = await declare(() => declareBudget(given), "sandbox");
  expect(find(resources, "slipway:cost:Budget", "budget").inputs).toMatchObject({
    environment: "sandbox",
    monthly: 900,
    systems: { ethixai: 836 },
  });
  expect(await declare(() => declareBudget(silent), "sandbox")).toHaveLength(1);
  expect(() => stack({ monthly: 900, systems: { shop: 1 } })).toThrow(
    'slipway:stack.budget.systems has unknown keys: "shop"',
  );
});
