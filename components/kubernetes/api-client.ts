import type { Configuration, KubeConfig, RequestContext, ResponseContext } from "@kubernetes/client-node";

/** Milliseconds that a cluster has for one answer. */
const PATIENCE = 15_000;

/** What asks the API server of one cluster. */
export interface ApiClient {
  /** The official client; loaded only where a cluster is asked, for it takes half a second. */
  readonly k8s: typeof import("@kubernetes/client-node");
  readonly configuration: Configuration;
  /** The cluster, as messages name it. */
  readonly cluster: string;
}

/** Asks nothing yet. @param config whose current context is the cluster that is meant */
export async function apiClient(config: KubeConfig): Promise<ApiClient> {
  const k8s = await import("@kubernetes/client-node");
  const server = config.getCurrentCluster()?.server ?? "";
  const configuration = k8s.createConfiguration({
    baseServer: new k8s.ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request: RequestContext) => {
          request.setSignal(AbortSignal.timeout(PATIENCE));
          return request;
        },
        post: async (response: ResponseContext) => response,
      },
    ],
  });
  return {
    k8s,
    configuration,
    cluster: `the cluster of the context "${config.getCurrentContext()}" (${server})`,
  };
}

/** The HTTP status that the API server answered with; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : undefined;
}

/** Why there was no good answer, in the server's own words where it gave any. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `it gave no answer within ${PATIENCE / 1000} s`;
  if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") {
    return "its client is missing: npm install @kubernetes/client-node";
  }
  const status = statusOf(error);
  if (status !== undefined) return `${status} ${statusMessage((error as { body?: unknown }).body)}`;
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}

/** The message of a `Status`, or the beginning of whatever answered. */
export function statusMessage(body: unknown): string {
  let status = body;
  try {
    if (typeof body === "string") status = JSON.parse(body);
  } catch {
    // A proxy's page, perhaps.
  }
  const message = (status as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : String(body).slice(0, 200);
}
