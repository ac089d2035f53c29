import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type {
  KubernetesObject,
  V1Deployment,
  V1EndpointSlice,
  V1Pod,
  V1Service,
} from "@kubernetes/client-node";
import { run } from "../../sandbox/engine/run.ts";
import {
  type AnyObject,
  apply,
  type ClusterClient,
  clusterClient,
  find,
} from "../../sandbox/kubernetes/client.ts";
import { startControlPlane } from "../../sandbox/kubernetes/control-plane.ts";
import { findKubebox } from "../../sandbox/kubernetes/kubebox.ts";
import { contextName } from "../../sandbox/kubernetes/kubeconfig.ts";
import { ClusterProcesses } from "../../sandbox/kubernetes/processes.ts";
import { sandboxImages } from "../../sandbox/kubernetes/real/images.ts";
import { toolEnvironment } from "../../sandbox/kubernetes/real/network.ts";
import {
  describeImpossible,
  type PreparedNodes,
  prepareNodes,
  startNodes,
  stopNodes,
} from "../../sandbox/kubernetes/real/nodes.ts";
import { podsPossible } from "../../sandbox/kubernetes/real/possible.ts";
import { redisImage } from "../../sandbox/kubernetes/real/redis.ts";

/** What came of a load. */
export interface LoadResult {
  sent: number;
  /** Why, one for each request that got no answer with 200. */
  readonly failures: string[];
  readonly statuses: Record<string, number>;
  /** Answers by the pod that gave them. */
  readonly revisions: Record<string, number>;
  readonly images: Record<string, number>;
}

/** Why pods can't run here, and what brings them; empty where they can. */
export async function podsProblem(): Promise<string> {
  const able = await podsPossible(tmpdir());
  if (!able.possible) return describeImpossible(able);
  if ((await findKubebox()) === undefined) return "there is no Kubernetes yet: npm run parts brings it";
  return "";
}

/** A control plane with two real nodes, for one test file. */
export class PodCluster {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly client: ClusterClient;
  readonly nodes: PreparedNodes;
  readonly #binary: string;

  private constructor(folder: string, binary: string, kubeconfig: string, nodes: PreparedNodes) {
    this.folder = folder;
    this.#binary = binary;
    this.kubeconfig = kubeconfig;
    this.nodes = nodes;
    this.client = clusterClient({ kubeconfig, context: contextName });
  }

  /** Resolves when both nodes are Ready. */
  static async start(): Promise<PodCluster> {
    const binary = await findKubebox();
    if (binary === undefined) throw new Error("There is no kubebox: npm run parts");
    const redis = await redisImage();
    const archives = [await sandboxImages(), ...(redis === undefined ? [] : [redis])];
    const folder = mkdtempSync(join(tmpdir(), "slipway-pods-"));
    const prepared = await prepareNodes({ folder, archives });
    const { host, nodes } = prepared.network;
    const plane = await startControlPlane({ folder, binary, host, nodes: nodes.map(({ name }) => name) });
    await startNodes(prepared, plane);
    return new PodCluster(folder, binary, plane.files.kubeconfig, prepared);
  }

  async stop(): Promise<void> {
    await stopNodes(this.folder);
    await new ClusterProcesses(this.folder).kill();
    rmSync(this.folder, { recursive: true });
  }

  async apply(...objects: readonly AnyObject[]): Promise<void> {
    for (const object of objects) await apply(this.client, object);
  }

  /** A namespace with the strictest pod security, and the account that every pod has. */
  async namespace(name: string): Promise<void> {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    await until(async () => (await find(this.client, "v1", "ServiceAccount", "default", name)) !== undefined);
  }

  async read<T extends KubernetesObject>(
    apiVersion: string,
    kind: string,
    namespace: string,
    name: string,
  ): Promise<T> {
    const found = await find<T>(this.client, apiVersion, kind, name, namespace);
    if (found === undefined) throw new Error(`There is no ${kind} "${name}" in "${namespace}".`);
    return found;
  }

  /** The pods of an application that are not about to go. */
  async pods(namespace: string, app: string): Promise<V1Pod[]> {
    const { items } = await this.client.objects.list<V1Pod>(
      "v1",
      "Pod",
      namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      `app=${app}`,
    );
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  }

  /** Addresses of those pods behind a service that requests go to. */
  async endpoints(namespace: string, service: string): Promise<string[]> {
    const { items } = await this.client.objects.list<V1EndpointSlice>(
      "discovery.k8s.io/v1",
      "EndpointSlice",
      namespace,
    );
    return items
      .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === service)
      .flatMap((slice) => slice.endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready)
      .flatMap(({ addresses }) => addresses);
  }

  /** Resolves when the newest version of a deployment is rolled out whole. */
  async rolledOut(namespace: string, name: string): Promise<void> {
    await until(async () => {
      const { metadata, spec, status } = await this.read<V1Deployment>(
        "apps/v1",
        "Deployment",
        namespace,
        name,
      );
      const wanted = spec?.replicas ?? 1;
      const all = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
      return status?.observedGeneration === metadata?.generation && all.every((count) => count === wanted);
    });
  }

  /** The address of a service within the cluster. */
  async address(namespace: string, service: string): Promise<string> {
    const { spec } = await this.read<V1Service>("v1", "Service", namespace, service);
    return `http://${spec?.clusterIP}`;
  }

  async kubectl(...args: readonly string[]) {
    return await run(this.#binary, ["kubectl", `--kubeconfig=${this.kubeconfig}`, ...args]);
  }

  /** Runs a script by the Node of the demo image, in the pod. @returns what it printed */
  async node(namespace: string, pod: string, script: string): Promise<string> {
    const result = await this.kubectl("exec", "-n", namespace, pod, "--", "node", "-e", script);
    if (result.code !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  }

  /** Starts a load on the first node, of 50 requests a second where nothing else is said. @returns what ends it */
  load(url: string, rate = 50): () => Promise<LoadResult> {
    return this.#load(url, rate);
  }

  /** Sends 50 requests to a service, one after another. */
  async ask(url: string): Promise<LoadResult> {
    return await this.#load(url, 100, 50)(false);
  }

  #load(url: string, rate: number, count = 0): (end?: boolean) => Promise<LoadResult> {
    const [node] = this.nodes.nodes;
    const script = fileURLToPath(new URL("./kubernetes-pods-load.ts", import.meta.url));
    const [program, ...enter] = [
      "nsenter",
      "--target",
      String(node?.pid),
      "--net",
      process.execPath,
    ] as const;
    const child = spawn(program, [...enter, script, url, String(rate), String(count)], {
      stdio: ["pipe", "pipe", "inherit"],
      env: toolEnvironment(),
    });
    const ended = Promise.all([text(child.stdout), once(child, "exit")]);
    return async (end = true) => {
      if (end) child.stdin.end();
      const [said] = await ended;
      return JSON.parse(said) as LoadResult;
    };
  }
}

/** Asks again and again until the answer is yes; the test's own time-out is the limit. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 150));
}

/** A pod template as the strictest pod security wants it, with probes that answer within a second. */
export function demoPod(app: string, container: Readonly<Record<string, unknown>> = {}, pod: object = {}) {
  const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port: 8080 },
    periodSeconds: 1,
    // An answer that comes late is not what these tests are about.
    timeoutSeconds: 10,
    failureThreshold,
  });
  return {
    metadata: { labels: { app } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "app",
          image: "sandbox/demo:1.0.0",
          // Its answers say which pod gave them.
          env: [{ name: "K_REVISION", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "192Mi" } },
          startupProbe: probe("/health/startup", 30),
          livenessProbe: probe("/healthz", 2),
          readinessProbe: probe("/readyz", 1),
          lifecycle: { preStop: { sleep: { seconds: 2 } } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          ...container,
        },
      ],
      ...pod,
    },
  };
}

/** A deployment of such pods, and a service before them. */
export function demo(
  namespace: string,
  replicas: number,
  template: ReturnType<typeof demoPod> = demoPod("web"),
): AnyObject[] {
  const { app } = template.metadata.labels;
  const metadata = { name: app, namespace };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas,
        selector: { matchLabels: { app } },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template,
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}
