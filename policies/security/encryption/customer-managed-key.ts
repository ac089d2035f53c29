import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ATLAS_CLUSTER, BUCKET, SECRET, TOPIC } from "../../types.ts";

/** Where each type names its key; a secret with several replicas names one for each. */
function keys({ type, props }: Subject): Property[] {
  if (type === BUCKET) return [props.at("encryption", "defaultKmsKeyName")];
  if (type === TOPIC) return [props.at("kmsKeyName")];
  const own = (place: Property) => place.at("customerManagedEncryption", "kmsKeyName");
  const replicas = props.at("replication", "userManaged", "replicas").items();
  return replicas.length > 0 ? replicas.map(own) : [own(props.at("replication", "auto"))];
}

export const customerManagedKey: Policy = {
  id: "customer-managed-key",
  title: "Data at rest should be encrypted with a key of our own; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "Google encrypts everything, with keys that it manages: only a key of our own can be rotated, audited and taken away.",
  fix: "Name a Cloud KMS key, and let the service's own agent use it (roles/cloudkms.cryptoKeyEncrypterDecrypter).",
  requirements: ["EA-03", "EA-06", "P8-01"],
  types: [BUCKET, SECRET, TOPIC],
  check: (resource) =>
    adviceOutsideProduction(
      resource,
      each(keys(resource), (key) =>
        key.present
          ? undefined
          : violation(key, "is not set: the data is encrypted with a key that Google manages"),
      ),
    ),
};

export const databaseCustomerManagedKey: Policy = {
  id: "database-customer-managed-key",
  title: "An Atlas cluster should be encrypted at rest with a key of our own.",
  severity: "medium",
  level: "advisory",
  why: "Atlas encrypts its disks with the cloud provider's keys in any case; a key of our own can also be taken away.",
  fix: 'Give the Atlas project a key (mongodbatlas.EncryptionAtRest) and set encryptionAtRestProvider to "GCP".',
  requirements: ["EA-04"],
  types: [ATLAS_CLUSTER],
  check: ({ props }) => {
    const provider = props.at("encryptionAtRestProvider");
    return ["AWS", "GCP", "AZURE"].includes(provider.text() ?? "NONE")
      ? []
      : [
          violation(
            provider,
            `is ${provider.quote()}: disks are encrypted with the cloud provider's own key`,
          ),
        ];
  },
};
