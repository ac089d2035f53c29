import { statSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterConnection } from "../../../kubernetes/connection.ts";
import type { KubernetesType } from "../../../models/kubernetes/declared.ts";
import { isObject, type Properties, valueAt } from "../../../models/values.ts";
import { ApiError } from "./errors.ts";

/** A kind as the API server serves it. */
export interface ServedKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What is asked beside path and method. */
interface RequestDetail {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** An error of a connection that was kept open, and which the server had closed. */
interface StaleConnection {
  readonly isStale: boolean;
}

/** Requests that may be under way to one API server at once. */
const MAXIMUM_SOCKETS = 32;
/** How often a request is sent at most. */
const ATTEMPTS = 5;
/** Milliseconds without a byte after which a request is given up. */
const SILENCE = 60_000;
/** Milliseconds for which a definition that the cluster has may lack its endpoints. */
const DEFINITION_LAG = 10_000;

/** The API server of one cluster, over plain requests: the generated clients know neither strict checks nor field managers' conflicts. */
export class KubernetesClient {
  readonly #options: () => Promise<RequestOptions & { agent?: unknown }>;
  readonly #server: URL;
  readonly #kinds = new Map<string, Promise<ReadonlyMap<string, ServedKind>>>();

  constructor(server: string, options: () => Promise<RequestOptions>) {
    this.#server = new URL(server);
    this.#options = options;
  }

  /** Undefined where the server answers 404. @throws ApiError */
  async get(
    path: string,
    query?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Properties | undefined> {
    try {
      return await this.request("GET", path, { ...(query ? { query } : {}), signal });
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The objects of a list. */
  async list(
    path: string,
    query?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<readonly Properties[]> {
    const items = (await this.get(path, query, signal))?.items;
    return Array.isArray(items) ? items.filter(isObject) : [];
  }

  /** @throws ApiError when the server refuses; Error when it can't be reached */
  async request(method: string, path: string, detail: RequestDetail = {}): Promise<Properties> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(method, path, detail);
      } catch (error) {
        // The server asks for patience, or closed a connection that it had kept open for us.
        const isBusy = error instanceof ApiError && error.code === 429 && error.reason === "TooManyRequests";
        if (attempt === ATTEMPTS || !(isBusy || (error as StaleConnection).isStale)) throw error;
        if (isBusy) await sleep(1000, undefined, detail.signal ? { signal: detail.signal } : {});
      }
    }
  }

  async #send(method: string, path: string, detail: RequestDetail): Promise<Properties> {
    const { query = {}, body, contentType = "application/json", signal } = detail;
    const options = await this.#options();
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    url.search = new URLSearchParams(query).toString();
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const headers: Record<string, string> = {
      ...(options.headers as Record<string, string>),
      accept: "application/json",
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) {
      headers["content-type"] = contentType;
      // Node sends a body with DELETE, and doesn't say how long it is by itself.
      headers["content-length"] = String(Buffer.byteLength(text));
    }
    const { code, answer } = await new Promise<{ code: number; answer: string }>((resolve, reject) => {
      const request = send(
        url,
        { ...options, method, headers, timeout: SILENCE, ...(signal ? { signal } : {}) },
        (response) => {
          let answer = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            answer += chunk;
          });
          response.on("end", () => resolve({ code: response.statusCode ?? 0, answer }));
          response.on("error", reject);
        },
      );
      request.on("timeout", () => request.destroy(new Error(`no answer within ${SILENCE / 1000} s`)));
      request.on("error", (error: NodeJS.ErrnoException) =>
        reject(Object.assign(error, { isStale: request.reusedSocket && error.code === "ECONNRESET" })),
      );
      request.end(text);
    }).catch((error: Error & Partial<StaleConnection>) => {
      if (signal?.aborted) throw error;
      const at = this.#server.origin;
      throw Object.assign(new Error(`the cluster's API server at ${at} can't be reached: ${error.message}`), {
        isStale: error.isStale === true,
      });
    });
    const status = parsed(answer);
    if (code >= 200 && code < 300) return status;
    throw new ApiError(code, status, answer);
  }

  /** How the server serves a kind; undefined where it doesn't. A kind that was missing is looked for anew. */
  async kind(type: KubernetesType): Promise<ServedKind | undefined> {
    const path = groupPath(type);
    const known = await this.#kinds.get(path)?.catch(() => undefined);
    const found = known?.get(type.kind);
    if (found !== undefined) return found;
    const fresh = this.get(path).then(kindsOf);
    this.#kinds.set(path, fresh);
    return (await fresh).get(type.kind);
  }

  /** As `kind`, and waits for a definition that was made a moment ago. */
  async kindSoon(type: KubernetesType, signal: AbortSignal): Promise<ServedKind | undefined> {
    const end = Date.now() + DEFINITION_LAG;
    for (;;) {
      const kind = await this.kind(type);
      if (kind !== undefined || !type.group.includes(".") || Date.now() > end) return kind;
      if (!(await this.#isDefined(type))) return undefined;
      await sleep(250, undefined, { signal });
    }
  }

  async #isDefined({ group, kind }: KubernetesType): Promise<boolean> {
    const definitions = await this.list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
    return definitions.some(
      ({ spec }) => valueAt(spec, "group") === group && valueAt(spec, "names", "kind") === kind,
    );
  }

  /** The path of an object's collection, or of the object. */
  path(type: KubernetesType, kind: ServedKind, namespace: string | undefined, name?: string): string {
    const place = kind.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? "default")}` : "";
    return `${groupPath(type)}${place}/${kind.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
  }
}

function groupPath({ group, version }: KubernetesType): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

function kindsOf(list: Properties | undefined): ReadonlyMap<string, ServedKind> {
  const resources = Array.isArray(list?.resources) ? list.resources.filter(isObject) : [];
  return new Map(
    resources
      .filter(({ name }) => !String(name).includes("/"))
      .map(({ kind, name, namespaced }) => [
        String(kind),
        { plural: String(name), namespaced: namespaced === true },
      ]),
  );
}

function parsed(text: string): Properties {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const clients = new Map<string, Promise<KubernetesClient>>();

/** A client of the sandbox's cluster. One is kept for each file, context and state of the file. */
export function kubernetesClient({ kubeconfig, context }: ClusterConnection): Promise<KubernetesClient> {
  const key = `${kubeconfig}\n${context}\n${statSync(kubeconfig, { throwIfNoEntry: false })?.mtimeMs}`;
  let client = clients.get(key);
  if (client === undefined) {
    client = connect(kubeconfig, context);
    clients.set(key, client);
    client.catch(() => clients.delete(key));
  }
  return client;
}

async function connect(kubeconfig: string, context: string): Promise<KubernetesClient> {
  // Loading it takes half a second: programs without Kubernetes don't pay for it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (config.getContextObject(context) === null)
    throw new Error(
      `${kubeconfig} has no context "${context}": name another cluster with \`slipway sandbox kubernetes\``,
    );
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`the context "${context}" of ${kubeconfig} names no cluster`);
  return new KubernetesClient(server, async () => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (typeof options.agent === "object")
      Object.assign(options.agent, { keepAlive: true, maxSockets: MAXIMUM_SOCKETS });
    return options;
  });
}
