import { labelSelector } from "./common.ts";
import { oneOf, type Place, type PlaceRule } from "./place.ts";
import { amountOf, resources } from "./pod.ts";

const accessModes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/** The spec of a claim, by itself or in a StatefulSet. */
export function claimSpec(spec: Place): void {
  if (spec.isUnknown) return;
  const modes = spec.at("accessModes").need();
  for (const mode of modes.items) mode.follow(oneOf(...accessModes));
  if (modes.items.length > 1 && modes.items.some((mode) => mode.text === "ReadWriteOncePod"))
    modes.fail("must not name ReadWriteOncePod together with other modes");
  spec.at("volumeMode").follow(oneOf("Filesystem", "Block"));
  labelSelector(spec.at("selector"));
  resources(spec.at("resources"));
  const storage = spec.at("resources", "requests", "storage");
  if (!spec.at("resources").isUnknown && !spec.at("resources", "requests").isUnknown) storage.need();
  if (amountOf(storage) === 0) storage.refuse("must be greater than 0");
}

const storageClass: PlaceRule = (object) => {
  object.at("reclaimPolicy").follow(oneOf("Delete", "Retain"));
  object.at("volumeBindingMode").follow(oneOf("Immediate", "WaitForFirstConsumer"));
};

const volume: PlaceRule = (object) => {
  const spec = object.at("spec");
  for (const mode of spec.at("accessModes").need().items) mode.follow(oneOf(...accessModes));
  spec.at("persistentVolumeReclaimPolicy").follow(oneOf("Retain", "Recycle", "Delete"));
  spec.at("volumeMode").follow(oneOf("Filesystem", "Block"));
};

/** Rules of storage, by API group and kind. */
export const storage: Readonly<Record<string, PlaceRule>> = {
  "/PersistentVolumeClaim": (object) => claimSpec(object.at("spec")),
  "/PersistentVolume": volume,
  "storage.k8s.io/StorageClass": storageClass,
};
