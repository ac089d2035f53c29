import { z } from "zod";
import { SHORTHAND_PATTERN } from "./durations.ts";

/** OpenSLO v1 as it is read: what is not known here is left out, with a note. */

const labels = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string())], { error: "must be a text or a list of texts" }),
);

const metadata = z.object({
  name: z.string().min(1, "must not be empty"),
  displayName: z.string().optional(),
  labels: labels.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** What a document says of itself. */
export type ReadMetadata = z.infer<typeof metadata>;

const shorthand = z
  .string()
  .regex(SHORTHAND_PATTERN, "must be a whole number and one of m, h, d, w, M, Q, Y, such as 30d");

const metric = z.object({
  metricSource: z.object({
    metricSourceRef: z.string().optional(),
    type: z.string().optional(),
    spec: z.record(z.string(), z.unknown()),
  }),
});

/** Where a metric comes from, and what asks for it. */
export type ReadMetric = z.infer<typeof metric>;

const ratioMetric = z.object({
  counter: z.boolean().optional(),
  good: metric.optional(),
  bad: metric.optional(),
  total: metric.optional(),
  raw: metric.optional(),
  rawType: z.enum(["success", "failure"]).optional(),
});

/** Events: two queries, or a ratio that was reckoned before. */
export type ReadRatio = z.infer<typeof ratioMetric>;

const sliSpec = z.object({
  description: z.string().optional(),
  thresholdMetric: metric.optional(),
  ratioMetric: ratioMetric.optional(),
});

/** What is measured. */
export type ReadSli = z.infer<typeof sliSpec>;

const indicator = z.object({ metadata: metadata.optional(), spec: sliSpec });

const OPERATORS = ["lte", "gte", "lt", "gt"] as const;

const objective = z.object({
  displayName: z.string().optional(),
  op: z.enum(OPERATORS).optional(),
  value: z.number().optional(),
  target: z
    .number()
    .gt(0, "must be above 0")
    .lt(1, "must be below 1: a share; targetPercent takes percent")
    .optional(),
  targetPercent: z.number().gt(0, "must be above 0").lt(100, "must be below 100").optional(),
  timeSliceTarget: z.number().optional(),
  timeSliceWindow: z.union([z.number(), shorthand], { error: "must be minutes, or such as 5m" }).optional(),
  indicator: indicator.optional(),
  indicatorRef: z.string().optional(),
  compositeWeight: z.number().optional(),
});

/** One target, with the indicator of its own that it has in a composite. */
export type ReadObjective = z.infer<typeof objective>;

const timeWindow = z.object({
  duration: shorthand,
  isRolling: z.boolean().optional(),
  calendar: z.object({ startTime: z.string(), timeZone: z.string() }).optional(),
});

/** The period of a target. */
export type ReadWindow = z.infer<typeof timeWindow>;

const conditionSpec = z.object({
  description: z.string().optional(),
  severity: z.string(),
  condition: z.object({
    kind: z.string().optional(),
    op: z.enum(OPERATORS),
    threshold: z.number(),
    lookbackWindow: shorthand,
    alertAfter: z.string().optional(),
  }),
});

/** When somebody is told. */
export type ReadCondition = z.infer<typeof conditionSpec>;

const inline = { kind: z.string().optional(), metadata: metadata.optional() };

const policySpec = z.object({
  description: z.string().optional(),
  alertWhenNoData: z.boolean().optional(),
  alertWhenResolved: z.boolean().optional(),
  alertWhenBreaching: z.boolean().optional(),
  conditions: z.array(
    z.object({ conditionRef: z.string().optional(), ...inline, spec: conditionSpec.optional() }),
  ),
  notificationTargets: z.array(z.unknown()).optional(),
});

const sloSpec = z.object({
  description: z.string().optional(),
  service: z.string().min(1, "must not be empty"),
  indicator: indicator.optional(),
  indicatorRef: z.string().optional(),
  timeWindow: z.array(timeWindow).max(1, "must have one item").optional(),
  budgetingMethod: z.enum(["Occurrences", "Timeslices", "RatioTimeslices"]),
  objectives: z.array(objective).min(1, "must have at least one item"),
  alertPolicies: z
    .array(z.object({ alertPolicyRef: z.string().optional(), ...inline, spec: policySpec.optional() }))
    .optional(),
});

function document<Spec extends z.ZodType>(spec: Spec) {
  return z.object({ apiVersion: z.string(), kind: z.string(), metadata, spec });
}

/** Documents by their kind. */
export const schemas = {
  SLO: document(sloSpec),
  SLI: document(sliSpec),
  Service: document(z.looseObject({}).optional()),
  AlertPolicy: document(policySpec),
  AlertCondition: document(conditionSpec),
  DataSource: document(z.looseObject({ type: z.string().optional() })),
  AlertNotificationTarget: document(z.looseObject({})),
} as const;

/** An `SLO`. */
export type ReadSlo = z.infer<typeof schemas.SLO>;
