import { functionModels, packageModel, resourceModels } from "./catalogue.ts";
import { checkAgainst } from "./check.ts";
import { outputContext } from "./context.ts";
import { completeInputs } from "./inputs.ts";
import type { CheckFailure, ProviderSettings, ResourceModel } from "./model.ts";
import { declaredSecrets, resourceShape } from "./shape.ts";
import { containsUnknown, markSecret, type Properties, remark, UNKNOWN, unmark } from "./values.ts";

export type { CheckFailure, ProviderSettings, ResourceModel } from "./model.ts";
export { UNKNOWN } from "./values.ts";

/** The model of a resource type such as `gcp:cloudrunv2/service:Service`; undefined when there is none. */
export function modelFor(token: string): ResourceModel | undefined {
  return resourceModels.get(token) ?? packageModel(token);
}

/** The types that have a model of their own, sorted; a package's model of all its types is beside them. */
export function modelledTypes(): readonly string[] {
  return [...resourceModels.keys()].sort();
}

/**
 * What is wrong with a resource's inputs: misspelt and missing fields, wrong types, values, ranges, and combinations that
 * the service refuses. Empty when all is well. Unknowns are accepted everywhere; secrets are looked into and never quoted.
 * @throws when the type has no model.
 */
export function checkInputs(token: string, inputs: Properties): CheckFailure[] {
  const { model, shape } = required(token);
  if (model.refusal !== undefined) return [{ path: "", reason: model.refusal }];
  return checkAgainst(model, shape, unmark(inputs));
}

/** What `checkedInputs` and `plannedOutputs` are given. */
export interface ResourceArgs {
  readonly urn: string;
  /** The logical name. */
  readonly name: string;
  /** As the program gave them; marks of secrets and unknowns may stand anywhere. */
  readonly inputs: Properties;
  /** The provider's project, for resources that name none. */
  readonly project?: string | undefined;
  /** The provider's configuration. */
  readonly settings?: ProviderSettings | undefined;
  /** The inputs of the last deployment, whose made-up names are kept. */
  readonly before?: Properties | undefined;
  /** The outputs of the last deployment; what creation settled is taken from them. */
  readonly previous?: Properties | undefined;
}

/** The inputs as the provider's Check hands them to the engine and to policies: with physical names and defaults. */
export function checkedInputs(token: string, args: ResourceArgs): Properties {
  return completeInputs(required(token).model, args.urn, args.name, args.inputs, args.before, args.settings);
}

/** What the provider says of a resource before it exists. */
export interface PlannedResource {
  /** Undefined when the id exists only after creation. */
  readonly id: string | undefined;
  /** Inputs, defaults and what derives from them; `UNKNOWN` for what only creation can tell. */
  readonly outputs: Properties;
  /** Names of outputs that are secret. Their values are marked, and unknown unless they are inputs. */
  readonly secretOutputs: readonly string[];
}

/** The outputs of a resource as a preview shows them. The same arguments give the same answer. */
export function plannedOutputs(token: string, args: ResourceArgs): PlannedResource {
  const result = outputsOf(token, { ...args, mode: "plan" });
  return { ...result, id: result.id === UNKNOWN ? undefined : result.id };
}

/** What a create or an update of the provider answers, before any live part. Secret outputs are real and marked. */
export interface AppliedResource {
  readonly id: string;
  readonly outputs: Properties;
  readonly secretOutputs: readonly string[];
}

/** The outputs of a resource that is made (`previous` undefined) or updated. `inputs` are checked ones. */
export function appliedOutputs(token: string, args: ResourceArgs): AppliedResource {
  return outputsOf(token, { ...args, mode: "apply" });
}

function outputsOf(token: string, args: ResourceArgs & { readonly mode: "plan" | "apply" }): AppliedResource {
  const { model, shape } = required(token);
  const marked = completeInputs(model, args.urn, args.name, args.inputs, args.before, args.settings);
  const inputs = unmark(marked).value;
  const context = outputContext({
    ...args,
    inputs,
    previous: args.previous === undefined ? undefined : unmark(args.previous).value,
  });
  const plain = {
    ...inputs,
    ...(shape.has("project") && context.project !== UNKNOWN ? { project: context.project } : {}),
    ...model.outputs?.(context),
  };
  const outputs = remark(plain, marked) as Properties;
  // Write-only inputs (`secretDataWo`) are for the service alone: the provider never hands them back.
  for (const name of Object.keys(outputs))
    if (name.endsWith("Wo") || outputs[name] === undefined) delete outputs[name];
  const secretOutputs = [...new Set([...declaredSecrets(token), ...(model.secrets ?? [])])].filter(
    (name) => name in outputs,
  );
  for (const name of secretOutputs) outputs[name] = markSecret(outputs[name]);
  return { id: model.id(context, plain), outputs, secretOutputs };
}

/**
 * The answer of a provider's function such as `gcp:organizations/getProject:getProject`. Unknown arguments make every
 * output unknown: the answer is then undefined.
 * @throws when the function has no model.
 */
export function invoke(token: string, inputs: Properties, project = "slipway-sandbox"): Properties {
  const model = functionModels.get(token);
  if (model === undefined)
    throw new Error(
      `The sandbox has no model of the function ${token}: add one under sandbox/models/ and list it in sandbox/models/catalogue.ts`,
    );
  if (containsUnknown(inputs)) return {};
  return model.answer(unmark(inputs).value, { project });
}

function required(token: string): {
  model: ResourceModel;
  shape: NonNullable<ReturnType<typeof resourceShape>>;
} {
  const model = modelFor(token);
  const shape = model === undefined ? undefined : resourceShape(token);
  if (model !== undefined && shape !== undefined) return { model, shape };
  const [provider = "PROVIDER", path = ""] = token.split(":");
  const service =
    path.includes("/") && !path.startsWith("index/") ? `${provider}/${path.split("/")[0]}` : provider;
  throw new Error(
    `The sandbox has no model of the resource type ${token}: add one in sandbox/models/${service}.ts and list it in sandbox/models/catalogue.ts`,
  );
}
