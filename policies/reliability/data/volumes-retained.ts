import { isProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { PERSISTENT_VOLUME, STATEFUL_SET, STORAGE_CLASS } from "../../types.ts";

export const volumesRetained: Policy = {
  id: "volumes-retained",
  title: "A StatefulSet's volumes must outlive it in production.",
  severity: "critical",
  level: "mandatory",
  why: "With whenDeleted Delete, a StatefulSet that is made anew, such as for a new name, takes all data with it.",
  fix: "Leave persistentVolumeClaimRetentionPolicy out, or set both to Retain.",
  example: {
    yaml: `apiVersion: apps/v1
kind: StatefulSet
spec:
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain`,
  },
  requirements: ["OS-01"],
  types: [STATEFUL_SET],
  check: (set) => {
    if (!isProduction(set)) return [];
    const policy = set.props.at("spec", "persistentVolumeClaimRetentionPolicy");
    const [deleted, scaled] = [policy.at("whenDeleted"), policy.at("whenScaled")];
    return parts(
      () =>
        deleted.text() === "Delete" ? violation(deleted, 'is "Delete": its data ends with it') : undefined,
      () =>
        scaled.text() === "Delete"
          ? {
              ...violation(scaled, 'is "Delete": a member that comes back comes back empty'),
              level: "advisory" as const,
            }
          : undefined,
    );
  },
};

export const volumeReclaimed: Policy = {
  id: "volume-kept-when-released",
  title: "In production a volume should be kept when its claim is deleted.",
  severity: "medium",
  level: "advisory",
  why: "With Delete, which a StorageClass means by itself, deleting a claim or its namespace deletes the disk in that moment.",
  fix: "Set reclaimPolicy (of a PersistentVolume persistentVolumeReclaimPolicy) to Retain for what holds data.",
  example: {
    yaml: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: data
provisioner: pd.csi.storage.gke.io
reclaimPolicy: Retain`,
  },
  types: [STORAGE_CLASS, PERSISTENT_VOLUME],
  check: (resource) => {
    if (!isProduction(resource)) return [];
    if (resource.type === STORAGE_CLASS) {
      const policy = resource.props.at("reclaimPolicy");
      if (policy.text() === "Retain") return [];
      return [violation(policy, `is ${policy.present ? policy.quote() : "not set, which means Delete"}`)];
    }
    // One that is declared by hand is kept unless it says otherwise.
    const policy = resource.props.at("spec", "persistentVolumeReclaimPolicy");
    return (policy.text() ?? "Retain") === "Retain" ? [] : [violation(policy, `is ${policy.quote()}`)];
  },
};
