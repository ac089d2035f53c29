import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import {
  ALLOYDB_CLUSTER,
  ATLAS_CLUSTER,
  BUCKET,
  CLOUD_RUN_JOB,
  CLOUD_RUN_SERVICE,
  FIRESTORE_DATABASE,
  FUNCTION,
  FUNCTION_V1,
  MACHINE,
  MACHINE_TEMPLATE,
  MEMORYSTORE_INSTANCE,
  REDIS_CLUSTER,
  REDIS_INSTANCE,
  REGION_MACHINE_TEMPLATE,
  SECRET,
  SPANNER_DATABASE,
  SQL_INSTANCE,
  TOPIC,
} from "../../types.ts";
import { declared } from "../field.ts";

/** Where a type names its key; several where several things of it are encrypted apart. */
type Keys = (props: Property) => Property[];

function at(...path: readonly string[]): Keys {
  return (props) => [props.at(...path)];
}

/** A secret with several replicas names a key for each. */
function ofSecret(props: Property): Property[] {
  const own = (place: Property) => place.at("customerManagedEncryption", "kmsKeyName");
  const replicas = props.at("replication", "userManaged", "replicas").items();
  return replicas.length > 0 ? replicas.map(own) : [own(props.at("replication", "auto"))];
}

/** A database of Spanner may name one for each of its regions. */
function ofSpanner(props: Property): Property[] {
  const config = props.at("encryptionConfig");
  return [config.at("kmsKeyNames").present ? config.at("kmsKeyNames") : config.at("kmsKeyName")];
}

/** A disk of a template that is another machine's, or is kept in memory, has no key of its own there. */
function ofTemplate(props: Property): Property[] {
  return props
    .at("disks")
    .items()
    .filter((disk) => !disk.at("source").present && disk.at("type").text() !== "SCRATCH")
    .map((disk) => disk.at("diskEncryptionKey", "kmsKeySelfLink"));
}

const DISK = at("diskEncryptionKey", "kmsKeySelfLink");
const NAMED = at("kmsKeyName");

/** Everything that keeps data, and where it names the key of it. */
const KEPT: Readonly<Record<string, Keys>> = {
  [BUCKET]: at("encryption", "defaultKmsKeyName"),
  [TOPIC]: NAMED,
  [SECRET]: ofSecret,
  [SQL_INSTANCE]: at("encryptionKeyName"),
  [ALLOYDB_CLUSTER]: at("encryptionConfig", "kmsKeyName"),
  [SPANNER_DATABASE]: ofSpanner,
  [FIRESTORE_DATABASE]: at("cmekConfig", "kmsKeyName"),
  [REDIS_INSTANCE]: at("customerManagedKey"),
  [REDIS_CLUSTER]: at("kmsKey"),
  [MEMORYSTORE_INSTANCE]: at("kmsKey"),
  "gcp:bigquery/dataset:Dataset": at("defaultEncryptionConfiguration", "kmsKeyName"),
  "gcp:filestore/instance:Instance": NAMED,
  "gcp:artifactregistry/repository:Repository": NAMED,
  "gcp:compute/disk:Disk": DISK,
  "gcp:compute/regionDisk:RegionDisk": DISK,
  [MACHINE]: (props) =>
    props.at("bootDisk", "source").present ? [] : [props.at("bootDisk", "kmsKeySelfLink")],
  [MACHINE_TEMPLATE]: ofTemplate,
  [REGION_MACHINE_TEMPLATE]: ofTemplate,
};

/** What runs: only its image is encrypted with its key, and the image is in a registry that has one. */
const RUNS: Readonly<Record<string, Keys>> = {
  [CLOUD_RUN_SERVICE]: at("template", "encryptionKey"),
  [CLOUD_RUN_JOB]: at("template", "template", "encryptionKey"),
  [FUNCTION]: NAMED,
  [FUNCTION_V1]: NAMED,
};

const settings = z.strictObject({
  images: z
    .boolean()
    .default(false)
    .describe(
      "Whether services, jobs and functions must name a key too, with which their images are encrypted.",
    ),
});

export const customerManagedKey: Policy = {
  id: "customer-managed-key",
  title: "Data at rest should be encrypted with a key of our own; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "Google encrypts everything, with keys that it manages: only a key of our own can be rotated, audited and taken away.",
  fix: "Name a Cloud KMS key, and let the service's own agent use it (roles/cloudkms.cryptoKeyEncrypterDecrypter).",
  example: declared(
    "pubsub.Topic",
    'kmsKeyName: "projects/shop/locations/us-east1/keyRings/shop/cryptoKeys/orders"',
  ),
  frameworks: { "cis-gcp": ["4.7", "7.3"], "cis-gke": ["5.9.1"], owasp: ["A02"] },
  requirements: ["EA-03", "EA-06", "P8-01"],
  settings,
  types: [...Object.keys(KEPT), ...Object.keys(RUNS)],
  check: (resource, context) => {
    const keys = KEPT[resource.type] ?? (context.settings(settings).images ? RUNS[resource.type] : undefined);
    return adviceOutsideProduction(
      resource,
      each(keys?.(resource.props) ?? [], (key) =>
        key.present
          ? undefined
          : violation(key, "is not set: the data is encrypted with a key that Google manages"),
      ),
    );
  },
};

/** Backups that are encrypted apart from what they are of, and where each names its key. */
const BACKUPS: Readonly<Record<string, Keys>> = {
  "gcp:gkebackup/backupPlan:BackupPlan": at("backupConfig", "encryptionKey", "gcpKmsEncryptionKey"),
  [ALLOYDB_CLUSTER]: (props) =>
    ["automatedBackupPolicy", "continuousBackupConfig"]
      .map((kind) => props.at(kind))
      .filter((backups) => backups.present && backups.at("enabled").flag() !== false)
      .map((backups) => backups.at("encryptionConfig", "kmsKeyName")),
  [ATLAS_CLUSTER]: (props) =>
    props.at("backupEnabled").flag() === true ? [props.at("encryptionAtRestProvider")] : [],
};

export const backupsEncrypted: Policy = {
  id: "backups-encrypted",
  title: "Backups must be encrypted with a key of our own in production.",
  severity: "high",
  level: "mandatory",
  why: "A backup is all of the data in one file, and is kept long after it was deleted elsewhere.",
  fix: "Name a key: backupConfig.encryptionKey of a GKE backup plan, encryptionConfig of AlloyDB's backups, encryptionAtRestProvider of an Atlas cluster. Those of Cloud SQL have their instance's (encryptionKeyName), files in a bucket the bucket's.",
  example: {
    typescript: `new mongodbatlas.AdvancedCluster("shop", {
  projectId: "5f0e",
  clusterType: "REPLICASET",
  replicationSpecs: [],
  backupEnabled: true,
  encryptionAtRestProvider: "GCP",
});`,
  },
  requirements: ["P8-01", "EA-04"],
  types: Object.keys(BACKUPS),
  check: (resource) =>
    adviceOutsideProduction(
      resource,
      each(BACKUPS[resource.type]?.(resource.props) ?? [], (key) =>
        key.present && key.text() !== "NONE"
          ? undefined
          : violation(
              key,
              `is ${key.present ? key.quote() : "not set"}: backups are encrypted with the provider's own key`,
            ),
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
  example: {
    typescript: `new mongodbatlas.AdvancedCluster("shop", {
  projectId: "5f0e",
  clusterType: "REPLICASET",
  replicationSpecs: [],
  encryptionAtRestProvider: "GCP",
});`,
  },
  frameworks: { owasp: ["A02"] },
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
