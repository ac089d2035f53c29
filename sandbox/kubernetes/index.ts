/** The sandbox's Kubernetes cluster, as the commands, the providers and the tests use it. */
export { type ClusterExtension, type StartClusterOptions, startCluster, stopCluster } from "./cluster.ts";
export { type ClusterConnection, readConnection, writeConnection } from "./connection.ts";
export { ensureDefinitions } from "./definitions.ts";
export { ClusterError } from "./errors.ts";
export { ensureKubebox, findKubebox } from "./kubebox.ts";
