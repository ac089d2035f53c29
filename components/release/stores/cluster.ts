import type { CoreV1Api, KubeConfig, RequestContext, ResponseContext } from "@kubernetes/client-node";
import { LedgerError } from "../ledger-store.ts";
import { wordsOf } from "./text.ts";

/** Which cluster is meant. */
export interface ClusterOptions {
  /** Context of the kubeconfig. Needed outside a cluster: the current one may be any. */
  readonly context?: string;
  /** Path of a kubeconfig. Default: what kubectl would take; in a pod without a context, the pod's own cluster. */
  readonly kubeconfig?: string;
}

/** Milliseconds that a cluster has for one answer. */
const PATIENCE_MILLISECONDS = 15_000;

/** A cluster's API for ConfigMaps, and how a merge is asked for. */
export interface ClusterApi {
  readonly core: CoreV1Api;
  readonly mergePatch: Parameters<CoreV1Api["patchNamespacedConfigMap"]>[1];
  /** As messages name it. */
  readonly cluster: string;
}

/** Asks nothing yet. @throws LedgerError where the kubeconfig can't be read, or has no such context */
export async function openCluster(options: ClusterOptions): Promise<ClusterApi> {
  const k8s = await import("@kubernetes/client-node");
  const config = new k8s.KubeConfig();
  chooseContext(config, options);
  const server = config.getCurrentCluster()?.server ?? "";
  const configuration = k8s.createConfiguration({
    baseServer: new k8s.ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request: RequestContext) => {
          request.setSignal(AbortSignal.timeout(PATIENCE_MILLISECONDS));
          return request;
        },
        post: async (response: ResponseContext) => response,
      },
    ],
  });
  return {
    core: new k8s.CoreV1Api(configuration),
    mergePatch: k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    cluster: `the cluster of the context "${config.getCurrentContext()}" (${server})`,
  };
}

function chooseContext(config: KubeConfig, { context, kubeconfig }: ClusterOptions): void {
  if (context === undefined) {
    if (kubeconfig === undefined && process.env.KUBERNETES_SERVICE_HOST !== undefined) {
      config.loadFromCluster();
      return;
    }
    throw new LedgerError(
      "nothing says which cluster it is in, and the kubeconfig's current context may be any. Name one in the stack file, under config, slipway:stack: cluster: {context: NAME}; kubectl config get-contexts lists them.",
    );
  }
  const file = kubeconfig ?? process.env.KUBECONFIG ?? "~/.kube/config";
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new LedgerError(`the kubeconfig ${file} can't be read: ${wordsOf(error)}`);
  }
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new LedgerError(
      `the kubeconfig ${file} has no context "${context}". It has: ${known.join(", ") || "none"}.`,
    );
  }
  config.setCurrentContext(context);
}

/** The HTTP status that the API server answered with; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : undefined;
}

/** Why there was no good answer, in the server's own words where it gave any. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `it gave no answer within ${PATIENCE_MILLISECONDS / 1000} s`;
  if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") {
    return "its client is missing: npm install @kubernetes/client-node";
  }
  const status = statusOf(error);
  if (status !== undefined) return `${status} ${messageIn((error as { body?: unknown }).body)}`;
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message;
}

/** The message of a `Status`, or the beginning of whatever answered. */
function messageIn(body: unknown): string {
  let status = body;
  try {
    if (typeof body === "string") status = JSON.parse(body);
  } catch {
    // A proxy's page, perhaps.
  }
  const message = (status as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : String(body).slice(0, 200);
}
