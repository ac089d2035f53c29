import { at } from "./read.ts";
import type { PlanResource } from "./resources.ts";
import type { Json } from "./wire.ts";

/** An objective, as a service carries it. */
export interface ObjectiveSummary {
  readonly name: string;
  readonly kind: string;
  /** Percent of good events. */
  readonly target: number;
  readonly windowDays: number;
  readonly owner: string;
  /** For latency: how long a good request takes at most. */
  readonly thresholdSeconds?: number;
}

/** What a service promises and what it can bear, read from its own annotations. */
export interface ServiceSummary {
  readonly urn: string;
  readonly name: string;
  readonly instances: { readonly min: number; readonly max: number };
  /** Requests per second that one instance serves. */
  readonly capacityPerInstance: number;
  /** Requests per second to be served at peak. */
  readonly peak: number;
  /** Instances that the peak takes. */
  readonly instancesAtPeak: number;
  readonly objectives: readonly ObjectiveSummary[];
}

const CLOUD_RUN = "gcp:cloudrunv2/service:Service";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

/**
 * The services of a plan that state their capacity, sorted by name: on Cloud Run, and on Kubernetes, where a release's
 * candidate is not one of its own.
 */
export function serviceSummaries(resources: readonly PlanResource[]): ServiceSummary[] {
  return resources
    .flatMap((resource) => {
      const { type, inputs } = resource;
      if (type === CLOUD_RUN) {
        return summaryOf(resource, at(inputs, "annotations"), at(inputs, "name"), cloudRunInstances(inputs));
      }
      const podLabels = at(inputs, "spec", "template", "metadata", "labels");
      if (type !== DEPLOYMENT || at(podLabels, "slipway.dev/track") === "candidate") return [];
      const { metadata } = inputs;
      const instances = podInstances(inputs, resources);
      return summaryOf(resource, at(metadata, "annotations"), at(metadata, "name"), instances);
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function summaryOf(
  { urn, name }: PlanResource,
  annotations: Json | undefined,
  named: Json | undefined,
  instances: ServiceSummary["instances"],
): ServiceSummary[] {
  const capacityPerInstance = number(at(annotations, "slipway.dev/capacity-per-instance"));
  const peak = number(at(annotations, "slipway.dev/peak"));
  if (capacityPerInstance === undefined || peak === undefined) return [];
  return [
    {
      urn,
      name: typeof named === "string" && !named.startsWith("[") ? named : name,
      instances,
      capacityPerInstance,
      peak,
      instancesAtPeak: Math.ceil(peak / capacityPerInstance),
      objectives: objectives(at(annotations, "slipway.dev/objectives")),
    },
  ];
}

function cloudRunInstances(inputs: PlanResource["inputs"]): ServiceSummary["instances"] {
  const scaling = at(inputs, "template", "scaling");
  return {
    min: number(at(scaling, "minInstanceCount")) ?? 0,
    max: number(at(scaling, "maxInstanceCount")) ?? 100,
  };
}

/** What the autoscaler that aims at a Deployment may do; without one, the replicas that it states. */
function podInstances(
  { metadata, spec }: PlanResource["inputs"],
  resources: readonly PlanResource[],
): ServiceSummary["instances"] {
  const scaler = resources.find(
    ({ type, inputs }) =>
      type === AUTOSCALER &&
      at(inputs, "metadata", "namespace") === at(metadata, "namespace") &&
      at(inputs, "spec", "scaleTargetRef", "kind") === "Deployment" &&
      at(inputs, "spec", "scaleTargetRef", "name") === at(metadata, "name"),
  )?.inputs;
  const replicas = number(at(spec, "replicas")) ?? 1;
  if (scaler === undefined) return { min: replicas, max: replicas };
  const min = number(at(scaler, "spec", "minReplicas")) ?? 1;
  return { min, max: number(at(scaler, "spec", "maxReplicas")) ?? min };
}

function number(value: Json | undefined): number | undefined {
  const result = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof result === "number" && Number.isFinite(result) ? result : undefined;
}

/** Objectives from the annotation that carries them as JSON. One that can't be read is a policy's business, not a report's. */
function objectives(annotation: Json | undefined): ObjectiveSummary[] {
  if (typeof annotation !== "string") return [];
  try {
    const parsed: unknown = JSON.parse(annotation);
    return Array.isArray(parsed) ? parsed.filter(isObjective) : [];
  } catch {
    return [];
  }
}

function isObjective(value: unknown): value is ObjectiveSummary {
  const { name, kind, target, windowDays, owner } = (value ?? {}) as Record<string, unknown>;
  return (
    [name, kind, owner].every((text) => typeof text === "string") &&
    [target, windowDays].every(Number.isFinite)
  );
}

/** An objective in words: `99 % of requests under 2 s, over 30 days`. */
export function objectiveText({ kind, target, windowDays, thresholdSeconds }: ObjectiveSummary): string {
  const good =
    kind === "latency" && thresholdSeconds !== undefined
      ? `of requests under ${thresholdSeconds < 1 ? `${Math.round(thresholdSeconds * 1000)} ms` : `${thresholdSeconds} s`}`
      : kind === "availability"
        ? "of requests answered without a server error"
        : `good (${kind})`;
  return `${target} % ${good}, over ${windowDays} days`;
}

/** A service's capacity in words: `3 to 13 instances; peak 50/s takes 4 of them at 15/s each`. */
export function capacityText({
  instances,
  capacityPerInstance,
  peak,
  instancesAtPeak,
}: ServiceSummary): string {
  const enough =
    instancesAtPeak <= instances.max ? "" : `, ${instancesAtPeak - instances.max} more than it may have`;
  return `${instances.min} to ${instances.max} instances; ${peak} requests/s at peak take ${instancesAtPeak} at ${capacityPerInstance}/s each${enough}`;
}
