import type { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { apiClient } from "../../kubernetes/api-client.ts";
import { LedgerError } from "../ledger-store.ts";
import { wordsOf } from "./text.ts";

/** Which cluster is meant. */
export interface ClusterOptions {
  /** Context of the kubeconfig. Needed outside a cluster: the current one may be any. */
  readonly context?: string;
  /** Path of a kubeconfig. Default: what kubectl would take; in a pod without a context, the pod's own cluster. */
  readonly kubeconfig?: string;
}

/** A cluster's API for ConfigMaps, and how a merge is asked for. */
export interface ClusterApi {
  readonly core: CoreV1Api;
  readonly mergePatch: Parameters<CoreV1Api["patchNamespacedConfigMap"]>[1];
  /** As messages name it. */
  readonly cluster: string;
}

/** Asks nothing yet. @throws LedgerError where the kubeconfig can't be read, or has no such context */
export async function openCluster(options: ClusterOptions): Promise<ClusterApi> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  chooseContext(config, options);
  const { k8s, configuration, cluster } = await apiClient(config);
  return {
    core: new k8s.CoreV1Api(configuration),
    mergePatch: k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    cluster,
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
