import { z } from "zod";

const labels = z.record(z.string(), z.string());

/** A pair of seconds and digits as Prometheus sends it. The value may be `NaN` or infinite: a ratio of nothing to nothing is. */
const point = z.tuple([z.number(), z.string()]).transform(([time, value]) => ({
  time: new Date(Math.round(time * 1000)),
  value: Number(value.replace("Inf", "Infinity")),
}));

/** One value at one time. */
export type Point = z.infer<typeof point>;

/** What an expression is at one time. */
export const instant = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("scalar"), result: point }),
  z.object({
    resultType: z.literal("vector"),
    // Instead of a value, a native histogram has buckets.
    result: z.array(z.object({ metric: labels, value: point.optional() })),
  }),
  z.object({ resultType: z.literal("matrix") }),
  z.object({ resultType: z.literal("string") }),
]);

/** What an expression is over time. */
export const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: labels, values: z.array(point).default([]) })),
});

const alert = z.object({
  /** With `alertname`. */
  labels,
  annotations: labels.default({}),
  state: z.enum(["pending", "firing", "inactive"]),
  activeAt: z.string(),
});

export const alerts = z.object({ alerts: z.array(alert) });

const rule = z.object({
  name: z.string(),
  type: z.enum(["alerting", "recording"]),
  query: z.string(),
  health: z.enum(["ok", "err", "unknown"]),
  lastError: z.string().default(""),
  state: z.enum(["inactive", "pending", "firing"]).optional(),
});

export const groups = z.object({
  groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })),
});

export const targets = z.object({
  activeTargets: z.array(
    z.object({
      labels,
      scrapeUrl: z.string(),
      health: z.enum(["up", "down", "unknown"]),
      lastError: z.string(),
    }),
  ),
});

/** What Prometheus says where it refuses. */
export const refusal = z.object({ status: z.literal("error"), error: z.string() });

/** What Google's APIs say where they refuse. */
export const googleRefusal = z.object({ error: z.object({ message: z.string() }) });

/** What is said beside an answer: that it is a part of the truth, or that the question is odd. */
export const remarks = z.object({ warnings: z.array(z.string()).default([]) });
