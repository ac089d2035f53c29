import { rmSync } from "node:fs";
import { isRunning } from "../../cloud/processes.ts";
import { clusterClient } from "../client.ts";
import { ClusterProcesses } from "../processes.ts";
import { stopNodes } from "../real/nodes.ts";
import { type StandInArguments, standInsName } from "../stand-ins.ts";
import { ingresses, loadBalancers } from "./addresses.ts";
import { certificates, clusterIssuers, issuers } from "./certificates.ts";
import { gatewayClasses, gateways, httpRoutes } from "./gateways.ts";
import { serveMetrics } from "./metrics-server.ts";
import { clusterSecretStores, externalSecrets, secretStores } from "./secrets.ts";
import { runStandIn } from "./stand-in.ts";
import { volumeClaims, volumes } from "./volumes.ts";

/** The process that stands in, for one cluster, for what a managed one has besides Kubernetes itself. */

const told = JSON.parse(process.argv[2] ?? "{}") as StandInArguments;
const { folder, endsWith } = told;
const context = { ...told, client: clusterClient(told) };

if (endsWith) {
  const watch = setInterval(async () => {
    if (isRunning(endsWith)) return;
    clearInterval(watch);
    await stopNodes(folder);
    const processes = new ClusterProcesses(folder);
    await processes.kill(processes.names.filter((name) => name !== standInsName));
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  }, 500);
}
// What goes wrong with one object, or one kind, is said in the log and must not end the others.
process.on("unhandledRejection", (reason) => console.error(reason));

const standIns = [
  // Any other cluster has disks and metrics of its own.
  ...(told.origin === "own" ? [volumeClaims, volumes] : []),
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
if (told.origin === "own") await serveMetrics(context);
await Promise.all(standIns.map((each) => runStandIn(each, context)));
