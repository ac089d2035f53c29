import { CloudClient } from "../cloud/client.ts";
import {
  appliedOutputs,
  type CheckFailure,
  checkedInputs,
  checkInputs,
  invoke as invokeModel,
  modelFor,
  plannedOutputs,
} from "../models/index.ts";
import { markSecret, type Properties, remark, UNKNOWN, unmark, valueAt } from "../models/values.ts";
import { diffResource, type ResourceDiff } from "./diff.ts";
import { ensureForeignVersion } from "./live/foreign-version.ts";
import { liveParts } from "./live/index.ts";
import { type LiveContext, type LiveResource, type LiveResult, NotReadyError } from "./live/live.ts";

/** One resource in one call. Properties carry Pulumi's marks. */
export interface ResourceCall {
  readonly token: string;
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  /** Checked inputs. */
  readonly inputs: Properties;
  /** Outputs of the last deployment; {} for a new resource. */
  readonly outputs: Properties;
  readonly project?: string | undefined;
  readonly signal: AbortSignal;
}

/** A resource after a call. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
}

/** The resource was made or changed, and does not work: the engine keeps it, and fails. */
export class InitializationError extends Error {
  readonly state: ResourceState;
  readonly inputs: Properties;

  constructor(message: string, state: ResourceState, inputs: Properties) {
    super(message);
    this.name = "InitializationError";
    this.state = state;
    this.inputs = inputs;
  }
}

/** What all the stand-in providers do. The model decides; types with a live part act in the local cloud too. */
export class SandboxProvider {
  readonly #folder: string | undefined;
  readonly #deleteProtected: boolean;

  /**
   * @param cloudFolder the local cloud's folder; without it, the models answer alone
   * @param deleteProtected whether to delete also what the real provider refuses to (`deletionProtection` and its like)
   */
  constructor(cloudFolder: string | undefined, deleteProtected = false) {
    this.#folder = cloudFolder;
    this.#deleteProtected = deleteProtected;
  }

  check(
    call: Pick<ResourceCall, "token" | "urn" | "name" | "inputs" | "project">,
    before: Properties,
  ): { inputs: Properties; failures: CheckFailure[] } {
    const failures = checkInputs(call.token, call.inputs);
    if (failures.length > 0) return { inputs: call.inputs, failures };
    return { inputs: checkedInputs(call.token, { ...call, before }), failures };
  }

  diff(call: ResourceCall, before: Properties): ResourceDiff {
    return diffResource(call.token, call, before, call.inputs);
  }

  /** What create or update would answer; values that only exist afterwards are unknown. */
  preview(call: ResourceCall): ResourceState {
    const previous = previousOf(call);
    const planned = plannedOutputs(call.token, { ...call, previous });
    // As with the real providers, no id is known before something is there.
    return { id: previous === undefined ? "" : (planned.id ?? ""), outputs: planned.outputs };
  }

  create(call: ResourceCall): Promise<ResourceState> {
    return this.#apply(call, "create");
  }

  update(call: ResourceCall): Promise<ResourceState> {
    return this.#apply(call, "update");
  }

  /** Undefined when the resource is gone. */
  async read(call: ResourceCall): Promise<ResourceState | undefined> {
    const live = await this.#live(call.token, call.signal);
    // What lives in the state alone is as the state says. Without a state there is nothing that could be read.
    if (Object.keys(call.outputs).length === 0 && live === undefined) return undefined;
    if (live === undefined) return { id: call.id, outputs: call.outputs };
    const result = await live.part.read(liveResource(call, unmark(call.outputs).value), live.context);
    return result === undefined
      ? undefined
      : {
          id: call.id,
          outputs: remark({ ...unmark(call.outputs).value, ...result.outputs }, call.outputs) as Properties,
        };
  }

  /** @throws when the provider protects the resource */
  async delete(call: ResourceCall): Promise<void> {
    const outputs = unmark(call.outputs).value;
    const refusal =
      outputs.deletionPolicy === "PREVENT"
        ? "cannot destroy a resource whose deletionPolicy is PREVENT"
        : modelFor(call.token)?.refuseDelete?.(outputs);
    if (refusal !== undefined && !this.#deleteProtected) throw new Error(refusal);
    if (outputs.deletionPolicy === "ABANDON") return;
    const live = await this.#live(call.token, call.signal);
    await live?.part.delete(liveResource(call, outputs), live.context);
  }

  async invoke(token: string, inputs: Properties, project: string | undefined): Promise<Properties> {
    const answer = invokeModel(token, inputs, project);
    if (!("secretData" in answer)) return answer;
    return { ...answer, ...(await this.#payload(String(answer.name))) };
  }

  /** The payload of a secret version, marked. `latest` is the highest there is. */
  async #payload(name: string): Promise<Properties> {
    if (this.#folder === undefined)
      throw new Error(`${name} cannot be read: there is no local cloud that holds it`);
    const cloud = await CloudClient.connect(this.#folder);
    await ensureForeignVersion(cloud, name);
    const prefix = name.slice(0, name.lastIndexOf("/") + 1);
    const wanted = name.slice(prefix.length);
    const versions = (await cloud.listSecrets())
      .filter(({ id }) => id.startsWith(prefix))
      .map(({ id }) => Number(id.slice(prefix.length)));
    const version = wanted === "latest" ? String(Math.max(0, ...versions)) : wanted;
    const payload = await cloud.getSecret(`${prefix}${version}`);
    if (payload === undefined)
      throw new Error(
        `${name} does not exist (versions that do: ${versions.sort((one, other) => one - other).join(", ") || "none"})`,
      );
    return {
      version,
      name: `${prefix}${version}`,
      id: `${prefix}${version}`,
      secretData: markSecret(Buffer.from(payload).toString("utf8")),
    };
  }

  async #apply(call: ResourceCall, verb: "create" | "update"): Promise<ResourceState> {
    const live = await this.#live(call.token, call.signal);
    const made = appliedOutputs(call.token, {
      ...call,
      previous: verb === "update" ? previousOf(call) : undefined,
    });
    if (made.id === UNKNOWN) throw new Error(`The model of ${call.token} gives no id to ${call.urn}`);
    const state = { id: verb === "update" ? call.id : made.id, outputs: made.outputs };
    if (live === undefined) return state;
    try {
      return merged(
        state,
        await live.part[verb](
          liveResource({ ...call, id: state.id }, unmark(state.outputs).value),
          live.context,
        ),
      );
    } catch (error) {
      if (!(error instanceof NotReadyError)) throw error;
      throw new InitializationError(error.message, merged(state, error.result), call.inputs);
    }
  }

  async #live(token: string, signal: AbortSignal) {
    const part = liveParts.get(token);
    if (part === undefined || this.#folder === undefined) return undefined;
    const context: LiveContext = {
      cloud: await CloudClient.connect(this.#folder),
      folder: this.#folder,
      signal,
    };
    return { part, context };
  }
}

function previousOf(call: ResourceCall): Properties | undefined {
  return Object.keys(call.outputs).length === 0 ? undefined : call.outputs;
}

function liveResource(call: ResourceCall, outputs: Properties): LiveResource {
  return { urn: call.urn, id: call.id, inputs: unmark(call.inputs).value, outputs };
}

/** A live part's findings over the model's outputs; what the model keeps secret stays so. */
function merged(state: ResourceState, result: LiveResult): ResourceState {
  return {
    id: result.id ?? state.id,
    outputs: remark({ ...unmark(state.outputs).value, ...result.outputs }, state.outputs) as Properties,
  };
}

/** The project of a provider's configuration; undefined when there is none yet. */
export function configuredProject(config: Properties): string | undefined {
  const project = valueAt(unmark(config).value, "project");
  return typeof project === "string" && project !== "" ? project : undefined;
}
