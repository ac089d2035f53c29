/**
 * The local cloud's process: `node main.ts FOLDER`. Started by `startCloud`, which waits until `endpoint.json` names
 * an address that answers. What it prints goes to `cloud.log` in its folder.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createAdmin } from "./admin.ts";
import type { CloudEndpoint } from "./api.ts";
import { Cloud } from "./cloud.ts";
import { readEndpoint } from "./endpoint.ts";
import { cloudFiles, writeAtomically } from "./files.ts";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("Usage: node main.ts FOLDER");
  process.exit(2);
}
process.umask(0o077);
process.title = "slipway-cloud";

const log = (message: string) => console.log(`${new Date().toISOString()} ${message}`);
const cloud = await Cloud.open(folder, { log }).catch((error: Error) => {
  console.error(error.message); // the last line of the log, which startCloud shows
  process.exit(1);
});
const token = randomBytes(32).toString("base64url");
const startedAt = new Date().toISOString();

let stopping = false;
async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log(`stops: ${why}`);
  admin.close();
  await cloud.stop();
  admin.closeAllConnections();
  if (readEndpoint(folder as string)?.token === token) {
    const files = cloudFiles(folder as string);
    for (const path of [files.endpoint, files.targets]) rmSync(path, { force: true });
  }
  log("stopped");
  process.exit(0);
}

const admin = createAdmin(() => ({
  cloud,
  token,
  identity: { url: endpoint.url, pid: endpoint.pid, startedAt },
  stop: () => void stop("asked to"),
}));
await new Promise<void>((resolve, reject) => {
  admin.once("error", reject);
  admin.listen(0, "127.0.0.1", resolve);
});
const endpoint: CloudEndpoint = {
  url: `http://127.0.0.1:${(admin.address() as AddressInfo).port}`,
  token,
  pid: process.pid,
  startedAt,
};
cloud.metricsUrl = `${endpoint.url}/metrics`;
// The same instance at every address, so that what is measured goes on after a restart.
const targets = [{ targets: [new URL(endpoint.url).host], labels: { instance: "local-cloud" } }];
await writeAtomically(cloudFiles(folder).targets, `${JSON.stringify(targets)}\n`);
await writeAtomically(cloudFiles(folder).endpoint, `${JSON.stringify(endpoint)}\n`);
log(`serves ${endpoint.url}, process ${process.pid}`);

process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
process.on("uncaughtException", (error) => {
  // Half a cloud would be worse than none: the guard of each instance ends it, the state brings it back.
  log(`fails: ${error.stack ?? error.message}`);
  process.exit(1);
});
