import { describe, expect, test } from "vitest";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { budgetDeclared } from "../../../../policies/cost/budget/budget-declared.ts";
import { estimateWithinBudget } from "../../../../policies/cost/budget/estimate-within-budget.ts";
import { pricesRecent, pricesTold } from "../../../../policies/cost/budget/prices.ts";
import * as types from "../../../../policies/types.ts";
import { DEPLOYMENT, object } from "../kubernetes-support.ts";
import { resource, says } from "../support.ts";
import { run } from "./support.ts";

/** What a policy says with settings of its own, and on a day. */
function told(policy: Policy, settings: object, resources: readonly PolicyResource[], today = "2026-11-21") {
  const pack = { name: "cost", description: "", policies: [policy] };
  const given = policy.settings?.parse(settings) as Record<string, unknown>;
  return evaluate([pack], resources, {
    today,
    settings: { enforcement: {}, exemptions: [], settings: new Map([[policy.id, given]]) },
  }).map(({ message, level, status }) => `${status === "violation" ? "" : "?"}${level}: ${message}`);
}

/** USD 49.93 a month, whatever comes. */
const service = run({ name: "api", instances: [1, 1], capacity: "1", peak: "1", cpuIdle: false });
const own = (props: object) =>
  resource(types.COST_BUDGET, "budget", { monthly: 50, currency: "USD", ...props });
const billing = (specifiedAmount: object, budgetFilter = {}) =>
  resource(types.BILLING_BUDGET, "billing", { amount: { specifiedAmount }, budgetFilter });

describe("EA-15 budget-declared", () => {
  test("EA-15 production states what it may cost, in either form", () => {
    const message = ["~api: nothing in the stack states what it may cost"];
    expect(says(budgetDeclared, service)).toEqual(message);
    expect(says(budgetDeclared, service, own({}))).toEqual([]);
    expect(says(budgetDeclared, service, billing({ units: "50" }))).toEqual([]);
  });

  test("EA-15 other environments, and a cluster's objects alone, need not", () => {
    const staging = { ...service, urn: service.urn.replace(":production:", ":staging:") };
    expect(says(budgetDeclared, staging)).toEqual([]);
    expect(says(budgetDeclared, object(DEPLOYMENT))).toEqual([]);
  });
});

describe("EA-15 estimate-within-budget", () => {
  const over = "budget: the stack is expected to cost USD 50 a month, more than the budget of USD 49";

  test.each<[string, PolicyResource, string[]]>([
    ["on the edge", own({ monthly: 49.93 }), []],
    ["a cent over it", own({ monthly: 49.92 }), [over.replace("49", "50")]],
    ["more", own({ monthly: 49 }), [over]],
    ["of Cloud Billing's", billing({ units: "49", nanos: 930_000_000 }), []],
    [
      "of Cloud Billing's, more",
      billing({ units: "49", nanos: 500_000_000 }),
      [over.replace("budget:", "billing:").replace("49", "50")],
    ],
    ["of a year", billing({ units: "1" }, { calendarPeriod: "YEAR" }), []],
    ["of last month's", resource(types.BILLING_BUDGET, "b", { amount: { lastPeriodAmount: true } }), []],
    [
      "in another currency",
      own({ currency: "EUR" }),
      ["?budget: the budget is in another currency than USD, which estimates are in"],
    ],
    ["unknown", own({ monthly: unknownValue }), ["?budget: monthly is not known before deployment"]],
    ["misshapen", own({ monthly: "much" }), ["budget: monthly is not a number"]],
  ])("EA-15 %s", (_, budget, found) => {
    expect(says(estimateWithinBudget, service, budget)).toEqual(found);
  });

  test("EA-15 holds each system to its own share", () => {
    const labelled = { ...service, props: { ...(service.props as object), labels: { system: "shop" } } };
    expect(says(estimateWithinBudget, labelled, own({ systems: { shop: 40, mail: 1 } }))).toEqual([
      "budget: shop is expected to cost USD 50 a month, more than the budget of USD 40",
    ]);
  });

  test("EA-15 advises where a month at peak day and night costs many times the budget", () => {
    const wide = run({ name: "api", instances: [1, 4], capacity: "1", peak: "4", cpuIdle: false });
    const at = (mostTimes: number) => told(estimateWithinBudget, { mostTimes, usualDay: 0 }, [wide, own({})]);
    expect(at(4)).toEqual([]);
    expect(at(3)).toEqual([
      "advisory: the stack costs up to USD 200 in a month at peak day and night, more than 3 times the budget of USD 50",
    ]);
  });

  test("EA-15 takes a budget that lies elsewhere from its settings, and says nothing where there is none", () => {
    expect(told(estimateWithinBudget, { monthly: 49 }, [service])).toEqual([
      "mandatory: the stack is expected to cost USD 50 a month, more than the budget of USD 49",
    ]);
    expect(told(estimateWithinBudget, { monthly: 49 }, [service, own({})])).toEqual([]);
    expect(told(estimateWithinBudget, {}, [service])).toEqual([]);
  });
});

describe("prices", () => {
  const unpriced = (name: string) => resource(types.DISK, name, {});

  test("missing for more than a quarter of the parts are told in one finding", () => {
    const keys = ["a", "b", "c"].map((name) => resource(types.CRYPTO_KEY, name, {}));
    expect(says(pricesTold, ...keys, unpriced("d"))).toEqual([]);
    expect(says(pricesTold, ...keys, ...["d", "e", "f", "g"].map(unpriced))).toEqual([
      '~d: 4 of 7 parts of the estimate have no price: "d", "e", "f" and 1 more',
    ]);
    expect(told(pricesTold, { missingPercent: 0 }, [...keys, unpriced("d")])).toEqual([
      'advisory: 1 of 4 parts of the estimate have no price: "d"',
    ]);
  });

  test("older than a year ask to be looked at again", () => {
    const count = (today: string, settings = {}) => told(pricesRecent, settings, [service], today);
    expect(count("2027-11-21")).toEqual([]);
    expect(count("2027-11-22")[0]).toMatch(
      /^advisory: \d+ prices are older than 365 days, the oldest \(.+\) of /,
    );
    expect(count("2026-12-23", { days: 31 })[0]).toContain("older than 31 days");
    expect(told(pricesRecent, {}, [], "2030-01-01")).toEqual([]);
  });
});
