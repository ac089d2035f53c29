import { fileURLToPath } from "node:url";
import { markProcess, type ProcessMark } from "../cloud/processes.ts";
import type { ClusterConnection } from "./connection.ts";
import type { ClusterProcesses } from "./processes.ts";

/** What the process of the stand-ins is told. */
export interface StandInArguments extends Pick<ClusterConnection, "kubeconfig" | "context" | "origin"> {
  /** The cluster's folder. */
  readonly folder: string;
  /** Absolute path of kubebox, where there is one. */
  readonly binary: string | undefined;
  /** Folder of the local cloud, if the cluster has one. */
  readonly cloud: string | undefined;
  /** The process with which a temporary cluster ends. */
  readonly endsWith?: ProcessMark | undefined;
}

/** Name of the process among the cluster's. */
export const standInsName = "stand-ins";

const program = fileURLToPath(new URL("./controllers/main.ts", import.meta.url));

/** Starts the process that stands in for what a managed cluster has besides Kubernetes itself. */
export function startStandIns(
  processes: ClusterProcesses,
  { endsWith, ...options }: Omit<StandInArguments, "endsWith"> & { readonly endsWith?: number | undefined },
): void {
  const mark = endsWith === undefined ? undefined : markProcess(endsWith);
  const told: StandInArguments = { ...options, endsWith: mark };
  processes.start(standInsName, { command: process.execPath, args: [program, JSON.stringify(told)] });
}
