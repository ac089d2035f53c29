import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { type AnyObject, createMissing, statusCode } from "../client.ts";
import { clusterFiles } from "../files.ts";
import { provisioner } from "../furniture.ts";
import { KIND } from "./kinds.ts";
import type { StandIn } from "./stand-in.ts";

/** The volume for a claim: a folder of this machine that any user of a pod may write to. */
export function volumeFor(claim: V1PersistentVolumeClaim, volumes: string): V1PersistentVolume {
  const { name = "", namespace = "", uid = "" } = claim.metadata ?? {};
  const { accessModes, resources, storageClassName, volumeMode } = claim.spec ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      capacity: { storage: resources?.requests?.storage ?? "1Gi" },
      accessModes: accessModes ?? ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Delete",
      ...(storageClassName === undefined ? {} : { storageClassName }),
      ...(volumeMode === undefined ? {} : { volumeMode }),
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      hostPath: { path: join(volumes, `pvc-${uid}`), type: "DirectoryOrCreate" },
    },
  };
}

/** Stand-in for the disks' driver: makes the volume of a claim that the sandbox's storage classes serve. */
export const volumeClaims: StandIn = {
  kind: KIND.volumeClaim,
  async reconcile(object, { client, folder }) {
    const claim = object as V1PersistentVolumeClaim & AnyObject;
    // Kubernetes says so itself, from the claim's storage class.
    const wanted = claim.metadata?.annotations?.["volume.kubernetes.io/storage-provisioner"];
    if (wanted !== provisioner || claim.spec?.volumeName) return;
    const volume = volumeFor(claim, clusterFiles(folder).volumes);
    const path = volume.spec?.hostPath?.path ?? "";
    await mkdir(path, { recursive: true });
    await chmod(path, 0o777);
    await createMissing(client, volume as AnyObject);
  },
};

/** Stand-in for the same driver's other half: removes what was released, with its data. */
export const volumes: StandIn = {
  kind: KIND.volume,
  async reconcile(object, { client, folder }) {
    const { metadata, spec, status } = object as V1PersistentVolume & AnyObject;
    const own = metadata?.annotations?.["pv.kubernetes.io/provisioned-by"] === provisioner;
    if (!own || status?.phase !== "Released" || spec?.persistentVolumeReclaimPolicy !== "Delete") return;
    await rm(join(clusterFiles(folder).volumes, metadata?.name ?? "none"), { recursive: true, force: true });
    try {
      await client.objects.delete(object);
    } catch (error) {
      if (statusCode(error) !== 404) throw error;
    }
  },
};
