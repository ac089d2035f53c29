import type { CloudClient } from "../../cloud/client.ts";
import type { Properties } from "../../models/values.ts";

/** A resource as a live part sees it: everything known, no marks. */
export interface LiveResource {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  /** What the model answers; a live part puts its own findings over it. */
  readonly outputs: Properties;
  /** The outputs of the last deployment. */
  readonly before?: Properties | undefined;
}

/** What a live part needs. */
export interface LiveContext {
  readonly cloud: CloudClient;
  /** The cloud's folder, for what is kept beside it. */
  readonly folder: string;
  /** Fires when the engine cancels. */
  readonly signal: AbortSignal;
}

/** What a live part found: outputs that differ from the model's, and the id where only the cloud knows it. */
export interface LiveResult {
  readonly id?: string;
  readonly outputs: Properties;
  /** Of a resource that was read: its inputs as they would have to be for what is there now, where they differ. */
  readonly inputs?: Properties;
}

/** A live part with what it needs. */
export interface BoundPart {
  /** Looks whether a create or an update would be refused. @throws with the reason */
  preview?(resource: LiveResource, verb: "create" | "update"): Promise<void>;
  /** Whether what the state knows is not there: another cluster came in its place, or someone deleted it. */
  isMissing?(resource: LiveResource): Promise<boolean>;
  create(resource: LiveResource): Promise<LiveResult>;
  update(resource: LiveResource): Promise<LiveResult>;
  /** Undefined when it is there no more. */
  read(resource: LiveResource): Promise<LiveResult | undefined>;
  delete(resource: LiveResource): Promise<void>;
}

/** What a resource type does in the local cloud, beside being kept in the state. */
export interface LivePart {
  create(resource: LiveResource, context: LiveContext): Promise<LiveResult>;
  update(resource: LiveResource, context: LiveContext): Promise<LiveResult>;
  /** Undefined when the cloud has it no more. */
  read(resource: LiveResource, context: LiveContext): Promise<LiveResult | undefined>;
  delete(resource: LiveResource, context: LiveContext): Promise<void>;
}

/**
 * The resource is there, but does not work. The engine keeps it in the state, so that the next run repairs it
 * and nothing is orphaned.
 */
export class NotReadyError extends Error {
  readonly result: LiveResult;

  constructor(message: string, result: LiveResult) {
    super(message);
    this.name = "NotReadyError";
    this.result = result;
  }
}

/** Gives a live part what it needs. */
export function bound(part: LivePart, context: LiveContext): BoundPart {
  return {
    create: (resource) => part.create(resource, context),
    update: (resource) => part.update(resource, context),
    read: (resource) => part.read(resource, context),
    delete: (resource) => part.delete(resource, context),
  };
}
