import { join } from "node:path";

/** The names of what a cluster keeps in its folder. */
export const clusterFiles = (folder: string) => ({
  /** Certificates and keys, as `kubebox pki` writes them. */
  pki: join(folder, "pki"),
  /** What etcd keeps: every object of the cluster. */
  etcd: join(folder, "etcd"),
  /** One log per process: `NAME.log`. */
  logs: join(folder, "logs"),
  /** The administrator's kubeconfig. */
  kubeconfig: join(folder, "kubeconfig"),
  /** Kubeconfigs of the cluster's own components: `NAME.yaml`. */
  identities: join(folder, "identities"),
  /** Which processes were started. */
  processes: join(folder, "processes.json"),
  /** Where the API server listens. */
  endpoint: join(folder, "endpoint.json"),
  /** What persistent volumes hold. */
  volumes: join(folder, "volumes"),
});

export type ClusterFiles = ReturnType<typeof clusterFiles>;
