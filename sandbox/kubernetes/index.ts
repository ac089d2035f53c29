/** The sandbox's Kubernetes cluster, as the commands, the providers and the tests use it. */
export { startAnyCluster } from "./any.ts";
export { type StartClusterOptions, startCluster, stopCluster } from "./cluster.ts";
export { type ClusterConnection, readConnection } from "./connection.ts";
export { useCluster } from "./given.ts";
export { findKubebox } from "./kubebox.ts";
export { type ClusterStatus, clusterStatus } from "./status.ts";
