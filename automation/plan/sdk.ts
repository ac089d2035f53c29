/**
 * The parts of Pulumi's SDK that its declarations leave out, typed as far as they are used here. They are what
 * `@pulumi/pulumi/runtime/mocks` and the Automation API's inline programs stand on; a new version of the SDK is
 * checked against them by `test/unit/plan`.
 */
import { Resource, runtime } from "@pulumi/pulumi";
import * as stateModule from "@pulumi/pulumi/runtime/state.js";

/** What the runtime keeps for one run of a program. */
export interface Store {
  /** What answers transforms and hooks; the SDK starts a gRPC server where this is not set. */
  callbacks: object | undefined;
  /** Set to say that whatever is still pending at exit is no leak. */
  terminated: boolean;
  readonly settings: { readonly options: { rootDirectory?: string } };
  readonly pendingResourceRegistrations: ReadonlyMap<unknown, PendingRegistration>;
}

/** A resource that was declared and can't be registered yet. */
interface PendingRegistration {
  readonly name: string;
  readonly type: string;
  readonly phase: string;
  readonly inputProperty?: string;
}

/** What a provider's SDK registers of itself. */
interface SdkRegistration {
  readonly version?: string;
}

interface State {
  getStore(): Store;
  withLocalStorage<Result>(callback: () => Promise<Result>): Promise<Result>;
  getResourceModules(): ReadonlyMap<string, readonly SdkRegistration[]>;
  getResourcePackages(): ReadonlyMap<string, readonly SdkRegistration[]>;
}

export const state = stateModule as unknown as State;

/** `Resource.stackTrace`, with which the SDK finds where each resource was declared: a good third of a resource's cost. */
export const resourceClass = Resource as unknown as { stackTrace: (skip: number) => unknown[] };

/** Waits until nothing is being registered any more, nor about to be. */
export const waitForRegistrations = (runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs;
