import { join } from "node:path";
import type { ClusterFiles } from "./files.ts";

/** Ports of 127.0.0.1, or of the API server's address, that a cluster's components listen on. */
export interface ClusterPorts {
  readonly api: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** What the flags are made of. */
export interface FlagInputs {
  readonly files: ClusterFiles;
  readonly ports: ClusterPorts;
  /** The address that the API server listens on. */
  readonly host: string;
}

/** Addresses that services get. */
const SERVICE_RANGE = "10.96.0.0/16";

/** Requests per second that a controller may send: the default of 20 makes a cluster on one machine wait for nothing. */
const UNHURRIED = ["--kube-api-qps=500", "--kube-api-burst=500"];

/** etcd without flushing: what a power cut would lose, a sandbox can lose. */
export function etcdFlags({ files, ports }: FlagInputs): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    "--name=sandbox",
    `--data-dir=${files.etcd}`,
    "--unsafe-no-fsync",
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=sandbox=${peer}`,
    "--log-level=warn",
  ];
}

/** The API server, with every check that production has, and the aggregation layer that metrics need. */
export function apiserverFlags({ files, ports, host }: FlagInputs): string[] {
  const pki = (name: string) => join(files.pki, name);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--bind-address=${host}`,
    `--secure-port=${ports.api}`,
    // The endpoint of the service "kubernetes" can't be a loopback address.
    ...(host === "127.0.0.1" ? ["--endpoint-reconciler-type=none"] : [`--advertise-address=${host}`]),
    `--tls-cert-file=${pki("apiserver.crt")}`,
    `--tls-private-key-file=${pki("apiserver.key")}`,
    `--client-ca-file=${pki("ca.crt")}`,
    `--service-account-key-file=${pki("sa.key")}`,
    `--service-account-signing-key-file=${pki("sa.key")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--authorization-mode=Node,RBAC",
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    "--allow-privileged=true",
    "--enable-admission-plugins=NodeRestriction",
    // One authority signs both kinds of clients, so the front proxy's name tells them apart.
    `--requestheader-client-ca-file=${pki("ca.crt")}`,
    "--requestheader-allowed-names=front-proxy",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${pki("front-proxy.crt")}`,
    `--proxy-client-key-file=${pki("front-proxy.key")}`,
    `--kubelet-client-certificate=${pki("admin.crt")}`,
    `--kubelet-client-key=${pki("admin.key")}`,
    "--kubelet-preferred-address-types=InternalIP",
  ];
}

/** The controllers. Autoscaling looks every second and forgets after five, so that it can be watched. */
export function controllerManagerFlags({ files, ports }: FlagInputs): string[] {
  return [
    ...identity(files, "controller-manager"),
    "--use-service-account-credentials",
    `--root-ca-file=${join(files.pki, "ca.crt")}`,
    `--service-account-private-key-file=${join(files.pki, "sa.key")}`,
    `--cluster-signing-cert-file=${join(files.pki, "ca.crt")}`,
    `--cluster-signing-key-file=${join(files.pki, "ca.key")}`,
    `--secure-port=${ports.controllerManager}`,
    "--horizontal-pod-autoscaler-sync-period=1s",
    "--horizontal-pod-autoscaler-downscale-stabilization=5s",
    "--horizontal-pod-autoscaler-cpu-initialization-period=1s",
    "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
    ...UNHURRIED,
  ];
}

export function schedulerFlags({ files, ports }: FlagInputs): string[] {
  return [...identity(files, "scheduler"), `--secure-port=${ports.scheduler}`, ...UNHURRIED];
}

/**
 * kwok: nodes with its annotation, and the pods on them, are kept Ready without anything running.
 *
 * @param stages absolute path of the file that says how their states follow one another
 */
export function kwokFlags({ files, ports }: FlagInputs, stages: string): string[] {
  return [
    `--kubeconfig=${files.kubeconfig}`,
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    `--config=${stages}`,
    "--node-lease-duration-seconds=40",
    "--enable-crds=",
    `--server-address=127.0.0.1:${ports.kwok}`,
    "--cidr=10.244.0.0/16",
    "--node-ip=127.0.0.1",
    `--node-port=${ports.kwok}`,
  ];
}

/** Absolute path of the kubeconfig by which a component identifies itself. */
export function identityFile(files: ClusterFiles, component: string): string {
  return join(files.identities, `${component}.yaml`);
}

function identity(files: ClusterFiles, component: string): string[] {
  const file = identityFile(files, component);
  return [
    `--kubeconfig=${file}`,
    `--authentication-kubeconfig=${file}`,
    `--authorization-kubeconfig=${file}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
  ];
}
