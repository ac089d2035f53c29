import type { AnyObject } from "./client.ts";

/** What the cluster is furnished with, as a managed one is: nodes, storage classes, gateway classes. */

/** What one fake node can hold: more than any system of a sandbox asks for. Nothing of it is really used. */
const CAPACITY = { cpu: "64", memory: "256Gi", pods: "500", "ephemeral-storage": "1Ti" };

/** Who provisions the cluster's volumes: the stand-in for claims. */
export const provisioner = "sandbox.slipway/host-path";

/** The controller that the stand-in for gateways answers as. */
export const gatewayController = "sandbox.slipway/gateway";

/** Keeps pods off fake nodes where others run. */
const FAKE_TAINT = { key: "sandbox.slipway/fake", effect: "NoSchedule" };

/** Names of the fake nodes, `fake-1` to `fake-3`, each in a zone of its own. */
export const fakeNodeNames = [1, 2, 3].map((number) => `fake-${number}`);

/** @param tainted whether only pods that tolerate it come to them */
export function fakeNodes(tainted: boolean): AnyObject[] {
  return fakeNodeNames.map((name, index) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        type: "kwok",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "sandbox",
        "topology.kubernetes.io/zone": `zone-${index + 1}`,
      },
    },
    spec: tainted ? { taints: [FAKE_TAINT] } : {},
    status: { capacity: CAPACITY, allocatable: CAPACITY },
  }));
}

/** The storage classes that GKE has, by the same names, with the same default. */
export function storageClasses(): AnyObject[] {
  return ["standard-rwo", "premium-rwo", "standard"].map((name) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      annotations: { "storageclass.kubernetes.io/is-default-class": String(name === "standard-rwo") },
    },
    provisioner,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  }));
}

/** Issuers that the project's stacks name; cert-manager's stand-in signs for all of them. */
function certificateIssuers(): AnyObject[] {
  return ["sandbox", "letsencrypt"].map((name) => ({
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name },
    spec: { selfSigned: {} },
  }));
}

/** The gateway classes that GKE has for the regions of one address, and Envoy Gateway's usual one. */
function gatewayClasses(): AnyObject[] {
  const names = [
    "gke-l7-global-external-managed",
    "gke-l7-regional-external-managed",
    "gke-l7-rilb",
    "envoy-gateway",
    "eg",
  ];
  return names.map((name) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name },
    spec: { controllerName: gatewayController },
  }));
}

/** All of it that is of a kind defined by others; there are none before their definitions are served. */
export function customFurniture(): AnyObject[] {
  return [...gatewayClasses(), ...certificateIssuers()];
}
