import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  backupsEncrypted,
  customerManagedKey,
} from "../../../../policies/security/encryption/customer-managed-key.ts";
import { keyDestroyedLate, keyRotated } from "../../../../policies/security/encryption/keys.ts";
import {
  cacheAsksWho,
  cacheRequiresTls,
  certificateRenewed,
  databaseRequiresTls,
  strongCiphers,
} from "../../../../policies/security/encryption/on-the-way.ts";
import * as types from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { saysWhenSet, testFields } from "./field-cases.ts";

const KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
const MANAGED = "is not set: the data is encrypted with a key that Google manages";

test.each([
  [types.SQL_INSTANCE, { encryptionKeyName: KEY }, "encryptionKeyName"],
  [types.ALLOYDB_CLUSTER, { encryptionConfig: { kmsKeyName: KEY } }, "encryptionConfig.kmsKeyName"],
  [types.SPANNER_DATABASE, { encryptionConfig: { kmsKeyName: KEY } }, "encryptionConfig.kmsKeyName"],
  [types.FIRESTORE_DATABASE, { cmekConfig: { kmsKeyName: KEY } }, "cmekConfig.kmsKeyName"],
  [types.REDIS_INSTANCE, { customerManagedKey: KEY }, "customerManagedKey"],
  [types.REDIS_CLUSTER, { kmsKey: KEY }, "kmsKey"],
  [types.MEMORYSTORE_INSTANCE, { kmsKey: KEY }, "kmsKey"],
  [
    "gcp:bigquery/dataset:Dataset",
    { defaultEncryptionConfiguration: { kmsKeyName: KEY } },
    "defaultEncryptionConfiguration.kmsKeyName",
  ],
  ["gcp:filestore/instance:Instance", { kmsKeyName: KEY }, "kmsKeyName"],
  ["gcp:artifactregistry/repository:Repository", { kmsKeyName: KEY }, "kmsKeyName"],
  [
    "gcp:compute/disk:Disk",
    { diskEncryptionKey: { kmsKeySelfLink: KEY } },
    "diskEncryptionKey.kmsKeySelfLink",
  ],
  [types.MACHINE, { bootDisk: { kmsKeySelfLink: KEY } }, "bootDisk.kmsKeySelfLink"],
])("P8-01 a key of our own: %s", (type, good, path) => {
  expect(says(customerManagedKey, resource(type, "x", good))).toEqual([]);
  expect(says(customerManagedKey, resource(type, "x", {}))).toEqual([`x: ${path} ${MANAGED}`]);
  expect(says(customerManagedKey, resource(type, "x", {}, { stack: "staging" }))).toEqual([
    `~x: ${path} ${MANAGED}`,
  ]);
});

test("P8-01 disks of a template: each that is made for it", () => {
  const disks = [{ sourceImage: "debian" }, { source: "kept" }, { type: "SCRATCH" }];
  expect(says(customerManagedKey, resource(types.MACHINE_TEMPLATE, "x", { disks }))).toEqual([
    `x: disks[0].diskEncryptionKey.kmsKeySelfLink ${MANAGED}`,
  ]);
  expect(says(customerManagedKey, resource(types.MACHINE, "x", { bootDisk: { source: "kept" } }))).toEqual(
    [],
  );
  const regions = { encryptionConfig: { kmsKeyNames: [KEY] } };
  expect(says(customerManagedKey, resource(types.SPANNER_DATABASE, "x", regions))).toEqual([]);
});

test("images of services are asked about only where a stack says so", () => {
  const service = resource(types.CLOUD_RUN_SERVICE, "x", { template: {} });
  expect(says(customerManagedKey, service)).toEqual([]);
  expect(saysWhenSet(customerManagedKey, { images: true }, service)).toEqual([
    `template.encryptionKey ${MANAGED}`,
  ]);
});

const PROVIDERS = "backups are encrypted with the provider's own key";
test.each([
  [types.ATLAS_CLUSTER, { backupEnabled: true, encryptionAtRestProvider: "GCP" }, []],
  [
    types.ATLAS_CLUSTER,
    { backupEnabled: true, encryptionAtRestProvider: "NONE" },
    [`encryptionAtRestProvider is "NONE": ${PROVIDERS}`],
  ],
  [types.ATLAS_CLUSTER, { backupEnabled: false }, []],
  [types.ATLAS_CLUSTER, { backupEnabled: true }, [`encryptionAtRestProvider is not set: ${PROVIDERS}`]],
  [
    "gcp:gkebackup/backupPlan:BackupPlan",
    { backupConfig: { encryptionKey: { gcpKmsEncryptionKey: KEY } } },
    [],
  ],
  [
    "gcp:gkebackup/backupPlan:BackupPlan",
    {},
    [`backupConfig.encryptionKey.gcpKmsEncryptionKey is not set: ${PROVIDERS}`],
  ],
  [types.ALLOYDB_CLUSTER, {}, []],
  [
    types.ALLOYDB_CLUSTER,
    { automatedBackupPolicy: { enabled: true } },
    [`automatedBackupPolicy.encryptionConfig.kmsKeyName is not set: ${PROVIDERS}`],
  ],
])("P8-01 EA-04 encrypted backups: %s %o", (type, props, expected) => {
  expect(says(backupsEncrypted, resource(type, "x", props))).toEqual(expected.map((text) => `x: ${text}`));
});

const key = (props: object) => resource(types.CRYPTO_KEY, "x", { keyRing: "r", ...props });

test.each([
  [{ rotationPeriod: "7776000s" }, []],
  [
    { rotationPeriod: "7776001s" },
    ['rotationPeriod is "7776001s", that is 90.000012 days; it may be 90 days'],
  ],
  [{ rotationPeriod: "31536000s" }, ['rotationPeriod is "31536000s", that is 365 days; it may be 90 days']],
  [{}, ["rotationPeriod is not set: the key is never rotated"]],
  [{ purpose: "ASYMMETRIC_SIGN" }, []],
  [{ rotationPeriod: "90 days" }, ['rotationPeriod is not a length of time, such as "7776000s"']],
])("P8-01 EA-06 keys are rotated: %o", (props, expected) => {
  expect(says(keyRotated, key(props))).toEqual(expected.map((text) => `x: ${text}`));
});

test("P8-01 a system that promises monthly rotation is held to it", () => {
  const monthly = { systems: { phase8: 30 } };
  const of = (system: unknown, rotationPeriod: string) =>
    saysWhenSet(keyRotated, monthly, key({ labels: { system }, rotationPeriod }));
  expect(of("phase8", "2592000s")).toEqual([]);
  expect(of("phase8", "7776000s")).toEqual([
    'rotationPeriod is "7776000s", that is 90 days; it may be 30 days',
  ]);
  expect(of("ethixai", "7776000s")).toEqual([]);
  expect(of(unknownValue, "7776000s")).toEqual(["labels.system is not known before deployment"]);
  expect(says(keyRotated, key({ rotationPeriod: unknownValue }))).toEqual([
    "?x: rotationPeriod is not known before deployment",
  ]);
});

test("EA-06 the destruction of a key can be taken back", () => {
  expect(says(keyDestroyedLate, key({}))).toEqual([]);
  expect(says(keyDestroyedLate, key({ destroyScheduledDuration: "604800s" }))).toEqual([]);
  expect(says(keyDestroyedLate, key({ destroyScheduledDuration: "86400s" }))).toEqual([
    'x: destroyScheduledDuration is "86400s": there must be 7 days to take it back',
  ]);
});

const SSL = "gcp:compute/sSLPolicy:SSLPolicy";
const CLEAR = "it takes connections in clear";

testFields([
  {
    policy: strongCiphers,
    type: SSL,
    good: { profile: "MODERN" },
    path: "profile",
    bad: "COMPATIBLE",
    says: 'is "COMPATIBLE": weak ciphers are accepted',
    absent: "is not set: weak ciphers are accepted",
    proves: "P8-01",
  },
  {
    policy: databaseRequiresTls,
    type: types.SQL_INSTANCE,
    good: { settings: { ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } } },
    path: "settings.ipConfiguration.sslMode",
    bad: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
    says: `is "ALLOW_UNENCRYPTED_AND_ENCRYPTED": ${CLEAR}`,
    absent: `is not set: ${CLEAR}`,
    proves: "P8-01",
  },
  {
    policy: cacheRequiresTls,
    type: types.REDIS_INSTANCE,
    good: { transitEncryptionMode: "SERVER_AUTHENTICATION" },
    path: "transitEncryptionMode",
    bad: "DISABLED",
    says: 'is "DISABLED": it is spoken to in clear',
    absent: "is not set: it is spoken to in clear",
    proves: "P8-01",
  },
  {
    policy: cacheAsksWho,
    type: types.REDIS_INSTANCE,
    good: { authEnabled: true },
    path: "authEnabled",
    bad: false,
    says: "is not true: it lets in whoever comes",
    absent: "is not true: it lets in whoever comes",
    shape: "true or false",
  },
  {
    policy: cacheAsksWho,
    type: types.REDIS_CLUSTER,
    good: { authorizationMode: "AUTH_MODE_IAM_AUTH" },
    path: "authorizationMode",
    bad: "AUTH_MODE_DISABLED",
    says: 'is "AUTH_MODE_DISABLED": it lets in whoever comes',
    absent: "is not set: it lets in whoever comes",
  },
]);

test("P8-01 ciphers of one's own choice, a replica, and the field's older name", () => {
  const custom = (...customFeatures: string[]) => resource(SSL, "x", { profile: "CUSTOM", customFeatures });
  expect(says(strongCiphers, custom("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))).toEqual([]);
  expect(says(strongCiphers, custom("TLS_RSA_WITH_AES_128_CBC_SHA"))).toEqual([
    "x: customFeatures has TLS_RSA_WITH_AES_128_CBC_SHA: recorded traffic can be read later",
  ]);
  const sql = (props: object) => says(databaseRequiresTls, resource(types.SQL_INSTANCE, "x", props));
  expect(sql({ masterInstanceName: "shop" })).toEqual([]);
  expect(sql({ settings: { ipConfiguration: { requireSsl: true } } })).toEqual([]);
});

test("AC-02 certificates renew themselves", () => {
  const given = "~x: its key and its certificate are given, so somebody has to renew them";
  const MANAGER = "gcp:certificatemanager/certificate:Certificate";
  expect(says(certificateRenewed, resource("gcp:compute/sSLCertificate:SSLCertificate", "x", {}))).toEqual([
    given,
  ]);
  expect(says(certificateRenewed, resource(MANAGER, "x", { selfManaged: {} }))).toEqual([given]);
  expect(says(certificateRenewed, resource(MANAGER, "x", { managed: {} }))).toEqual([]);
});
