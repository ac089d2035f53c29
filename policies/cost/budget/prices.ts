import { z } from "zod";
import type { StackPolicy } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { estimateOf } from "../estimate.ts";
import { PRICES } from "../prices.ts";
import { PRICINGS } from "../resource-costs.ts";

const told = z.strictObject({
  missingPercent: z
    .number()
    .min(0)
    .max(100)
    .default(25)
    .describe("Share of an estimate's parts, in percent, that may have no price."),
  cluster: z
    .enum(["unstated", "autopilot", "standard"])
    .default("unstated")
    .describe("What pods run on, where the stack holds no cluster."),
});

/** Parts that a finding names; the plan lists them all. */
const NAMED = 3;

export const pricesTold: StackPolicy = {
  id: "prices-told",
  title: "Most of what a stack declares should have a price.",
  severity: "low",
  level: "advisory",
  why: "What has no price is in no sum: an estimate with many of those says that a stack is cheap when it may not be.",
  fix: "State capacity and peak of services, or in the settings what pods run on (`cluster`); add a price to `policies/cost/prices.ts` with its source.",
  example: {
    yaml: 'metadata:\n  annotations:\n    slipway.dev/capacity-per-instance: "15"\n    slipway.dev/peak: "50"',
  },
  types: /^/,
  settings: told,
  checkStack: (stack, context) => {
    const { missingPercent, cluster } = context.settings(told);
    const { lines } = estimateOf(stack.resources, { cluster });
    const missing = lines
      .filter((line) => line.missing !== undefined && line.unknown !== true)
      .toSorted((a, b) => (a.what < b.what ? -1 : 1));
    // Where nothing at all has a price, nobody takes the estimate for one.
    const none = lines.every((line) => line.missing !== undefined);
    if (none || missing.length * 100 <= missingPercent * lines.length) return [];
    // By their names in the program: what a line is called is made of properties, which may be secret.
    const names = missing.slice(0, NAMED).map(({ urn }) => quoted(urn.slice(urn.lastIndexOf("::") + 2)));
    const rest = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
    return [
      {
        message: `${missing.length} of ${lines.length} parts of the estimate have no price: ${names.join(", ")}${rest}`,
        urn: missing[0]?.urn ?? "",
      },
    ];
  },
};

const recent = z.strictObject({
  days: z.int().min(1).default(365).describe("How old a price may be, in days."),
});

const DAY = 86_400_000;

export const pricesRecent: StackPolicy = {
  id: "prices-recent",
  title: "Estimates should be made from prices that somebody has looked at within the year.",
  severity: "low",
  level: "advisory",
  why: "List prices change, and a budget is held against what they once were.",
  fix: "Look at the sources in `policies/cost/prices.ts`, and change figures together with their dates.",
  example: {
    typescript:
      'const price = { usd: 0.1, unit: "hour of a cluster", region: "global", source: "https://cloud.google.com/kubernetes-engine/pricing", asOf: "2026-11-21" };',
  },
  types: Object.keys(PRICINGS),
  settings: recent,
  checkStack: (stack, context) => {
    const [first] = stack.resources;
    if (first === undefined) return [];
    const { days } = context.settings(recent);
    const age = (asOf: string) => Math.floor((Date.parse(context.today) - Date.parse(asOf)) / DAY);
    const old = Object.entries(PRICES).filter(([, { asOf }]) => age(asOf) > days);
    const oldest = old.toSorted(([, a], [, b]) => (a.asOf < b.asOf ? -1 : 1))[0];
    if (oldest === undefined) return [];
    return [
      {
        message: `${old.length} prices are older than ${days} days, the oldest (${oldest[0]}) of ${oldest[1].asOf}`,
        urn: first.urn,
      },
    ];
  },
};
