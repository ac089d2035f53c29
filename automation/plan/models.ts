import type { WireMap } from "./wire.ts";

/** Something wrong with one input of a resource. */
export interface InputFailure {
  /** The field, such as `template.containers[0].image`; empty for the resource as a whole. */
  readonly path: string;
  readonly reason: string;
}

/** A resource that the program declares, as the models are asked about it. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** What the program gave, with the wire's marks in it. */
  readonly inputs: WireMap;
  /** The configuration of its explicit provider, if it has one. */
  readonly provider?: WireMap | undefined;
}

/**
 * What stands in the engine's place for what only a provider knows. All values are in the wire's form.
 */
export interface ResourceModels {
  /** What is wrong with a resource's inputs; undefined where there is no model of its type. */
  check(resource: DeclaredResource): readonly InputFailure[] | undefined;
  /** Inputs that passed the check, with the names and defaults that the provider adds. */
  checked(resource: DeclaredResource): WireMap;
  /** The resource's properties, as far as a preview can know them; inputs included. */
  outputs(resource: DeclaredResource): WireMap;
  /** What a provider's function answers; undefined where there is no model of it. Throws where its arguments are wrong. */
  invoke(token: string, inputs: WireMap): WireMap | undefined;
}
