import { rmSync } from "node:fs";
import { isRunning, type ProcessMark } from "../../cloud/processes.ts";
import { clusterClient } from "../client.ts";
import { clusterFiles } from "../files.ts";
import { contextName } from "../kubeconfig.ts";
import { ClusterProcesses } from "../processes.ts";
import { stopNodes } from "../real/nodes.ts";
import { ingresses, loadBalancers } from "./addresses.ts";
import { certificates, clusterIssuers, issuers } from "./certificates.ts";
import { gatewayClasses, gateways, httpRoutes } from "./gateways.ts";
import { serveMetrics } from "./metrics-server.ts";
import { clusterSecretStores, externalSecrets, secretStores } from "./secrets.ts";
import { runStandIn } from "./stand-in.ts";
import { volumeClaims, volumes } from "./volumes.ts";

/** The process that stands in, for one cluster, for what a managed one has besides Kubernetes itself. */

interface Arguments {
  readonly folder: string;
  readonly binary: string;
  readonly cloud?: string;
  /** The process with which a temporary cluster ends. */
  readonly endsWith?: ProcessMark;
}

const { folder, binary, cloud, endsWith } = JSON.parse(process.argv[2] ?? "{}") as Arguments;
const { kubeconfig } = clusterFiles(folder);
const client = clusterClient({ kubeconfig, context: contextName });
const context = { client, folder, binary, cloud };

if (endsWith) {
  setInterval(async () => {
    if (isRunning(endsWith)) return;
    await stopNodes(folder);
    const processes = new ClusterProcesses(folder);
    await processes.kill(processes.names.filter((name) => name !== "stand-ins"));
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  }, 500);
}
// What goes wrong with one object, or one kind, is said in the log and must not end the others.
process.on("unhandledRejection", (reason) => console.error(reason));

const standIns = [
  volumeClaims,
  volumes,
  secretStores,
  clusterSecretStores,
  externalSecrets,
  issuers,
  clusterIssuers,
  certificates,
  gatewayClasses,
  gateways,
  httpRoutes,
  loadBalancers,
  ingresses,
];
await Promise.all([serveMetrics(context), ...standIns.map((each) => runStandIn(each, context))]);
