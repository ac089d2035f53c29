import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterConnection } from "../../../kubernetes/connection.ts";
import type { ProviderSettings } from "../../../models/index.ts";
import { type KubernetesType, kubernetesType } from "../../../models/kubernetes/declared.ts";
import { containsUnknown, type Properties, valueAt } from "../../../models/values.ts";
import { type BoundPart, type LiveResource, type LiveResult, NotReadyError } from "../live.ts";
import { type KubernetesClient, kubernetesClient, type ServedKind } from "./client.ts";
import { driftedInputs } from "./drift.ts";
import { ApiError, explained } from "./errors.ts";
import { annotation, inputsOf, managersOf, objectOf, outputsOf } from "./object.ts";
import { patienceOf, waitUntilReady } from "./wait.ts";

/** What a call on an object is made with. */
export interface KubernetesContext {
  readonly settings: ProviderSettings;
  /** Seconds to wait, from the resource's `customTimeouts`; 0 unless told. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Where the state remembers under which name the object's fields are managed. */
const MANAGER = "__fieldManager";

/** The live part of any Kubernetes type on the sandbox's cluster. */
export async function kubernetesPart(
  token: string,
  connection: ClusterConnection,
  context: KubernetesContext,
): Promise<BoundPart> {
  const type = kubernetesType(token);
  if (type === undefined) throw new Error(`${token} is no type of a Kubernetes object`);
  return new KubernetesPart(type, connection, await kubernetesClient(connection), context);
}

class KubernetesPart implements BoundPart {
  readonly #type: KubernetesType;
  readonly #connection: ClusterConnection;
  readonly #client: KubernetesClient;
  readonly #context: KubernetesContext;

  constructor(
    type: KubernetesType,
    connection: ClusterConnection,
    client: KubernetesClient,
    context: KubernetesContext,
  ) {
    this.#type = type;
    this.#connection = connection;
    this.#client = client;
    this.#context = context;
  }

  /** Asks the API server, by a dry run, whether it would take the object. What isn't there yet (a namespace, a definition) is no reason against it. */
  async preview(resource: LiveResource, verb: "create" | "update"): Promise<void> {
    if (containsUnknown(resource.inputs)) return;
    const kind = await this.#client.kind(this.#type);
    if (kind === undefined) return;
    const place = this.#place(kind, resource.inputs);
    if (place.name === undefined) return;
    const manager = managerOf(resource);
    if (verb === "create" && !this.#type.isPatch) {
      const there = await this.#client.get(place.path);
      // One of ours makes way for this one, or comes from a run that was interrupted.
      if (there !== undefined && managersOf(there).includes(manager)) return;
      if (there !== undefined) this.#refuseExisting(resource);
    }
    try {
      await this.#apply(place.path, resource, manager, { isDry: true });
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return;
      throw explained(error, this.#named(resource));
    }
  }

  /** A kind that the cluster has not is a thing of its own, said where the object is made. */
  async isMissing(resource: LiveResource): Promise<boolean> {
    const kind = await this.#client.kind(this.#type);
    if (kind === undefined || this.#type.isPatch) return kind === undefined;
    return (await this.#client.get(this.#place(kind, resource.inputs, resource.id).path)) === undefined;
  }

  async create(resource: LiveResource): Promise<LiveResult> {
    const kind = await this.#served(resource);
    const manager = managerOf(resource);
    const place = this.#place(kind, resource.inputs);
    if (place.name === undefined) return this.#createNamed(resource, kind, manager);
    const there = await this.#client.get(place.path);
    if (this.#type.isPatch) {
      if (there === undefined)
        throw new Error(
          `${this.#named(resource)} is not there: a patch needs an object that something else made`,
        );
    } else if (there !== undefined) {
      if (valueAt(there, "metadata", "deletionTimestamp") !== undefined)
        await this.#gone(place.path, there, patienceOf(there, this.#context.timeout));
      else if (!managersOf(there).includes(manager)) this.#refuseExisting(resource);
    }
    return this.#put(resource, place.path, manager);
  }

  async update(resource: LiveResource): Promise<LiveResult> {
    const kind = await this.#served(resource);
    return this.#put(resource, this.#place(kind, resource.inputs, resource.id).path, managerOf(resource));
  }

  async read(resource: LiveResource): Promise<LiveResult | undefined> {
    const kind = await this.#client.kind(this.#type);
    if (kind === undefined) return undefined;
    const { path } = this.#place(kind, resource.inputs, resource.id);
    const live = await this.#client.get(path);
    if (live === undefined) return undefined;
    const outputs = outputsOf(live, this.#type);
    // Nothing is known of it: it is imported, or looked up.
    if (Object.keys(resource.inputs).length === 0)
      return { outputs, inputs: { ...inputsOf(outputs), __imported: true } };
    const manager = managerOf(resource);
    const applied = await this.#apply(path, resource, manager, { isDry: true, isForced: true }).catch(
      (error: unknown) => {
        if (error instanceof ApiError) return objectOf(resource.inputs);
        throw error;
      },
    );
    const inputs = driftedInputs(objectOf(resource.inputs), applied, live);
    const isSame = JSON.stringify(inputs) === JSON.stringify(objectOf(resource.inputs));
    return {
      outputs: { ...outputs, [MANAGER]: manager },
      ...(isSame ? {} : { inputs: outputsOf(inputs, this.#type) }),
    };
  }

  async delete(resource: LiveResource): Promise<void> {
    const kind = await this.#client.kind(this.#type);
    if (kind === undefined) return;
    const { path } = this.#place(kind, resource.inputs, resource.id);
    const there = await this.#client.get(path);
    if (there === undefined) return;
    if (this.#type.isPatch) return this.#release(path, there, managerOf(resource));
    const policy = annotation(there, "pulumi.com/deletionPropagationPolicy") ?? "foreground";
    const propagationPolicy = policy.charAt(0).toUpperCase() + policy.slice(1);
    const uid = valueAt(there, "metadata", "uid");
    try {
      await this.#client.request("DELETE", path, {
        body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy, preconditions: { uid } },
        signal: this.#context.signal,
      });
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return;
      throw explained(error, this.#named(resource));
    }
    if (annotation(there, "pulumi.com/skipAwait") === "true") return;
    await this.#gone(path, there, patienceOf(there, this.#context.timeout));
  }

  /** Gives up the fields of a patch. */
  async #release(path: string, there: Properties, manager: string): Promise<void> {
    const { apiVersion, kind, metadata } = there;
    const { name, namespace } = metadata as Properties;
    const body = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
    await this.#client.request("PATCH", path, {
      query: { fieldManager: manager, force: "true" },
      contentType: "application/apply-patch+yaml",
      body,
    });
  }

  /** Applies the object, and waits until it is ready. */
  async #put(resource: LiveResource, path: string, manager: string, isForced = false): Promise<LiveResult> {
    let applied: Properties;
    try {
      applied = await this.#apply(path, resource, manager, { isForced });
    } catch (error) {
      throw explained(error, this.#named(resource));
    }
    const resultOf = (live: Properties): LiveResult => ({
      outputs: { ...outputsOf(live, this.#type), [MANAGER]: manager },
    });
    const { live, reasons } = await waitUntilReady(
      this.#type,
      () => this.#client.get(path),
      {
        client: this.#client,
        signal: this.#context.signal,
        givesAddresses: this.#connection.origin === "given",
      },
      patienceOf(applied, this.#context.timeout),
    );
    if (reasons.length === 0) return resultOf(live ?? applied);
    throw new NotReadyError(
      `${this.#named(resource)} is there, and not ready:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
      resultOf(live ?? applied),
    );
  }

  /** Creates what the API server names, from a prefix. */
  async #createNamed(resource: LiveResource, kind: ServedKind, manager: string): Promise<LiveResult> {
    const namespace = valueAt(resource.inputs, "metadata", "namespace") as string | undefined;
    try {
      const made = await this.#client.request("POST", this.#client.path(this.#type, kind, namespace), {
        query: { fieldManager: manager, fieldValidation: "Strict" },
        body: objectOf(resource.inputs),
      });
      const name = String(valueAt(made, "metadata", "name"));
      const path = this.#client.path(this.#type, kind, namespace, name);
      const named = {
        ...resource,
        inputs: { ...resource.inputs, metadata: { ...(resource.inputs.metadata as Properties), name } },
      };
      const result = await this.#put(named, path, manager, true);
      return { ...result, id: kind.namespaced ? `${namespace ?? "default"}/${name}` : name };
    } catch (error) {
      throw explained(error, this.#named(resource));
    }
  }

  #apply(
    path: string,
    resource: LiveResource,
    manager: string,
    { isDry = false, isForced = false } = {},
  ): Promise<Properties> {
    const force =
      isForced ||
      annotation(resource.inputs, "pulumi.com/patchForce") === "true" ||
      this.#context.settings.enablePatchForce === "true";
    return this.#client.request("PATCH", path, {
      query: {
        fieldManager: manager,
        fieldValidation: "Strict",
        force: String(force),
        ...(isDry ? { dryRun: "All" } : {}),
      },
      contentType: "application/apply-patch+yaml",
      body: objectOf(resource.inputs),
    });
  }

  /** Waits until an object is gone. */
  async #gone(path: string, there: Properties, seconds: number): Promise<void> {
    const uid = valueAt(there, "metadata", "uid");
    const end = Date.now() + seconds * 1000;
    for (let pace = 50; ; pace = Math.min(1000, pace * 1.5)) {
      const now = await this.#client.get(path);
      if (now === undefined || valueAt(now, "metadata", "uid") !== uid) return;
      if (Date.now() > end) {
        const finalizers = valueAt(now, "metadata", "finalizers");
        const held = Array.isArray(finalizers) ? `; finalizers hold it: ${finalizers.join(", ")}` : "";
        throw new Error(`${path} is still there ${seconds} s after its deletion${held}`);
      }
      await sleep(pace, undefined, { signal: this.#context.signal });
    }
  }

  async #served(resource: LiveResource): Promise<ServedKind> {
    const kind = await this.#client.kindSoon(this.#type, this.#context.signal);
    if (kind !== undefined) return kind;
    const { apiVersion, kind: name } = this.#type;
    throw new Error(
      `${this.#named(resource)} can't be made: the cluster has no kind ${name} in ${apiVersion}. Install its CustomResourceDefinition first; where this program declares it, let this resource depend on it (\`dependsOn\`).`,
    );
  }

  /** Lets a create pass over what is there only where the provider is told so, as the official one since 4.34. */
  #refuseExisting(resource: LiveResource): void {
    if (this.#context.settings.upsertExistingObjects === "true") return;
    const id = idOf(resource.inputs);
    throw new Error(
      `${this.#named(resource)} exists already, and this resource did not make it. Import it (the option \`import: "${id}"\`), change a part of it with a ${this.#type.kind}Patch, or let the provider take over what is there (\`upsertExistingObjects: true\`).`,
    );
  }

  #named({ inputs, id }: LiveResource): string {
    return `${this.#type.kind} ${idOf(inputs) ?? id}`;
  }

  /** Where an object is: by its id, which stays, else by its inputs. */
  #place(
    kind: ServedKind,
    inputs: Properties,
    id = "",
  ): { readonly name: string | undefined; readonly path: string } {
    const [one = "", two] = id.split("/");
    const name = two ?? (one || (valueAt(inputs, "metadata", "name") as string | undefined));
    const namespace =
      two === undefined ? (valueAt(inputs, "metadata", "namespace") as string | undefined) : one;
    return { name, path: this.#client.path(this.#type, kind, namespace, name) };
  }
}

/** `namespace/name` or `name`; undefined while the API server has yet to name the object. */
function idOf(inputs: Properties): string | undefined {
  const [namespace, name] = [valueAt(inputs, "metadata", "namespace"), valueAt(inputs, "metadata", "name")];
  if (name === undefined) return undefined;
  return namespace === undefined ? String(name) : `${String(namespace)}/${String(name)}`;
}

/** Under which name this resource manages fields: as the state says, else made from the URN. */
function managerOf({ urn, inputs, before }: LiveResource): string {
  const told = annotation(inputs, "pulumi.com/patchFieldManager") ?? before?.[MANAGER];
  if (typeof told === "string") return told;
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}
