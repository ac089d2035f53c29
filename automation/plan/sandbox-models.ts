import { functionModels } from "../../sandbox/models/catalogue.ts";
import { checkedInputs, checkInputs, invoke, modelFor, plannedOutputs } from "../../sandbox/models/index.ts";
import type { DeclaredResource, ResourceModels } from "./models.ts";
import { secretWire, type Wire, type WireMap } from "./wire.ts";

/** The models of the sandbox's stand-in providers, asked in this process: what a plan shows is what they would answer. */
export function sandboxModels(config: Readonly<Record<string, string>>): ResourceModels {
  const project = config["gcp:project"];
  const argsOf = ({ urn, name, inputs }: DeclaredResource) => ({ urn, name, inputs: { ...inputs }, project });
  return {
    check: ({ type, inputs }) =>
      modelFor(type) === undefined ? undefined : checkInputs(type, { ...inputs }),
    checked: (resource) => checkedInputs(resource.type, argsOf(resource)) as WireMap,
    outputs: (resource) => {
      const { id, outputs, secretOutputs } = plannedOutputs(resource.type, argsOf(resource));
      const secrets = secretOutputs.map((name) => [name, secretWire((outputs[name] ?? null) as Wire)]);
      return { ...(outputs as WireMap), ...Object.fromEntries(secrets), ...(id === undefined ? {} : { id }) };
    },
    invoke: (token, inputs) =>
      functionModels.has(token) ? (invoke(token, { ...inputs }, project) as WireMap) : undefined,
  };
}
