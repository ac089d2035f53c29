import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What the engine says of a resource that it looked at. */
export type OutputsEvent = NonNullable<EngineEvent["resOutputsEvent"]>;

/** A resource that is not as it was deployed. */
export type Observed = OutputsEvent["metadata"];

/** A resource as the engine found it, where it differs from the state; undefined where it does not. */
export function observedDrift({ resOutputsEvent }: EngineEvent): Observed | undefined {
  const metadata = resOutputsEvent?.metadata;
  if (metadata === undefined || metadata.urn.includes("::pulumi:")) return undefined;
  const gone = metadata.op === "delete" || (metadata.op === "refresh" && metadata.new === undefined);
  return gone || metadata.op === "update" ? metadata : undefined;
}

/** Whether it is there no more. */
export function isGone({ op, new: found }: Observed): boolean {
  return op === "delete" || found === undefined || found === null;
}
