import { join } from "node:path";
import { findDefinitions } from "../sandbox/kubernetes/definitions.ts";
import {
  type ClusterConnection,
  findKubebox,
  startCluster,
  stopCluster,
} from "../sandbox/kubernetes/index.ts";
import { run } from "./measure.ts";

/** A cluster of the bench's own. */
export interface BenchCluster {
  /** Holds its connection, as the sandbox's folder does. */
  readonly folder: string;
  readonly connection: ClusterConnection;
  /** Runs kubectl against it; gives what it printed. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a cluster under `scratch`; undefined where its parts are not there: nothing is built inside a measurement. */
export async function startBenchCluster(scratch: string): Promise<BenchCluster | undefined> {
  const kubebox = await findKubebox();
  if (kubebox === undefined || (await findDefinitions()) === undefined) return undefined;
  const folder = join(scratch, "cluster");
  const connection = await startCluster({ folder, endsWith: process.pid });
  const access = [
    `--kubeconfig=${connection.kubeconfig}`,
    `--context=${connection.context}`,
    `--cache-dir=${join(scratch, "kubectl")}`,
  ];
  return {
    folder,
    connection,
    kubectl: (...args) => run(kubebox, ["kubectl", ...access, ...args]),
    stop: async () => {
      await stopCluster(folder);
    },
  };
}
