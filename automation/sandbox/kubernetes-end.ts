import { existsSync } from "node:fs";
import { readConnection } from "../../sandbox/kubernetes/connection.ts";
import { clusterFiles } from "../../sandbox/kubernetes/files.ts";

/** What became of a sandbox's cluster when it was stopped. */
export interface EndedCluster {
  readonly origin: "own" | "kind" | "given";
  /** The same in words. */
  readonly text: string;
}

const TEXT = {
  own: "The Kubernetes cluster is stopped. Its objects come back with `slipway sandbox kubernetes start`.",
  kind: "The Kubernetes cluster is deleted, as kind keeps none that is stopped.",
  given: "The sandbox uses the Kubernetes cluster no longer; the cluster itself goes on.",
} as const;

/** Stops the cluster of the sandbox in `folder`. @returns undefined where there was none */
export async function endCluster(folder: string): Promise<EndedCluster | undefined> {
  // One that was begun and not finished has processes, but no connection yet.
  if (readConnection(folder) === undefined && !existsSync(clusterFiles(folder).processes)) return undefined;
  // Its client takes half a second to load, which those without a cluster need not wait for.
  const { stopCluster } = await import("../../sandbox/kubernetes/index.ts");
  const origin = await stopCluster(folder);
  return origin && { origin, text: TEXT[origin] };
}
