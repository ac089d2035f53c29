import { resolve } from "node:path";
import type { Report } from "../progress.ts";
import { clusterClient, explain } from "./client.ts";
import { stopCluster } from "./cluster.ts";
import { type ClusterConnection, writeConnection } from "./connection.ts";
import { ensureDefinitions } from "./definitions.ts";
import { ClusterError } from "./errors.ts";
import { installDefinitions, missingDefinitions } from "./install.ts";
import { askCluster } from "./status.ts";

export interface UseClusterOptions {
  /** Where the sandbox keeps which cluster it uses: `SandboxPaths.kubernetes`. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly context: string;
  /** Whether definitions that the cluster lacks may be added to it; asked only when there are such, with their names. */
  readonly mayInstall: (missing: readonly string[], server: string) => Promise<boolean>;
  readonly report: Report;
}

/**
 * Makes the sandbox use a cluster of the user's own. Nothing of it is changed but what `mayInstall` allows.
 *
 * @returns the connection; undefined when definitions are missing and may not be added
 * @throws ClusterError when the file has no such context, or the cluster can't be reached
 */
export async function useCluster(options: UseClusterOptions): Promise<ClusterConnection | undefined> {
  const { folder, context, report } = options;
  const kubeconfig = resolve(options.kubeconfig);
  const client = clusterClient({ kubeconfig, context });
  const server = client.config.getCurrentCluster()?.server ?? "";
  report(`asking the cluster of the context "${context}" at ${server}`);
  const facts = await askCluster(client).catch((error: unknown) => {
    throw new ClusterError(
      `The cluster of the context "${context}" in ${kubeconfig} can't be reached: ${explain(error)}. Start it, or name another context.`,
    );
  });
  const definitions = await ensureDefinitions({ report });
  const missing = await missingDefinitions(client, definitions);
  if (missing.length > 0) {
    if (!(await options.mayInstall(missing, server))) return undefined;
    report(`adding ${missing.length} custom resource definitions`);
    await installDefinitions(client, definitions);
  }
  await stopCluster(folder);
  const level = facts.nodes.some(({ fake }) => !fake) ? "real" : "api";
  const connection: ClusterConnection = { kubeconfig, context, origin: "given", level };
  writeConnection(folder, connection);
  return connection;
}
