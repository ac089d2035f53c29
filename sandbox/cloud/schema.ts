import { z } from "zod";
import { CloudError, type CloudServiceInput, type CloudTrafficChange } from "./api.ts";

const seconds = z.number().positive().max(3600);
const label = z.string().max(63);

const probe = z.strictObject({
  kind: z.enum(["http", "tcp"]),
  path: z.string().startsWith("/").optional(),
  port: z.int().min(1).max(65535).optional(),
  initialDelaySeconds: z.number().min(0).max(240),
  periodSeconds: seconds,
  timeoutSeconds: seconds,
  failureThreshold: z.int().min(1),
  successThreshold: z.int().min(1).optional(),
});

const inside = (path: string) => !path.split("/").some((part) => part === ".." || part === ".");

const mount = z.strictObject({
  path: z.string().startsWith("/").refine(inside, "must not contain . or .."),
  secret: z.string().regex(/^projects\/[^/]+\/secrets\/[^/]+$/, "must be projects/P/secrets/S"),
  version: z.string().regex(/^(latest|[1-9]\d*)$/, "must be a version number, or latest"),
  file: z.string().regex(/^[^/]/, "must be a relative path").refine(inside, "must not contain . or .."),
});

/** The template of a revision, as it comes in and as it is kept. */
export const templateSchema = z
  .strictObject({
    image: z.string().min(1),
    args: z.array(z.string()).optional(),
    commands: z.array(z.string()).optional(),
    env: z.record(z.string().regex(/^[^=\0]+$/), z.string()),
    port: z.int().min(1).max(65535),
    mounts: z.array(mount),
    startupProbe: probe.optional(),
    livenessProbe: probe.optional(),
    readinessProbe: probe.optional(),
    minInstances: z.int().min(0).max(100),
    maxInstances: z.int().min(1).max(1000),
    concurrency: z.int().min(1).max(1000),
    timeoutSeconds: seconds,
    cpu: z.number().positive().max(64).optional(),
    memory: z.number().positive().optional(),
    cpuUtilization: z.number().min(0.1).max(1).optional(),
  })
  .refine((template) => template.minInstances <= template.maxInstances, {
    path: ["minInstances"],
    message: "must not be more than maxInstances",
  });

const name = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Traffic, as it comes in and as it is kept. */
export const trafficSchema = z.array(
  z.strictObject({
    target: z.union([z.literal("latest"), z.strictObject({ revision: z.string().min(1) })]),
    percent: z.int().min(0).max(100),
    tag: z.string().regex(name, "must be lower case letters, digits and dashes").optional(),
  }),
);

/** Labels of a service. */
export const labelsSchema = z.record(label.min(1), label);

/** Edges of a histogram, in seconds. */
export const bucketsSchema = z.array(z.number().positive()).max(50);

const serviceInput = z.strictObject({
  id: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[^/]+\/services\/[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "must be projects/P/locations/R/services/NAME",
    ),
  owner: z.string().min(1),
  labels: labelsSchema,
  latencyBuckets: bucketsSchema.optional(),
  template: templateSchema,
  revision: z.string().regex(name, "must be lower case letters, digits and dashes").optional(),
  traffic: trafficSchema,
});

/**
 * Checks a request to put a service.
 *
 * @throws CloudError `invalid`, naming each wrong field; values are not quoted, they may be secret
 */
export function parseServiceInput(value: unknown): CloudServiceInput {
  const parsed = serviceInput.safeParse(value);
  // Absent and undefined are the same here: it came as JSON.
  if (parsed.success) return parsed.data as CloudServiceInput;
  throw new CloudError("invalid", `The service is not valid. ${problemsOf(parsed.error, "service")}.`);
}

const trafficChange = z.strictObject({ etag: z.string().min(1), traffic: trafficSchema });

/** Checks a request to move a service's traffic. @throws CloudError `invalid`, naming each wrong field */
export function parseTrafficChange(value: unknown): CloudTrafficChange {
  const parsed = trafficChange.safeParse(value);
  if (parsed.success) return parsed.data as CloudTrafficChange;
  throw new CloudError("invalid", `The traffic is not valid. ${problemsOf(parsed.error, "traffic")}.`);
}

function problemsOf(error: z.ZodError, whole: string): string {
  return error.issues.map((issue) => `${issue.path.join(".") || whole}: ${issue.message}`).join("; ");
}

/** NAME of `projects/P/locations/R/services/NAME`. */
export function serviceName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Whether this is `projects/P/secrets/S/versions/N`. */
export function isSecretVersionId(id: string): boolean {
  return /^projects\/[^/]+\/secrets\/[^/]+\/versions\/[1-9]\d*$/.test(id);
}
