import { expect, test } from "vitest";
import { volumeFor } from "../../../sandbox/kubernetes/controllers/volumes.ts";

test("a claim's volume is a folder of its own, as large as asked, for that claim only", () => {
  const claim = {
    metadata: { name: "data", namespace: "n", uid: "u-1" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "premium-rwo",
      resources: { requests: { storage: "5Gi" } },
    },
  };
  expect(volumeFor(claim, "/c/volumes")).toEqual({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: "pvc-u-1",
      annotations: { "pv.kubernetes.io/provisioned-by": "sandbox.slipway/host-path" },
    },
    spec: {
      capacity: { storage: "5Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: "premium-rwo",
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: "data",
        namespace: "n",
        uid: "u-1",
      },
      hostPath: { path: "/c/volumes/pvc-u-1", type: "DirectoryOrCreate" },
    },
  });
});
