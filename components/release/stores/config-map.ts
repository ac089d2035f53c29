import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { statusOf, whyNot } from "../../kubernetes/api-client.ts";
import { EMPTY_LEDGER, type Ledger } from "../ledger.ts";
import { LedgerError, type LedgerSnapshot, type LedgerStore } from "../ledger-store.ts";
import { type ClusterApi, type ClusterOptions, openCluster } from "./cluster.ts";
import { ledgerToFit } from "./fit.ts";
import { ledgerFromText } from "./text.ts";

const DATA_KEY = "ledger.json";
/** Names the write that an object comes from. */
const WRITE_ANNOTATION = "slipway.dev/ledger-write";
/** Who the cluster is told that writes. */
const FIELD_MANAGER = "slipway-release";
/** What an API server takes of data in one ConfigMap, in bytes. */
const LIMIT = 2 ** 20;
/** Questions that nobody answered, or that the server had no time for, are asked again after these waits. */
const WAITS_MILLISECONDS = [200, 1_000, 3_000];

/**
 * A ledger in a ConfigMap: for stacks whose services run in the cluster. It is made where there is none, in a namespace that has
 * to be there. Who uses it may get, create and patch ConfigMaps in that namespace; who only previews, get them. It holds a
 * mebibyte: the oldest of the ended releases are dropped where more would be written.
 */
export class ConfigMapLedger implements LedgerStore {
  readonly address: string;
  readonly #namespace: string;
  readonly #name: string;
  readonly #options: ClusterOptions;
  #api: Promise<ClusterApi> | undefined;

  constructor(
    address: string,
    place: { readonly namespace: string; readonly name: string },
    options: ClusterOptions,
  ) {
    this.address = address;
    this.#namespace = place.namespace;
    this.#name = place.name;
    this.#options = options;
  }

  get #where(): string {
    return `the ledger ${this.address}`;
  }

  async read(): Promise<LedgerSnapshot> {
    const found = await this.#asked("read", (api) => this.#find(api));
    if (found === undefined) return { ledger: EMPTY_LEDGER, version: undefined };
    const version = found.metadata?.resourceVersion;
    const text = found.data?.[DATA_KEY];
    if (text !== undefined) return { ledger: ledgerFromText(text, this.#where), version };
    const others = Object.keys({ ...found.data, ...found.binaryData });
    if (others.length === 0) return { ledger: EMPTY_LEDGER, version };
    throw new LedgerError(
      `${this.#where} is a ConfigMap of something else: it has no ${DATA_KEY}, and has ${others.join(", ")}. Nothing was changed. Give the ledger another name.`,
    );
  }

  async write(ledger: Ledger, expected: string | undefined): Promise<string | undefined> {
    const write = randomUUID();
    const body = {
      metadata: {
        ...(expected === undefined ? { name: this.#name } : { resourceVersion: expected }),
        labels: { "app.kubernetes.io/managed-by": "slipway" },
        annotations: { [WRITE_ANNOTATION]: write },
      },
      data: { [DATA_KEY]: ledgerToFit(ledger, LIMIT, this.#where) },
    };
    const request = { namespace: this.#namespace, body, fieldManager: FIELD_MANAGER };
    return await this.#asked("written", async (api) => {
      try {
        const written =
          expected === undefined
            ? await api.core.createNamespacedConfigMap(request)
            : // A merge keeps labels and annotations that others put there.
              await api.core.patchNamespacedConfigMap({ ...request, name: this.#name }, api.mergePatch);
        return written.metadata?.resourceVersion;
      } catch (error) {
        // Someone deleted what was read.
        if (statusOf(error) === 404 && expected !== undefined) return undefined;
        if (statusOf(error) !== 409) throw error;
        // Where the answer to a try was lost, what was quicker may be that very try.
        const there = await this.#find(api);
        return there?.metadata?.annotations?.[WRITE_ANNOTATION] === write
          ? there.metadata.resourceVersion
          : undefined;
      }
    });
  }

  async #find({ core }: ClusterApi): Promise<V1ConfigMap | undefined> {
    try {
      return await core.readNamespacedConfigMap({ namespace: this.#namespace, name: this.#name });
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** @param work that may be done twice with the same end */
  async #asked<T>(what: string, work: (api: ClusterApi) => Promise<T>): Promise<T> {
    let api: ClusterApi;
    try {
      this.#api ??= openCluster(this.#options);
      api = await this.#api;
    } catch (error) {
      throw new LedgerError(`${this.#where} can't be ${what}: ${whyNot(error)}`);
    }
    for (let tries = 0; ; tries++) {
      try {
        return await work(api);
      } catch (error) {
        const wait = WAITS_MILLISECONDS[tries];
        if (wait === undefined || !mayPass(error)) {
          throw new LedgerError(
            `${this.#where} can't be ${what}: ${api.cluster} says: ${whyNot(error)}${this.#help(error)}`,
          );
        }
        await sleep(wait * (0.5 + Math.random()));
      }
    }
  }

  #help(error: unknown): string {
    const namespace = this.#namespace;
    switch (statusOf(error)) {
      case 404:
        return `\nThe namespace has to be there: kubectl create namespace ${namespace}`;
      case 401:
      case 403:
        return `\nThis account needs the verbs get, create and patch on ConfigMaps (to preview, get):\n  kubectl --namespace ${namespace} create role slipway-release --verb=get,create,patch --resource=configmaps\n  kubectl --namespace ${namespace} create rolebinding slipway-release --role=slipway-release --user=NAME`;
      case undefined:
        return ". See whether this machine reaches it, and try again.";
      default:
        return "";
    }
  }
}

/** Whether the same question may be answered a little later. */
function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status === 429 || status >= 500;
  // `fetch` gives a broken connection as the cause of its own error; what is wrong with the kubeconfig has none.
  return error instanceof Error && (error.name === "TimeoutError" || error.cause !== undefined);
}
