import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { V1CustomResourceDefinition, V1Node } from "@kubernetes/client-node";
import { exclusively } from "../exclusively.ts";
import type { Report } from "../progress.ts";
import { type AnyObject, apply, type ClusterClient, clusterClient } from "./client.ts";
import { type ClusterConnection, readConnection, writeConnection } from "./connection.ts";
import { type ControlPlane, isReady, startControlPlane, whileRunning } from "./control-plane.ts";
import { ensureDefinitions } from "./definitions.ts";
import { clusterFiles } from "./files.ts";
import { kwokFlags } from "./flags.ts";
import { customFurniture, fakeNodeNames, fakeNodes, storageClasses } from "./furniture.ts";
import { areServed, installDefinitions } from "./install.ts";
import { deleteKind } from "./kind.ts";
import { ensureKubebox } from "./kubebox.ts";
import { contextName } from "./kubeconfig.ts";
import { ClusterProcesses } from "./processes.ts";
import { stopNodes } from "./real/nodes.ts";
import { startStandIns } from "./stand-ins.ts";

/** Seconds that nodes, definitions and the stand-ins may take together. */
const FURNISH_SECONDS = 120;

const stages = fileURLToPath(new URL("./stages.yaml", import.meta.url));

/** What makes a cluster more than a control plane with fake nodes. */
export interface ClusterExtension {
  readonly level: "real";
  /** Address of the API server that the nodes reach. */
  readonly host: string;
  /** Names of nodes with a kubelet. */
  readonly nodes: readonly string[];
  readonly apiserverFlags?: readonly string[];
  readonly controllerManagerFlags?: readonly string[];
  /** Called when the API server is ready: starts its processes, and resolves when its nodes are Ready. */
  readonly start: (plane: ControlPlane) => Promise<void>;
}

export interface StartClusterOptions {
  /** Where the cluster keeps everything: `SandboxPaths.kubernetes`. */
  readonly folder: string;
  /** Absolute path of kubebox. Default: the one in the cache, which is built where it is missing. */
  readonly binary?: string;
  /** Folder of the local cloud whose secrets the stand-in for External Secrets hands out. */
  readonly cloud?: string;
  /** Id of a process with which the cluster ends, however that ends; its folder is removed then, too. Default: it stays until it is stopped. */
  readonly endsWith?: number;
  /** Called when nothing of an earlier start is left, before the control plane is started. */
  readonly extension?: () => Promise<ClusterExtension>;
  readonly report?: Report;
}

/**
 * The sandbox's own cluster, started if it does not run: a real control plane, three fake nodes in three zones, the
 * definitions of custom resources, storage and gateway classes, stand-ins for what a managed cluster has besides, and
 * a metrics API. Two calls at once, in any processes, give one cluster. Its objects survive `stopCluster`.
 *
 * @throws ClusterError that names the component that failed, with the end of its log; nothing is left running then
 */
export async function startCluster(options: StartClusterOptions): Promise<ClusterConnection> {
  const { folder, report = () => {} } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const binary = options.binary ?? (await ensureKubebox({ report }));
  const definitions = await ensureDefinitions({ report });
  return await exclusively(folder, async () => {
    const processes = new ClusterProcesses(folder);
    const running = await connectionIfRunning(folder, processes);
    if (running) return running;
    if (processes.names.length > 0) {
      const ended = processes.names.find((name) => processes.running(name) === undefined);
      report(
        ended === undefined
          ? "ending a cluster that was not started whole"
          : `${processes.describeEnd(ended)}\nstarting anew`,
      );
      await end(folder);
    }
    writeConnection(folder, undefined);
    try {
      return await launch({ ...options, binary, definitions, report });
    } catch (error) {
      await end(folder);
      throw error;
    }
  });
}

/**
 * Kills every process of the folder's own cluster: it takes a tenth of a second. What it holds stays in the folder. One
 * that kind made is deleted; one of the user's own goes on, and is used no longer.
 *
 * @returns what there was; undefined where there was nothing
 */
export async function stopCluster(folder: string): Promise<ClusterConnection["origin"] | undefined> {
  if (!existsSync(folder)) return undefined;
  return await exclusively(folder, async () => {
    const processes = new ClusterProcesses(folder);
    const ran = processes.names.some((name) => processes.running(name) !== undefined);
    const origin = readConnection(folder)?.origin ?? (ran ? "own" : undefined);
    await end(folder);
    if (origin === "kind") await deleteKind(folder);
    writeConnection(folder, undefined);
    return origin === "own" && !ran ? undefined : origin;
  });
}

/** Real nodes first: what they are made of is removed with them. */
async function end(folder: string): Promise<void> {
  await stopNodes(folder);
  await new ClusterProcesses(folder).kill();
}

async function connectionIfRunning(
  folder: string,
  processes: ClusterProcesses,
): Promise<ClusterConnection | undefined> {
  const connection = readConnection(folder);
  if (connection?.origin !== "own" || processes.names.length === 0) return undefined;
  if (processes.names.some((name) => processes.running(name) === undefined)) return undefined;
  const files = clusterFiles(folder);
  const server = clusterClient(connection).config.getCurrentCluster()?.server ?? "";
  return (await isReady(server, files.pki)) ? connection : undefined;
}

async function launch(
  options: StartClusterOptions & {
    readonly binary: string;
    readonly definitions: readonly V1CustomResourceDefinition[];
    readonly report: Report;
  },
): Promise<ClusterConnection> {
  const { folder, report } = options;
  const extension = await options.extension?.();
  const plane = await startControlPlane({ ...options, ...extension });
  const connection: ClusterConnection = {
    kubeconfig: plane.files.kubeconfig,
    context: contextName,
    origin: "own",
    level: extension?.level ?? "api",
  };
  const client = clusterClient(connection);
  const { ports, files, host, processes } = plane;
  plane.startComponent("kwok", kwokFlags({ files, ports, host }, stages));
  report(
    `adding ${fakeNodeNames.length} fake nodes and ${options.definitions.length} custom resource definitions`,
  );
  await Promise.all([
    ...[...fakeNodes(extension !== undefined), ...storageClasses()].map((object) => apply(client, object)),
    installDefinitions(client, options.definitions),
  ]);
  await whileRunning(
    processes,
    "gateway classes and issuers",
    () => areServed(client, customFurniture()),
    FURNISH_SECONDS,
  );
  await Promise.all(customFurniture().map((object) => apply(client, object)));
  const { binary, cloud, endsWith } = options;
  startStandIns(processes, { ...connection, folder, binary, cloud, endsWith });
  await extension?.start(plane);
  await whileRunning(processes, "nodes, accounts and metrics", () => isFurnished(client), FURNISH_SECONDS);
  writeConnection(folder, connection);
  return connection;
}

/** Whether what every user of the cluster counts on is there. */
async function isFurnished({ objects }: ClusterClient): Promise<boolean> {
  try {
    const nodes = await objects.list<V1Node>("v1", "Node");
    const ready = nodes.items.filter((node) => isNodeReady(node)).map((node) => node.metadata?.name);
    if (!fakeNodeNames.every((name) => ready.includes(name))) return false;
    await objects.read({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: "default" },
    });
    const service = await objects.read<AnyObject>({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
    });
    return conditionIs(service, "Available");
  } catch {
    return false;
  }
}

/** Whether the kubelet, or kwok, says that a node is Ready. */
export function isNodeReady(node: V1Node): boolean {
  return conditionIs(node, "Ready");
}

function conditionIs(object: object, type: string): boolean {
  const { status } = object as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
}
