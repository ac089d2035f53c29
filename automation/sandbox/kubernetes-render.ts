import type { createColors } from "picocolors";
import type { ClusterStatus } from "../../sandbox/kubernetes/index.ts";
import { alignColumns } from "./table.ts";

type Colors = ReturnType<typeof createColors>;

const ORIGIN = { own: "the sandbox's own", kind: "made by kind", given: "your own" } as const;

const LEVEL = {
  api: "a real control plane; pods only seem to run",
  real: "pods really run",
} as const;

/** What `slipway sandbox kubernetes status` shows. */
export function renderCluster(
  { running, connection, facts, problem }: ClusterStatus,
  colors: Colors,
): string {
  if (!running || !connection || !facts) {
    const none = "The sandbox has no Kubernetes cluster that runs.";
    return `${problem ?? none}\nStart it with \`slipway sandbox kubernetes start\`.`;
  }
  const header = ["NODE", "STATE", "ZONE", "PODS"].map((title) => colors.bold(title));
  const rows = facts.nodes.map(({ name, ready, zone, fake }) => [
    name,
    ready ? colors.green("ready") : colors.red("not ready"),
    zone ?? "",
    fake ? "seem to run" : "run",
  ]);
  return [
    `The sandbox's Kubernetes cluster runs: ${facts.version} at ${facts.server}, ${ORIGIN[connection.origin]}`,
    `Level:       ${connection.level} (${LEVEL[connection.level]})`,
    `Kubeconfig:  ${connection.kubeconfig}, context ${connection.context}`,
    "",
    ...alignColumns([header, ...rows]),
    "",
    "Look into it:  slipway sandbox kubernetes kubectl -- get pods -A",
  ].join("\n");
}
