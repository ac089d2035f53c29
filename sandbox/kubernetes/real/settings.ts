import { stringify } from "yaml";
import type { InstanceNetwork, NodeAddress } from "./instance.ts";

/** Where a node sees its own folder. Short and the same for all: paths of sockets may not be long. */
export const NODE_FOLDER = "/run/node";
/** Where a node's containerd listens, as the node sees it. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

/** Seconds after which a kubelet looks at every pod again: how long a changed ConfigMap may take into a running pod. Kubernetes' own default is 60. */
const SYNC_SECONDS = 2;
/** Files that a kubelet may open; its default of a million is more than many machines allow. */
const MAX_OPEN_FILES = 20_000;

/** What a node's settings are made from. */
export interface NodeSettings {
  readonly node: NodeAddress;
  readonly network: InstanceNetwork;
  /** Path of the group for its pods: `/slipway-1a2b3c4d/real-1`. */
  readonly cgroup: string;
  /** Folder of the CNI plugins. */
  readonly plugins: string;
  /** containerd's snapshotter: overlayfs, or native where the kernel has no overlayfs. */
  readonly snapshotter: "overlayfs" | "native";
  /** Address of the cluster's DNS. */
  readonly dns: string;
}

/** Every file of a node's folder that its processes read at their start, by path within it. */
export function nodeFiles(settings: NodeSettings): Record<string, string> {
  return {
    "containerd.toml": containerd(settings),
    "cni/10-sandbox.conflist": JSON.stringify(cni(settings), null, 2),
    "kubelet.yaml": stringify(kubelet(settings)),
    "kube-proxy.yaml": stringify(kubeProxy(settings)),
    ...Object.fromEntries(
      Object.entries(TUNABLES).map(([name, value]) => [`tunables/${name}`, `${value}\n`]),
    ),
  };
}

/** What the kubelet wants of the kernel's settings (its `setupKernelTunables`): shown to it in place of the machine's. */
const TUNABLES = {
  "vm.overcommit_memory": 1,
  "vm.panic_on_oom": 0,
  "kernel.panic": 10,
  "kernel.panic_on_oops": 1,
  "kernel.keys.root_maxkeys": 1_000_000,
  "kernel.keys.root_maxbytes": 25_000_000,
};

/** containerd 1.6 and later; nothing of it outside the node's folder and its own /run. */
function containerd({ plugins, snapshotter }: NodeSettings): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${NODE_FOLDER}/containerd"
state = "/run/containerd"
oom_score = 0
disabled_plugins = [${["btrfs", "zfs", "aufs", "devmapper"].map((name) => `"io.containerd.snapshotter.v1.${name}"`).join(", ")}]
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${NODE_FOLDER}/opt"
[${cri}]
  sandbox_image = "docker.io/sandbox/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  [${cri}.cni]
    bin_dir = "${plugins}"
    conf_dir = "${NODE_FOLDER}/cni"
  [${cri}.containerd]
    snapshotter = "${snapshotter}"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

/**
 * A routed link per pod (`ptp`): two pods of one node talk through the node's own packet filter, as two on different
 * nodes do, so that services work between them without the kernel's bridge filter.
 */
function cni({ node }: NodeSettings): unknown {
  return {
    cniVersion: "0.4.0",
    name: "sandbox",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: {
          type: "host-local",
          dataDir: "/run/cni",
          ranges: [[{ subnet: node.podRange, gateway: node.podGateway }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
}

function kubelet({ cgroup, dns }: NodeSettings): unknown {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: `${NODE_FOLDER}/ca.crt` },
    },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroup,
    cgroupsPerQOS: true,
    failCgroupV1: false,
    enforceNodeAllocatable: [],
    oomScoreAdj: 0,
    maxOpenFiles: MAX_OPEN_FILES,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    resolvConf: "",
    clusterDNS: [dns],
    clusterDomain: "cluster.local",
    nodeStatusUpdateFrequency: "5s",
    syncFrequency: `${SYNC_SECONDS}s`,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
      "nodefs.inodesFree": "1%",
    },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    podLogsDir: `${NODE_FOLDER}/pod-logs`,
    volumePluginDir: `${NODE_FOLDER}/volume-plugins`,
  };
}

function kubeProxy({ node, network }: NodeSettings): unknown {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig: `${NODE_FOLDER}/kube-proxy.kubeconfig` },
    // Who is not a pod gets answers by way of the node it asked: the machine's own requests come in like that.
    clusterCIDR: network.podRange,
    hostnameOverride: node.name,
    bindAddress: node.address,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    nftables: { syncPeriod: "5s", minSyncPeriod: "100ms" },
  };
}
