import { functionModels } from "../../sandbox/models/catalogue.ts";
import {
  checkedInputs,
  checkInputs,
  invoke,
  modelFor,
  type ProviderSettings,
  plannedOutputs,
} from "../../sandbox/models/index.ts";
import type { DeclaredResource, ResourceModels } from "./models.ts";
import { secretWire, unknownValue, type Wire, type WireMap } from "./wire.ts";

const secretVersion = "gcp:secretmanager/secretVersion:SecretVersion";

/** The models of the sandbox's stand-in providers, asked in this process: what a plan shows is what they would answer. */
export function sandboxModels(config: Readonly<Record<string, string>>): ResourceModels {
  const project = config["gcp:project"];
  const argsOf = ({ type, urn, name, inputs, provider }: DeclaredResource) => ({
    urn,
    name,
    inputs: { ...inputs },
    project,
    settings: settingsOf(type.split(":")[0] ?? "", config, provider),
  });
  const firstVersions = new Map<string, string>();
  return {
    check: ({ type, inputs }) =>
      modelFor(type) === undefined ? undefined : checkInputs(type, { ...inputs }),
    checked: (resource) => checkedInputs(resource.type, argsOf(resource)) as WireMap,
    outputs: (resource) => {
      const { id, outputs, secretOutputs } = plannedOutputs(resource.type, argsOf(resource));
      const secrets = secretOutputs.map((name) => [name, secretWire((outputs[name] ?? null) as Wire)]);
      const known = { ...(outputs as WireMap), ...(id === undefined ? {} : { id }) };
      return {
        ...(resource.type === secretVersion ? numbered(resource.urn, known, firstVersions) : known),
        ...Object.fromEntries(secrets),
      };
    },
    invoke: (token, inputs) =>
      functionModels.has(token) ? (invoke(token, { ...inputs }, project) as WireMap) : undefined,
  };
}

/** A provider's configuration: what the stack says, and over it what an explicit provider is given. */
function settingsOf(
  name: string,
  config: Readonly<Record<string, string>>,
  provider: WireMap | undefined,
): ProviderSettings {
  const given = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(`${name}:`) ? [[key.slice(name.length + 1), value]] : [],
  );
  const explicit = Object.entries(provider ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== unknownValue,
  );
  return Object.fromEntries([...given, ...explicit]);
}

/**
 * A plan is of a stack that isn't there yet: the first version of a secret gets the number 1, and what names it can be shown.
 * Of a second one nobody knows whether it is made second.
 */
function numbered(urn: string, outputs: WireMap, firstVersions: Map<string, string>): WireMap {
  const { secret } = outputs;
  if (typeof secret !== "string" || secret === unknownValue || outputs.version !== unknownValue)
    return outputs;
  if (!firstVersions.has(secret)) firstVersions.set(secret, urn);
  if (firstVersions.get(secret) !== urn) return outputs;
  const name = `${secret}/versions/1`;
  return { ...outputs, version: "1", name, id: name };
}
