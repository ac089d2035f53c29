import type * as grpc from "@grpc/grpc-js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { DeclaredResource, InputFailure, ResourceModels } from "./models.ts";
import { optionsOf } from "./options.ts";
import { type Construction, constructionOf } from "./source.ts";
import { formUrn, stackType } from "./urn.ts";
import { collectTexts, type Json, type KnownTexts, secretWire, unknownValue, type WireMap } from "./wire.ts";

/** One resource of the program, as it was registered. Values are in the wire's form. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
  /** Whether a provider makes it; otherwise it is a component. */
  readonly custom: boolean;
  /** What the program gave. */
  readonly inputs: WireMap;
  /** The inputs with the names and defaults that the provider adds: what policies judge. */
  readonly checked: WireMap;
  /** What a preview knows of it once it is made, or what a component registered. */
  outputs: WireMap;
  /** URNs, explicit and implied by inputs, sorted. */
  readonly dependencies: readonly string[];
  /** For each input that other resources have a part in, their URNs. */
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
  /** The options that were set, and differ from what they are by themselves. */
  readonly options: { readonly [option: string]: Json };
  /** The explicit provider's URN, if there is one. */
  readonly provider: string | undefined;
  readonly construction: Construction;
}

/** A resource that can't be as it is declared, or a function that can't be called so. */
export interface ResourceProblem extends InputFailure {
  /** Empty for a function, whose token is then the path. */
  readonly urn: string;
}

/** By number in `ResourceMonitorFeature` of Pulumi's protocol, which is an enum of a module that only exists as CommonJS. */
const features = [
  0, // secrets
  1, // resource references
  3, // alias specs
  4, // replacement trigger
  5, // deleted with
  6, // replace with
  7, // transforms
  8, // invoke transforms
  9, // parameterization
  10, // resource hooks
  11, // error hooks
  16, // state migrations
];

type Respond<Response> = (error: Partial<grpc.ServiceError> | null, response?: Response) => void;

/**
 * Stands where the engine's resource monitor does, in the program's own process, and answers as a preview of a stack
 * that isn't there yet. It never refuses a registration: what is wrong is written down, so that one run finds all of it.
 */
export class PlanMonitor {
  readonly resources = new Map<string, RegisteredResource>();
  readonly problems: ResourceProblem[] = [];
  /** What the reader should know of what this plan doesn't tell. */
  readonly notes = new Set<string>();
  /** Texts of the values seen so far. */
  readonly texts: KnownTexts;
  readonly #stack: string;
  readonly #project: string;
  readonly #models: ResourceModels;

  constructor(stack: string, project: string, models: ResourceModels) {
    this.#stack = stack;
    this.#project = project;
    this.#models = models;
    this.texts = { secret: new Set(), clear: new Set([stack, project]) };
  }

  registerResource(request: RegisterResourceRequest, respond: Respond<object>): void {
    const inputs = structOf(request.getObject());
    const parent = request.getParent() || undefined;
    const [type, name] = [request.getType(), request.getName()];
    const urn = formUrn(this.#stack, this.#project, parent, type, name);
    if (this.resources.has(urn)) {
      this.problems.push({ urn, path: "", reason: duplicateReason(type, name, parent) });
    }
    const provider = request.getProvider().replace(/::[^:]*$/, "") || undefined;
    const declared = { type, name, urn, inputs, provider: this.resources.get(provider ?? "")?.inputs };
    const { checked, outputs } = request.getCustom()
      ? this.#made(declared, request.getAdditionalsecretoutputsList())
      : { checked: inputs, outputs: inputs };
    collectTexts(inputs, this.texts);
    collectTexts(outputs, this.texts);
    this.resources.set(urn, {
      urn,
      type,
      name,
      parent,
      custom: request.getCustom(),
      inputs,
      checked,
      outputs,
      dependencies: request.getDependenciesList().toSorted(),
      propertyDependencies: propertyDependencies(request),
      options: optionsOf(request),
      provider,
      construction: constructionOf(request),
    });
    const response = {
      getUrn: () => urn,
      getId: () => knownId(outputs),
      // The SDK wants a protobuf Struct for nothing but this method; making one would double the cost of a resource.
      getObject: () => ({ toJavaScript: () => outputs }),
      getPropertydependenciesMap: () => undefined,
      getResult: () => 0,
      getUnknown: () => false,
    };
    // A turn of the event loop for each resource: otherwise nothing else gets one until the last is registered,
    // neither the progress line nor Ctrl-C.
    setImmediate(() => respond(null, response));
  }

  /** Checks a custom resource's inputs and works out what a preview knows of it. */
  #made(
    declared: DeclaredResource,
    secretOutputs: readonly string[],
  ): Pick<RegisteredResource, "checked" | "outputs"> {
    const { inputs } = declared;
    const asGiven = { checked: inputs, outputs: marked(inputs, secretOutputs) };
    if (isPulumisOwn(declared.type)) return asGiven;
    const failures = this.#models.check(declared);
    if (failures === undefined) {
      this.notes.add(
        `nothing is known here of ${declared.type}: its inputs are not checked, its outputs are unknown`,
      );
      return asGiven;
    }
    this.problems.push(...failures.map((failure) => ({ urn: declared.urn, ...failure })));
    // Outputs are made from inputs that are right; from wrong ones they would be nonsense, or a crash.
    if (failures.length > 0) return asGiven;
    return {
      checked: this.#models.checked(declared),
      outputs: marked(this.#models.outputs(declared), secretOutputs),
    };
  }

  registerResourceOutputs(request: RegisterResourceOutputsRequest, respond: Respond<object>): void {
    const resource = this.resources.get(request.getUrn());
    const outputs = structOf(request.getOutputs());
    collectTexts(outputs, this.texts);
    if (resource !== undefined) resource.outputs = outputs;
    respond(null, {});
  }

  /** Reads a resource that is there already: nothing but its id and what the program says of it is known here. */
  readResource(request: ReadResourceRequest, respond: Respond<object>): void {
    const urn = formUrn(
      this.#stack,
      this.#project,
      request.getParent(),
      request.getType(),
      request.getName(),
    );
    const properties = structOf(request.getProperties());
    this.notes.add(
      `"${request.getName()}" (${request.getType()}) is read from the cloud: its outputs are unknown here`,
    );
    respond(null, {
      getUrn: () => urn,
      getProperties: () => ({ toJavaScript: () => properties }),
    });
  }

  invoke(request: ResourceInvokeRequest, respond: Respond<object>): void {
    const token = request.getTok();
    let answer: WireMap | undefined;
    try {
      answer = this.#models.invoke(token, structOf(request.getArgs()));
      if (answer === undefined)
        this.notes.add(`nothing is known here of the function ${token}: its result is unknown`);
    } catch (error) {
      this.problems.push({
        urn: "",
        path: token,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    collectTexts(answer ?? {}, this.texts);
    respond(null, {
      getReturn: () => ({ toJavaScript: () => answer ?? {} }),
      getFailuresList: () => [],
      getUnknown: () => answer === undefined,
    });
  }

  call(request: ResourceCallRequest, respond: Respond<object>): void {
    respond({ details: `a plan can't call ${request.getTok()}, a method that only its provider has` });
  }

  registerPackage(_request: unknown, respond: Respond<object>): void {
    respond(null, { getRef: () => "" });
  }

  /** What the SDK may ask for here. It keeps functions from running on what isn't there yet by itself, if not told that the engine does. */
  getDeploymentInfo(_request: unknown, respond: Respond<object>): void {
    respond(null, { getSupportedfeaturesList: () => features });
  }

  /** The root's outputs: what the program exports. */
  stackOutputs(): WireMap {
    for (const resource of this.resources.values()) if (resource.type === stackType) return resource.outputs;
    return {};
  }
}

function structOf(struct: { toJavaScript(): object } | undefined): WireMap {
  return (struct?.toJavaScript() ?? {}) as WireMap;
}

/** Resources that the engine itself looks after: explicit providers, references to stacks. */
function isPulumisOwn(type: string): boolean {
  return type.startsWith("pulumi:");
}

/** Outputs with those marked as secret that the program wants so. */
function marked(outputs: WireMap, secretOutputs: readonly string[]): WireMap {
  const secrets = secretOutputs.filter((name) => outputs[name] !== undefined);
  if (secrets.length === 0) return outputs;
  return {
    ...outputs,
    ...Object.fromEntries(secrets.map((name) => [name, secretWire(outputs[name] ?? null)])),
  };
}

/** The id, if a preview knows it; the SDK takes an empty one for unknown. */
function knownId(outputs: WireMap): string {
  const id = outputs.id;
  return typeof id === "string" && id !== unknownValue ? id : "";
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, readonly string[]> {
  const found: [string, readonly string[]][] = [];
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    if (dependencies.getUrnsList().length > 0) found.push([property, dependencies.getUrnsList().toSorted()]);
  });
  return Object.fromEntries(found);
}

function duplicateReason(type: string, name: string, parent: string | undefined): string {
  const place = parent === undefined || parent.includes(`::${stackType}::`) ? "the stack" : `"${parent}"`;
  return `there are two resources of type ${type} named "${name}" under ${place}: their URNs would be one. Rename one of them, or give it another parent.`;
}
