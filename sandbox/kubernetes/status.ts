import { existsSync } from "node:fs";
import { type V1Node, VersionApi } from "@kubernetes/client-node";
import { type ClusterClient, clusterClient, explain } from "./client.ts";
import { isNodeReady } from "./cluster.ts";
import { type ClusterConnection, readConnection } from "./connection.ts";
import { ClusterProcesses } from "./processes.ts";

/** Milliseconds that a cluster may take to say which it is. */
const ANSWER = 10_000;

/** One node of a cluster. */
interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly zone: string | undefined;
  /** Whether pods on it only seem to run. */
  readonly fake: boolean;
}

/** What a cluster says of itself. */
export interface ClusterFacts {
  /** Address of the API server. */
  readonly server: string;
  /** Its version: `v1.36.3`. */
  readonly version: string;
  readonly nodes: readonly NodeStatus[];
}

/** What there is of the sandbox's cluster. */
export interface ClusterStatus {
  /** Whether there is one that answers. */
  readonly running: boolean;
  readonly connection?: ClusterConnection;
  readonly facts?: ClusterFacts;
  /** Names of its processes, for one that the sandbox made. */
  readonly processes?: readonly string[];
  /** Why one that should be there is not: the component that ended, with the end of its log. */
  readonly problem?: string;
}

/** The sandbox's cluster in `folder`, as it is now. Starts and changes nothing. */
export async function clusterStatus(folder: string): Promise<ClusterStatus> {
  const connection = existsSync(folder) ? readConnection(folder) : undefined;
  if (!connection) return { running: false };
  const processes = new ClusterProcesses(folder);
  const ended = processes.names.find((name) => processes.running(name) === undefined);
  if (ended !== undefined) return { running: false, connection, problem: processes.describeEnd(ended) };
  try {
    const facts = await askCluster(clusterClient(connection));
    return {
      running: true,
      connection,
      facts,
      ...(connection.origin === "own" ? { processes: processes.names } : {}),
    };
  } catch (error) {
    return { running: false, connection, problem: `The cluster does not answer: ${explain(error)}` };
  }
}

/** @throws Error when the cluster does not answer within ten seconds */
export async function askCluster({ config, objects }: ClusterClient): Promise<ClusterFacts> {
  const server = config.getCurrentCluster()?.server ?? "";
  const asked = Promise.all([config.makeApiClient(VersionApi).getCode(), objects.list<V1Node>("v1", "Node")]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const say = () => reject(new Error(`${server} gave no answer within ${ANSWER / 1000} s`));
    timer = setTimeout(say, ANSWER);
  });
  try {
    const [{ gitVersion }, { items }] = await Promise.race([asked, late]);
    return { server, version: gitVersion, nodes: items.map(nodeStatus) };
  } finally {
    clearTimeout(timer);
    asked.catch(() => {});
  }
}

function nodeStatus(node: V1Node): NodeStatus {
  return {
    name: node.metadata?.name ?? "",
    ready: isNodeReady(node),
    zone: node.metadata?.labels?.["topology.kubernetes.io/zone"],
    fake: node.metadata?.annotations?.["kwok.x-k8s.io/node"] !== undefined,
  };
}
