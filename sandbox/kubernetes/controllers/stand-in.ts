import {
  type Informer,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
} from "@kubernetes/client-node";
import { type AnyObject, type ClusterClient, explain, type ResourceName, statusCode } from "../client.ts";

/** What every stand-in works with. */
export interface StandInContext {
  readonly client: ClusterClient;
  /** The cluster's folder. */
  readonly folder: string;
  /** Absolute path of kubebox, where there is one. */
  readonly binary: string | undefined;
  /** Folder of the local cloud, if the cluster has one. */
  readonly cloud: string | undefined;
}

/** A kind that is watched. `group` is empty for Kubernetes' core. */
export interface Kind extends ResourceName {
  readonly kind: string;
}

/** Does for one kind what a controller or a cloud does on a managed cluster. */
export interface StandIn<T extends AnyObject = AnyObject> {
  readonly kind: Kind;
  /** Kinds whose changes make every object be looked at again. */
  readonly also?: readonly Kind[];
  /**
   * Brings the world in line with one object; called after each change of it, never twice at once for the same one.
   * Throws what shall be tried again.
   */
  readonly reconcile: (object: T, context: StandInContext) => Promise<void>;
}

/** Milliseconds until what failed is tried again. */
const RETRY = 1_000;

export function apiVersionOf({ group, version }: ResourceName): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Watches a kind and calls the stand-in for every object of it, until the process ends. */
export async function runStandIn(standIn: StandIn, context: StandInContext): Promise<void> {
  const queue = new Queue(async (key) => {
    const [namespace = "", name = ""] = key.split("/");
    const object = informer.get(name, namespace === "" ? undefined : namespace);
    if (object !== undefined && object.metadata?.deletionTimestamp === undefined) {
      await standIn.reconcile(object, context);
    }
  }, standIn.kind.kind);
  const informer = watch(standIn.kind, context, (object) => queue.add(keyOf(object)));
  for (const kind of standIn.also ?? []) {
    const other = watch(kind, context, () => {
      for (const object of informer.list()) queue.add(keyOf(object));
    });
    await other.start();
  }
  await informer.start();
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

function watch(
  kind: Kind,
  { client }: StandInContext,
  changed: (object: AnyObject) => void,
): Informer<AnyObject> & ObjectCache<AnyObject> {
  const apiVersion = apiVersionOf(kind);
  const path = `/${kind.group === "" ? "api" : "apis"}/${apiVersion}/${kind.plural}`;
  const informer = makeInformer<AnyObject>(client.config, path, () =>
    client.objects.list<AnyObject>(apiVersion, kind.kind),
  );
  for (const event of ["add", "update", "delete"] as const) informer.on(event, changed);
  informer.on("error", (error) => {
    console.error(`watching ${kind.plural}: ${explain(error)}`);
    setTimeout(() => void informer.start(), RETRY);
  });
  return informer;
}

/** Works off keys: each at most once at a time, again when it changed meanwhile or failed. */
class Queue {
  readonly #work: (key: string) => Promise<void>;
  readonly #name: string;
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();

  constructor(work: (key: string) => Promise<void>, name: string) {
    this.#work = work;
    this.#name = name;
  }

  add(key: string): void {
    if (this.#busy.has(key)) this.#again.add(key);
    else void this.#run(key);
  }

  async #run(key: string): Promise<void> {
    this.#busy.add(key);
    try {
      await this.#work(key);
    } catch (error) {
      // Someone else was faster, or what it needs is not there yet.
      if (statusCode(error) !== 409) console.error(`${this.#name} ${key}: ${explain(error)}`);
      setTimeout(() => this.add(key), RETRY);
    } finally {
      this.#busy.delete(key);
      if (this.#again.delete(key)) this.add(key);
    }
  }
}
