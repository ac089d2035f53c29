import { z } from "zod";
import type { Duration } from "../../units.ts";
import type { BurnTier } from "../burn-rate.ts";
import type { Indicator, NormalizedIndicator } from "../indicator.ts";
import type { BurnAlerting } from "../objective.ts";
import { durationOf } from "./durations.ts";

const duration = z
  .string()
  .regex(
    /^\d+(\.\d+)? (ms|s|min|h|days)$/,
    'must be a number, one blank and a unit (ms, s, min, h, days), such as "5 min"',
  );
const text = z.string().min(1);
const pattern = z.union(
  [z.string(), z.strictObject({ matches: z.string() }), z.strictObject({ not: z.string() })],
  { error: 'must be a text, { "matches": … } or { "not": … }' },
);
const selection = {
  where: z.record(z.string(), pattern).optional(),
  by: z.array(z.string()).optional(),
  labels: z.array(z.string()).optional(),
};
const counted = { bad: text.optional(), good: text.optional(), total: text };
const oneSide = ({ bad, good }: { bad?: string | undefined; good?: string | undefined }) =>
  (bad === undefined) !== (good === undefined);
const SIDES = "must have either bad or good";

const indicatorSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("availability"), ...selection }),
  z.strictObject({
    kind: z.literal("latency"),
    threshold: duration,
    route: z.string().optional(),
    ...selection,
  }),
  z.strictObject({
    kind: z.literal("health"),
    probe: z.enum(["startup", "liveness", "readiness"]),
    ...selection,
  }),
  z.strictObject({ kind: z.literal("ratio"), ...counted, ...selection }).refine(oneSide, SIDES),
  z.strictObject({ kind: z.literal("queries"), ...counted }).refine(oneSide, SIDES),
  z.strictObject({
    kind: z.literal("delta"),
    threshold: duration,
    route: z.string(),
    against: z.string(),
    quantile: z.number().optional(),
    ...selection,
  }),
  z.strictObject({ kind: z.literal("freshness"), lastSuccess: text, maxAge: duration, ...selection }),
  z.strictObject({
    kind: z.literal("saturation"),
    used: text,
    capacity: z.union([text, z.number()], { error: "must be a text or a number" }),
    limit: z.number(),
    aggregate: z.enum(["max", "sum", "avg"]).optional(),
    ...selection,
  }),
]);

const alertingSchema = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        severity: z.enum(["page", "ticket"]),
        budgetPercent: z.number(),
        long: duration,
        short: duration,
      }),
    )
    .optional(),
  minimumBad: z.number().optional(),
  off: z.string().optional(),
});

/** Reads an indicator as {@link indicatorText} writes it. Whether it makes sense is `objectiveProblems`' to say. */
export const typedIndicator = indicatorSchema as unknown as z.ZodType<Indicator>;

/** Reads a length of time. */
export const typedDuration = duration as unknown as z.ZodType<Duration>;

/** Reads what {@link alertingText} writes. */
export const typedAlerting = alertingSchema as unknown as z.ZodType<BurnAlerting>;

/** The same without what is not there. */
function stated(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** An indicator as people write it, its fields in one order whoever gave it. */
export function indicatorText(indicator: NormalizedIndicator): string {
  const { kind, thresholdSeconds, route, against, quantile, probe, bad, good, total } = indicator;
  const { lastSuccess, maxAgeSeconds, used, capacity, limit, aggregate, where, by, labels } = indicator;
  const ordered = stated({
    kind,
    threshold: thresholdSeconds === undefined ? undefined : durationOf(thresholdSeconds),
    ...{ route, against, quantile, probe, bad, good, total, lastSuccess },
    maxAge: maxAgeSeconds === undefined ? undefined : durationOf(maxAgeSeconds),
    ...{ used, capacity, limit, aggregate, where, by, labels },
  });
  return JSON.stringify(ordered);
}

/** When people are told, in one order of fields. */
export function alertingText({ tiers, minimumBad, off }: BurnAlerting): string {
  const tier = ({ severity, budgetPercent, long, short }: BurnTier) => ({
    severity,
    budgetPercent,
    long,
    short,
  });
  return JSON.stringify(stated({ tiers: tiers?.map(tier), minimumBad, off }));
}
