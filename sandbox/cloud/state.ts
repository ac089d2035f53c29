import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { CloudRevisionTemplate, CloudTraffic } from "./api.ts";
import { bucketsSchema, labelsSchema, templateSchema, trafficSchema } from "./schema.ts";

/** What is kept of a revision. */
export interface RevisionState {
  name: string;
  createdAt: string;
  template: CloudRevisionTemplate;
  /** `pending` until its first instances are ready, or it failed. */
  state: "pending" | "ready" | "failed";
  /** Why it failed. */
  failure?: string;
}

/** What is kept of a service. */
export interface ServiceState {
  id: string;
  owner: string;
  labels: Record<string, string>;
  latencyBuckets: number[];
  /** The router's port; chosen once. */
  port: number;
  /** Ports of tags; a tag that goes away gives its port back. */
  tagPorts: Record<string, number>;
  latestReadyRevision: string;
  latestCreatedRevision: string;
  traffic: CloudTraffic[];
  /** Oldest first. */
  revisions: RevisionState[];
}

/** Everything in `state.json`. */
export interface CloudState {
  format: 1;
  services: ServiceState[];
}

const port = z.int().min(1).max(65535);

const stateSchema = z.strictObject({
  format: z.literal(1),
  services: z.array(
    z.strictObject({
      id: z.string(),
      owner: z.string(),
      labels: labelsSchema,
      latencyBuckets: bucketsSchema,
      port,
      tagPorts: z.record(z.string(), port),
      latestReadyRevision: z.string(),
      latestCreatedRevision: z.string(),
      traffic: trafficSchema,
      revisions: z.array(
        z.strictObject({
          name: z.string(),
          createdAt: z.string(),
          template: templateSchema,
          state: z.enum(["pending", "ready", "failed"]),
          failure: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** State as text. */
export function encodeState(state: CloudState): string {
  return `${JSON.stringify(state, null, 1)}\n`;
}

/**
 * State from text.
 *
 * @throws Error naming the first thing that is wrong, and the way out
 */
export function decodeState(text: string, path = "state.json"): CloudState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(path, "it is no JSON");
  }
  const parsed = stateSchema.safeParse(value);
  if (parsed.success) return parsed.data as CloudState;
  const issue = parsed.error.issues[0];
  throw unreadable(path, `${issue?.path.join(".") || "content"}: ${issue?.message}`);
}

function unreadable(path: string, why: string): Error {
  return new Error(
    `The local cloud's state ${path} can't be read (${why}). Put a good copy there, or start anew with \`slipway sandbox reset\`.`,
  );
}

/** The saved state, or an empty one if nothing was saved yet. */
export function loadState(path: string): CloudState {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { format: 1, services: [] };
    throw error;
  }
  return decodeState(text, path);
}

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Eight characters that stand for a template: equal templates, equal characters. */
function templateHash(template: CloudRevisionTemplate): string {
  return createHash("sha256").update(canonical(template)).digest("hex").slice(0, 8);
}

/** Whether two templates make the same instances. */
export function sameTemplate(left: CloudRevisionTemplate, right: CloudRevisionTemplate): boolean {
  return canonical(left) === canonical(right);
}

/** Stands for a service as it is: another one once its traffic or its latest revisions are others. */
export function serviceEtag({ traffic, latestCreatedRevision, latestReadyRevision }: ServiceState): string {
  const what = canonical({ traffic, latestCreatedRevision, latestReadyRevision });
  return createHash("sha256").update(what).digest("hex").slice(0, 16);
}

/** The name of a revision that has none of its own: NAME-HASH, at most 63 characters. */
export function revisionName(service: string, template: CloudRevisionTemplate): string {
  return `${service.slice(0, 54)}-${templateHash(template)}`;
}
