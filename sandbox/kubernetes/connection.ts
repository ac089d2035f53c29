import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How the sandbox reaches its Kubernetes cluster. */
export interface ClusterConnection {
  /** Absolute path of a kubeconfig file. */
  readonly kubeconfig: string;
  /** The context in it that is meant: never the current one of a user's own file by chance. */
  readonly context: string;
  /** `own`: made by the sandbox from its binary; `kind`: made by kind; `given`: the user named it. */
  readonly origin: "own" | "kind" | "given";
  /**
   * What the cluster can show: `api`, a real control plane with fake nodes, whose pods are Ready without running; `real`,
   * pods that run, with probes and traffic.
   */
  readonly level: "api" | "real";
}

const FILE = "cluster.json";

/** The cluster that the sandbox in `folder` (`SandboxPaths.kubernetes`) uses; undefined where there is none. */
export function readConnection(folder: string): ClusterConnection | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as ClusterConnection;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Names the cluster that the sandbox in `folder` uses from now on; `undefined` for none. Appears whole or not at all. */
export function writeConnection(folder: string, connection: ClusterConnection | undefined): void {
  const file = join(folder, FILE);
  if (connection === undefined) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(connection, null, 2)}\n`);
  renameSync(temporary, file);
}
