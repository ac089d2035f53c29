import { isObjective, type ObjectiveSummary } from "./objective-text.ts";
import { at } from "./read.ts";
import type { PlanResource } from "./resources.ts";
import type { Json } from "./wire.ts";

export { objectiveText } from "./objective-text.ts";

/** What a service promises and what it can bear, read from its own annotations. */
export interface ServiceSummary {
  readonly urn: string;
  readonly name: string;
  /** System that it belongs to, where it says so. */
  readonly system?: string;
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
  const autoscalers = new Map(
    resources
      .filter(({ type }) => type === AUTOSCALER)
      .map(({ inputs }) => [scaledBy(inputs), inputs] as const),
  );
  return resources
    .flatMap((resource) => {
      const { type, inputs } = resource;
      if (type === CLOUD_RUN) {
        return summaryOf(resource, inputs, at(inputs, "labels", "system"), cloudRunInstances(inputs));
      }
      const podLabels = at(inputs, "spec", "template", "metadata", "labels");
      if (type !== DEPLOYMENT || at(podLabels, "slipway.dev/track") === "candidate") return [];
      const { metadata } = inputs;
      const system = at(metadata, "labels", "app.kubernetes.io/part-of");
      const instances = podInstances(inputs, autoscalers.get(objectKey("Deployment", metadata, metadata)));
      return summaryOf(resource, metadata, system, instances);
    })
    .sort((a, b) => (fullName(a) < fullName(b) ? -1 : fullName(a) > fullName(b) ? 1 : 0));
}

/** What an autoscaler aims at. */
function scaledBy({ metadata, spec }: PlanResource["inputs"]): string {
  const target = at(spec, "scaleTargetRef");
  return objectKey(String(at(target, "kind")), metadata, target);
}

function objectKey(kind: string, inNamespace: Json | undefined, named: Json | undefined): string {
  return `${kind} ${at(inNamespace, "namespace")}/${at(named, "name")}`;
}

/** `ethixai/backend`: services of two systems may have one name. */
export function fullName({ system, name }: Pick<ServiceSummary, "system" | "name">): string {
  return system === undefined ? name : `${system}/${name}`;
}

/** @param described what bears its name and annotations: a Cloud Run service itself, an object's metadata */
function summaryOf(
  { urn, name }: PlanResource,
  described: Json | undefined,
  system: Json | undefined,
  instances: ServiceSummary["instances"],
): ServiceSummary[] {
  const annotations = at(described, "annotations");
  const named = at(described, "name");
  const capacityPerInstance = number(at(annotations, "slipway.dev/capacity-per-instance"));
  const peak = number(at(annotations, "slipway.dev/peak"));
  if (capacityPerInstance === undefined || peak === undefined) return [];
  return [
    {
      urn,
      name: typeof named === "string" && !named.startsWith("[") ? named : name,
      ...(typeof system === "string" && !system.startsWith("[") ? { system } : {}),
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
  { spec }: PlanResource["inputs"],
  autoscaler: PlanResource["inputs"] | undefined,
): ServiceSummary["instances"] {
  const replicas = number(at(spec, "replicas")) ?? 1;
  if (autoscaler === undefined) return { min: replicas, max: replicas };
  const min = number(at(autoscaler, "spec", "minReplicas")) ?? 1;
  return { min, max: number(at(autoscaler, "spec", "maxReplicas")) ?? min };
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
