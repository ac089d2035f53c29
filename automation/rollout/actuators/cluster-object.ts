import type { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { apiClient, statusOf, whyNot } from "../../../components/kubernetes/api-client.ts";
import { chooseCluster, loadKubeconfig } from "../../flags/cluster.ts";
import type { RolloutState } from "../machine/state.ts";
import type { Traffic } from "../traffic.ts";
import { declarationOf, type LiveObject, ownedPart } from "./owned-fields.ts";

/** Who the cluster is told that writes what no program declares. */
const FIELD_MANAGER = "slipway-release";

/** Traffic that objects of a cluster share out. */
export type ClusterTraffic = Extract<Traffic, { readonly namespace: string }>;

/** Gives the cluster that a release's service runs in, as the current context. */
export type Connect = (state: RolloutState) => Promise<KubeConfig>;

/** The cluster that the release's own state names, or the sandbox's where it names none. @param root the project's folder */
export function connectCluster(root: string, kubeconfig?: string): Connect {
  return async ({ target: { stack }, plan: { traffic } }) => {
    const context = "context" in traffic ? traffic.context : undefined;
    return await loadKubeconfig(
      context === undefined
        ? chooseCluster(root, { stack, sandbox: true })
        : { stack, environment: undefined, sandbox: false, context, kubeconfig },
    );
  };
}

/** A kind as the API server serves it. */
export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** As people call it: `HTTPRoute`. */
  readonly kind: string;
}

/** One object of a cluster, read and changed without what the program declares of it getting lost. */
export class ClusterObject {
  readonly #api: CustomObjectsApi;
  readonly #strategies: { readonly apply: Strategy; readonly merge: Strategy };
  readonly #cluster: string;
  readonly #kind: ObjectKind;
  readonly #place: { readonly namespace: string; readonly name: string };

  private constructor(
    api: CustomObjectsApi,
    strategies: { readonly apply: Strategy; readonly merge: Strategy },
    cluster: string,
    kind: ObjectKind,
    { namespace, name }: ClusterTraffic,
  ) {
    this.#api = api;
    this.#strategies = strategies;
    this.#cluster = cluster;
    this.#kind = kind;
    this.#place = { namespace, name };
  }

  /** Asks nothing of the cluster yet. */
  static async open(config: KubeConfig, kind: ObjectKind, traffic: ClusterTraffic): Promise<ClusterObject> {
    const { k8s, configuration, cluster } = await apiClient(config);
    const strategy = (type: string) => k8s.setHeaderOptions("Content-Type", type);
    return new ClusterObject(
      new k8s.CustomObjectsApi(configuration),
      { apply: strategy(k8s.PatchStrategy.ServerSideApply), merge: strategy(k8s.PatchStrategy.MergePatch) },
      cluster,
      kind,
      traffic,
    );
  }

  /** Its kind, name and namespace, for messages. */
  get title(): string {
    return `the ${this.#kind.kind} "${this.#place.name}" in namespace "${this.#place.namespace}"`;
  }

  /** As it is now; undefined where it is not there. @throws Error that says what the cluster said */
  async read(): Promise<LiveObject | undefined> {
    try {
      return (await this.#api.getNamespacedCustomObject(this.#named())) as LiveObject;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failure("read", error);
    }
  }

  /**
   * Changes a field, if the object is still the one that was read. Where a program declares the field, it is applied in that
   * program's name with all else that it declares: the next deployment finds a field of its own, and no conflict.
   *
   * @param live as it was read @param path of the field @param change gives the object as it is to be, or a part of it
   * @returns false where someone else was quicker
   * @throws Error that says what the cluster said
   */
  async change<Part>(
    live: LiveObject,
    path: readonly string[],
    change: (object: Part) => Part,
  ): Promise<boolean> {
    const { apiVersion, kind, metadata } = live;
    const { name, namespace, resourceVersion } = metadata;
    const declared = declarationOf(live, path);
    const part = ownedPart(live, declared?.fieldsV1 ?? { ...fieldsOf(path) }) as Part;
    const changed = change(part) as { metadata?: object };
    const body = {
      ...changed,
      apiVersion,
      kind,
      metadata: { ...changed.metadata, name, namespace, resourceVersion },
    };
    const request = { ...this.#named(), body, fieldManager: declared?.manager ?? FIELD_MANAGER };
    try {
      // Forced: whoever else wrote the field since, the traffic has to move.
      if (declared === undefined)
        await this.#api.patchNamespacedCustomObject(request, this.#strategies.merge);
      else await this.#api.patchNamespacedCustomObject({ ...request, force: true }, this.#strategies.apply);
      return true;
    } catch (error) {
      // Another version than was read.
      if (statusOf(error) === 409) return false;
      throw this.#failure("change", error);
    }
  }

  #named() {
    return {
      group: this.#kind.group,
      version: this.#kind.version,
      plural: this.#kind.plural,
      ...this.#place,
    };
  }

  #failure(what: string, error: unknown): Error {
    const help =
      statusOf(error) === 403 ? `. Who releases needs the verbs get and patch on ${this.#kind.plural}` : "";
    return new Error(`${this.#cluster} could not be asked to ${what} ${this.title}: ${whyNot(error)}${help}`);
  }
}

type Strategy = Parameters<CustomObjectsApi["patchNamespacedCustomObject"]>[1];

/** Fields that name one path. */
function fieldsOf([first, ...rest]: readonly string[]): Readonly<Record<string, unknown>> {
  return first === undefined ? {} : { [`f:${first}`]: fieldsOf(rest) };
}
