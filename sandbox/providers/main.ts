// One stand-in provider plugin: `node main.ts [flags] <engine address>`, started by an engine that has no shared server.
// Prints the port that it listens on, and ends with the engine.
import { startProviders } from "./server.ts";

/** Milliseconds between looks whether the engine still lives. */
const HEARTBEAT = 1_000;

const parent = process.ppid;
// An engine that was killed sends no signal; its death shows in a new parent.
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, HEARTBEAT).unref();

const { port } = await startProviders({
  cloudFolder: process.env.SLIPWAY_CLOUD_FOLDER || undefined,
  kubernetesFolder: process.env.SLIPWAY_KUBERNETES_FOLDER || undefined,
});
console.log(port);
