import { CloudClient } from "../cloud/client.ts";
import { readConnection } from "../kubernetes/connection.ts";
import {
  appliedOutputs,
  type CheckFailure,
  checkedInputs,
  checkInputs,
  invoke as invokeModel,
  modelFor,
  type ProviderSettings,
  plannedOutputs,
} from "../models/index.ts";
import { markSecret, type Properties, remark, UNKNOWN, unmark } from "../models/values.ts";
import { diffResource, type ResourceDiff } from "./diff.ts";
import { ensureForeignVersion } from "./live/foreign-version.ts";
import { liveParts } from "./live/index.ts";
import { type BoundPart, bound, type LiveResource, type LiveResult, NotReadyError } from "./live/live.ts";

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
  /** The provider's configuration. */
  readonly settings: ProviderSettings;
  /** Seconds that the program lets the call take; 0 unless told. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** A resource after a call. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
  /** Of a resource that was read: what its inputs would be, where that differs from what they were. */
  readonly inputs?: Properties;
}

/** Where the stand-in providers act, beside the state. */
export interface SandboxFolders {
  /** The local cloud's folder; without it, the models answer for it alone. */
  readonly cloud?: string | undefined;
  /** The folder with the connection to the cluster (`SandboxPaths.kubernetes`); without one there, objects live in the state alone. */
  readonly kubernetes?: string | undefined;
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
  readonly #kubernetesFolder: string | undefined;
  readonly #deleteProtected: boolean;

  /**
   * @param folders where resources live, beside the state
   * @param deleteProtected whether to delete also what the real provider refuses to (`deletionProtection` and its like)
   */
  constructor(folders: SandboxFolders, deleteProtected = false) {
    this.#folder = folders.cloud;
    this.#kubernetesFolder = folders.kubernetes;
    this.#deleteProtected = deleteProtected;
  }

  check(
    call: Pick<ResourceCall, "token" | "urn" | "name" | "inputs" | "project" | "settings">,
    before: Properties,
  ): { inputs: Properties; failures: CheckFailure[] } {
    const failures = checkInputs(call.token, call.inputs);
    if (failures.length > 0) return { inputs: call.inputs, failures };
    return { inputs: checkedInputs(call.token, { ...call, before }), failures };
  }

  /**
   * What has changed of a resource. One that is gone from the cluster has changed as a whole: it is made again, by an
   * update, which the sandbox needs more than others do, since its cluster comes and goes beside its state.
   */
  async diff(call: ResourceCall, before: Properties): Promise<ResourceDiff> {
    const diff = diffResource(call.token, call, before, call.inputs);
    if (diff.changes.length > 0 || !call.token.startsWith("kubernetes:")) return diff;
    const part = await this.#live(call);
    if ((await part?.isMissing?.(liveResource(call, {}))) !== true) return diff;
    return { ...diff, changes: [{ path: "metadata", kind: "update", replaces: false }] };
  }

  /** Whether there is a cluster that Kubernetes objects go to. */
  get hasCluster(): boolean {
    return this.#kubernetesFolder !== undefined && readConnection(this.#kubernetesFolder) !== undefined;
  }

  /**
   * What create or update would answer; values that only exist afterwards are unknown.
   * @throws when it is certain already that it would fail
   */
  async preview(call: ResourceCall, verb: "create" | "update"): Promise<ResourceState> {
    const previous = previousOf(call);
    const planned = plannedOutputs(call.token, { ...call, previous });
    if (call.token.startsWith("kubernetes:"))
      await (await this.#live(call))?.preview?.(liveResource(call, unmark(planned.outputs).value), verb);
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
    const live = await this.#live(call);
    // What lives in the state alone is as the state says. Without a state there is nothing that could be read.
    if (Object.keys(call.outputs).length === 0 && live === undefined) return undefined;
    if (live === undefined) return { id: call.id, outputs: call.outputs };
    const result = await live.read(liveResource(call, unmark(call.outputs).value));
    if (result === undefined) return undefined;
    return {
      id: call.id,
      outputs: remark({ ...unmark(call.outputs).value, ...result.outputs }, call.outputs) as Properties,
      ...(result.inputs === undefined ? {} : { inputs: remark(result.inputs, call.inputs) as Properties }),
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
    await (await this.#live(call))?.delete(liveResource(call, outputs));
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
    const live = await this.#live(call);
    const made = appliedOutputs(call.token, {
      ...call,
      previous: verb === "update" ? previousOf(call) : undefined,
    });
    if (made.id === UNKNOWN && live === undefined)
      throw new Error(`The model of ${call.token} gives no id to ${call.urn}`);
    const state = { id: verb === "update" ? call.id : made.id, outputs: made.outputs };
    if (live === undefined) return state;
    try {
      return merged(
        state,
        await live[verb](liveResource({ ...call, id: state.id }, unmark(state.outputs).value)),
      );
    } catch (error) {
      if (!(error instanceof NotReadyError)) throw error;
      throw new InitializationError(error.message, merged(state, error.result), call.inputs);
    }
  }

  /** What a resource does beside being kept in the state; undefined where it does nothing. */
  async #live({ token, signal, settings, timeout }: ResourceCall): Promise<BoundPart | undefined> {
    if (token.startsWith("kubernetes:")) {
      const connection =
        this.#kubernetesFolder === undefined ? undefined : readConnection(this.#kubernetesFolder);
      if (connection === undefined) return undefined;
      const { kubernetesPart } = await import("./live/kubernetes/part.ts");
      return kubernetesPart(token, connection, { settings, timeout, signal });
    }
    const part = liveParts.get(token);
    if (part === undefined || this.#folder === undefined) return undefined;
    const cloud = await CloudClient.connect(this.#folder);
    return bound(part, { cloud, folder: this.#folder, signal });
  }
}

function previousOf(call: ResourceCall): Properties | undefined {
  return Object.keys(call.outputs).length === 0 ? undefined : call.outputs;
}

function liveResource(call: ResourceCall, outputs: Properties): LiveResource {
  return {
    urn: call.urn,
    id: call.id,
    inputs: unmark(call.inputs).value,
    outputs,
    before: unmark(call.outputs).value,
  };
}

/** A live part's findings over the model's outputs; what the model keeps secret stays so. */
function merged(state: ResourceState, result: LiveResult): ResourceState {
  return {
    id: result.id ?? state.id,
    outputs: remark({ ...unmark(state.outputs).value, ...result.outputs }, state.outputs) as Properties,
  };
}

/** A provider's configuration: the texts in it that are known. */
export function settingsIn(config: Properties): ProviderSettings {
  return Object.fromEntries(
    Object.entries(unmark(config).value).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" && entry[1] !== "" && entry[1] !== UNKNOWN,
    ),
  );
}
