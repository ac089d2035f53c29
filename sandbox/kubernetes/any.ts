import type { Report } from "../progress.ts";
import { startCluster } from "./cluster.ts";
import { type ClusterConnection, readConnection } from "./connection.ts";
import { ClusterError } from "./errors.ts";
import { canUseKind, startKind } from "./kind.ts";
import { findKubebox } from "./kubebox.ts";
import { realNodes } from "./real/extension.ts";

/** How the sandbox comes to a cluster when the user names none. */
export type ClusterWay = "own" | "kind";

/**
 * The sandbox's own one where it was built, or was begun with; else kind where that works; else its own, which is built
 * then. What costs nothing comes first.
 */
export async function chooseWay(
  folder: string,
  has: { readonly kubebox: () => Promise<boolean>; readonly kind: () => Promise<boolean> } = {
    kubebox: async () => (await findKubebox()) !== undefined,
    kind: canUseKind,
  },
): Promise<ClusterWay> {
  const origin = readConnection(folder)?.origin;
  if (origin === "own" || origin === "kind") return origin;
  return (await has.kubebox()) || !(await has.kind()) ? "own" : "kind";
}

/**
 * The sandbox's cluster in `folder`, by the way that {@link chooseWay} finds.
 *
 * @throws ClusterError when it can't be started, or one of the other level runs
 */
export async function startAnyCluster(options: {
  readonly folder: string;
  readonly cloud: string;
  /** Whether pods must really run; needs root and containerd for a cluster of the sandbox's own. */
  readonly real: boolean;
  readonly report: Report;
}): Promise<ClusterConnection> {
  const { folder, real, report } = options;
  if ((await chooseWay(folder)) === "kind") return await startKind(options);
  const connection = await startCluster({
    ...options,
    ...(real ? { extension: () => realNodes(folder, { report }) } : {}),
  });
  if (real && connection.level === "api") {
    throw new ClusterError(
      "The sandbox's cluster runs with fake nodes only. Stop it first: `slipway sandbox kubernetes stop`.",
    );
  }
  return connection;
}
