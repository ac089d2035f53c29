/** The local cloud, as the commands, the stand-in providers and the tests use it. */
export * from "./api.ts";
export { CloudClient } from "./client.ts";
export { resetCloud, startCloud, stopCloud } from "./daemon.ts";
export { generateLoad, type LoadSummary } from "./load.ts";
