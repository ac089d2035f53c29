import type {
  ApiException,
  AuthenticationV1Api,
  CoreV1Api,
  KubeConfig,
  V1ConfigMap,
  V1Pod,
} from "@kubernetes/client-node";
import { FLAGS_LABEL } from "../../components/flags/catalogue.ts";
import { apiClient, whyNot } from "../../components/kubernetes/api-client.ts";
import { CommandFailure } from "../exit.ts";
import type { FlagStore, Refreshed } from "./store.ts";

/** Who the cluster is told that writes. */
const FIELD_MANAGER = "slipway-flags";

/** Annotation of a pod: a change of it makes its kubelet look at the pod, and bring its files up to date, at once. */
const REFRESH_ANNOTATION = "slipway.dev/flags-changed";

/** Pods told at once. */
const BATCH = 20;

/** Flags in a Kubernetes cluster. */
export class ClusterStore implements FlagStore {
  readonly #core: CoreV1Api;
  readonly #authentication: AuthenticationV1Api;
  readonly #where: string;
  readonly #mergePatch: Parameters<CoreV1Api["patchNamespacedPod"]>[1];

  private constructor(
    core: CoreV1Api,
    authentication: AuthenticationV1Api,
    where: string,
    mergePatch: Parameters<CoreV1Api["patchNamespacedPod"]>[1],
  ) {
    this.#core = core;
    this.#authentication = authentication;
    this.#where = where;
    this.#mergePatch = mergePatch;
  }

  /** Asks nothing of the cluster yet. @param config whose current context is the cluster that is meant */
  static async open(config: KubeConfig): Promise<ClusterStore> {
    const { k8s, configuration, cluster } = await apiClient(config);
    return new ClusterStore(
      new k8s.CoreV1Api(configuration),
      new k8s.AuthenticationV1Api(configuration),
      cluster,
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
  }

  async list(environment: string | undefined, namespace: string | undefined): Promise<V1ConfigMap[]> {
    const labelSelector =
      environment === undefined ? FLAGS_LABEL : `${FLAGS_LABEL},slipway.dev/environment=${environment}`;
    const { items } = await this.#ask(
      `list ConfigMaps${namespace === undefined ? " of all namespaces (--namespace asks for one)" : ""}`,
      () =>
        namespace === undefined
          ? this.#core.listConfigMapForAllNamespaces({ labelSelector })
          : this.#core.listNamespacedConfigMap({ namespace, labelSelector }),
    );
    return items;
  }

  async read(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    return await this.#ask(`read the ConfigMap "${name}"`, () =>
      this.#core.readNamespacedConfigMap({ namespace, name }).catch(unless(404)),
    );
  }

  async write(object: V1ConfigMap): Promise<V1ConfigMap | undefined> {
    const { namespace = "", name = "", resourceVersion } = object.metadata ?? {};
    const request = { namespace, name, body: object, fieldManager: FIELD_MANAGER };
    // Replaced whole, for the version that was read: an apply would leave behind what others own and a person clears.
    return await this.#ask(`write the ConfigMap "${name}"`, () =>
      resourceVersion === undefined
        ? this.#core.createNamespacedConfigMap(request).catch(unless(409))
        : this.#core.replaceNamespacedConfigMap(request).catch(unless(409, 404)),
    );
  }

  async account(): Promise<string | undefined> {
    // Clusters before 1.28 don't tell.
    const review = await this.#authentication.createSelfSubjectReview({ body: {} }).catch(() => undefined);
    return review?.status?.userInfo?.username;
  }

  async refresh(namespace: string, flagsObject: string, at: string): Promise<Refreshed> {
    let pods: V1Pod[] = [];
    let told = 0;
    try {
      const { items } = await this.#ask("list pods", () => this.#core.listNamespacedPod({ namespace }));
      pods = items.filter((pod) => reads(pod, flagsObject));
      const body = { metadata: { annotations: { [REFRESH_ANNOTATION]: at } } };
      for (let begin = 0; begin < pods.length; begin += BATCH) {
        const tell = async ({ metadata }: V1Pod) => {
          const request = { namespace, name: metadata?.name ?? "", body, fieldManager: FIELD_MANAGER };
          const patched = await this.#ask("annotate pods", () =>
            // A pod that is gone needs nothing.
            this.#core.patchNamespacedPod(request, this.#mergePatch).catch(unless(404)),
          );
          if (patched !== undefined) told += 1;
        };
        await Promise.all(pods.slice(begin, begin + BATCH).map(tell));
      }
      return { told, pods: pods.length };
    } catch (error) {
      // The flags are set by now: pods see them a little later.
      return { told, pods: pods.length, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @throws CommandFailure that says what the cluster said */
  async #ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (error) {
      throw new CommandFailure(`${this.#where} could not be asked to ${what}: ${whyNot(error)}`);
    }
  }
}

/** Whether a pod that runs, or is about to, mounts the flags. */
function reads({ spec, status }: V1Pod, flagsObject: string): boolean {
  const mounts = spec?.volumes?.some(({ projected }) =>
    projected?.sources?.some(({ configMap }) => configMap?.name === flagsObject),
  );
  return mounts === true && (status?.phase === "Running" || status?.phase === "Pending");
}

/** Gives nothing for an answer with one of these codes; throws any other. */
function unless(...codes: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (codes.includes((error as ApiException<unknown>).code)) return undefined;
    throw error;
  };
}
