import { request } from "node:http";
import {
  type CloudEndpoint,
  CloudError,
  type CloudErrorCode,
  CloudNotRunningError,
  type CloudServiceInput,
  type CloudServiceStatus,
  type CloudStatus,
  type CloudTrafficChange,
} from "./api.ts";
import { readEndpoint } from "./endpoint.ts";

/** Talks to the local cloud of a folder. Every method may throw {@link CloudNotRunningError} and {@link CloudError}. */
export class CloudClient {
  readonly #endpoint: CloudEndpoint;

  constructor(endpoint: CloudEndpoint) {
    this.#endpoint = endpoint;
  }

  /** @throws CloudNotRunningError when no cloud answers for this folder */
  static async connect(folder: string): Promise<CloudClient> {
    const endpoint = readEndpoint(folder);
    if (!endpoint) throw new CloudNotRunningError("it has left no address");
    const client = new CloudClient(endpoint);
    await client.status();
    return client;
  }

  /**
   * Creates or changes a service; resolves when the new revision, and each that the traffic names, is ready.
   * `signal` ends the waiting, not the work: as on Cloud Run, what was accepted goes on.
   *
   * @throws CloudError `not-ready` with the reason: what served before still serves, and a service that was new is
   *   there, not ready; `not-found` for an image, a secret version or a revision that does not exist; `conflict` for
   *   a revision name that is taken; `superseded` when a newer call took over
   */
  async putService(
    input: CloudServiceInput,
    options: { signal?: AbortSignal } = {},
  ): Promise<CloudServiceStatus> {
    const path = `/v1/services/${encodeURIComponent(input.id)}`;
    return (await this.#call("PUT", path, input, options.signal)) as CloudServiceStatus;
  }

  /**
   * Sends a service's requests elsewhere, and nothing else; resolves when that is live: a revision that had none is waited for.
   *
   * @throws CloudError `conflict` where the service is another one than was read; `not-found` for a service or a revision
   *   that does not exist; `superseded` when a newer call took over; `not-ready` for a revision that can't serve
   */
  async setTraffic(id: string, change: CloudTrafficChange): Promise<CloudServiceStatus> {
    const path = `/v1/services/${encodeURIComponent(id)}`;
    return (await this.#call("PATCH", path, change)) as CloudServiceStatus;
  }

  async getService(id: string): Promise<CloudServiceStatus | undefined> {
    const path = `/v1/services/${encodeURIComponent(id)}`;
    return ((await this.#call("GET", path)) as CloudServiceStatus | null) ?? undefined;
  }

  async listServices(): Promise<CloudServiceStatus[]> {
    return (await this.#call("GET", "/v1/services")) as CloudServiceStatus[];
  }

  /** Resolves when none of its processes is left; nothing happens if there is no such service. */
  async deleteService(id: string): Promise<void> {
    await this.#call("DELETE", `/v1/services/${encodeURIComponent(id)}`);
  }

  /** @param id `projects/P/secrets/S/versions/N` */
  async putSecret(id: string, owner: string, payload: Uint8Array | string): Promise<void> {
    const base64 = Buffer.from(payload).toString("base64");
    await this.#call("PUT", `/v1/secrets/${encodeURIComponent(id)}`, { owner, payload: base64 });
  }

  async getSecret(id: string): Promise<Uint8Array | undefined> {
    const answer = await this.#call("GET", `/v1/secrets/${encodeURIComponent(id)}`);
    return answer === null ? undefined : Buffer.from((answer as { payload: string }).payload, "base64");
  }

  async deleteSecret(id: string): Promise<void> {
    await this.#call("DELETE", `/v1/secrets/${encodeURIComponent(id)}`);
  }

  async listSecrets(): Promise<{ id: string; owner: string }[]> {
    return (await this.#call("GET", "/v1/secrets")) as { id: string; owner: string }[];
  }

  async status(): Promise<CloudStatus> {
    return (await this.#call("GET", "/v1/status")) as CloudStatus;
  }

  /** Asks the cloud to stop; it answers before it does. Use `stopCloud`, which waits for it. */
  async requestStop(): Promise<void> {
    await this.#call("POST", "/v1/stop");
  }

  /** node:http and not fetch: a service may take longer to become ready than fetch waits for an answer. */
  async #call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const { url, token } = this.#endpoint;
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request(
        `${url}${path}`,
        {
          method,
          agent: false,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          ...(signal ? { signal } : {}),
        },
        (response) => {
          let received = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            received += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text: received }));
          response.on("error", reject);
        },
      );
      call.on("error", (error: NodeJS.ErrnoException) => {
        if (error.name === "AbortError") reject(error);
        else reject(new CloudNotRunningError(`${url} does not answer: ${error.code ?? error.message}`));
      });
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
    if (status === 401 || status === 403) {
      throw new CloudNotRunningError(`something else answers at ${url}, or the cloud was started anew`);
    }
    const answer = JSON.parse(text) as unknown;
    if (status === 200) return answer;
    const { error } = answer as { error: { code: CloudErrorCode; message: string } };
    throw new CloudError(error.code, error.message);
  }
}
