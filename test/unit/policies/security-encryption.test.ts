import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import {
  customerManagedKey,
  databaseCustomerManagedKey,
} from "../../../policies/security/encryption/customer-managed-key.ts";
import { modernTls } from "../../../policies/security/encryption/modern-tls.ts";
import { ATLAS_CLUSTER, BUCKET as BUCKET_TYPE, SECRET, TOPIC } from "../../../policies/types.ts";
import { BUCKET, CLUSTER, changed, resource, says } from "./support.ts";

const KEY = { customerManagedEncryption: { kmsKeyName: "k" } };
const production = { labels: { environment: "production" } };
const MANAGED = "is not set: the data is encrypted with a key that Google manages";

test.each([
  [BUCKET_TYPE, BUCKET, []],
  [BUCKET_TYPE, changed(BUCKET, "encryption", undefined), [`x: encryption.defaultKmsKeyName ${MANAGED}`]],
  [
    BUCKET_TYPE,
    changed(BUCKET, "encryption.defaultKmsKeyName", unknownValue),
    ["?x: encryption.defaultKmsKeyName is not known before deployment"],
  ],
  [TOPIC, { ...production, kmsKeyName: "k" }, []],
  [TOPIC, production, [`x: kmsKeyName ${MANAGED}`]],
  [SECRET, { ...production, replication: { auto: KEY } }, []],
  [
    SECRET,
    { ...production, replication: { auto: {} } },
    [`x: replication.auto.customerManagedEncryption.kmsKeyName ${MANAGED}`],
  ],
  [
    SECRET,
    {
      ...production,
      replication: {
        userManaged: { replicas: [{ location: "us-east1", ...KEY }, { location: "us-west2" }] },
      },
    },
    [`x: replication.userManaged.replicas[1].customerManagedEncryption.kmsKeyName ${MANAGED}`],
  ],
])("EA-06 a key of our own in production: %s %o", (type, props, expected) => {
  expect(says(customerManagedKey, resource(type, "x", props))).toEqual(expected);
});

test("EA-06 outside production a key of our own is advice", () => {
  const staging = resource(TOPIC, "x", { labels: { environment: "staging" } }, { stack: "staging" });
  expect(says(customerManagedKey, staging)).toEqual([`~x: kmsKeyName ${MANAGED}`]);
  const unread = resource(TOPIC, "x", { labels: { environment: unknownValue } }, { stack: "staging" });
  expect(says(customerManagedKey, unread)).toEqual(["?x: labels.environment is not known before deployment"]);
});

test.each([
  ["GCP", []],
  [
    "NONE",
    ['~shop: encryptionAtRestProvider is "NONE": disks are encrypted with the cloud provider\'s own key'],
  ],
  [
    undefined,
    ["~shop: encryptionAtRestProvider is nothing: disks are encrypted with the cloud provider's own key"],
  ],
  [unknownValue, ["?shop: encryptionAtRestProvider is not known before deployment"]],
])("EA-04 key of a cluster: %s", (provider, expected) => {
  const props = changed(CLUSTER, "encryptionAtRestProvider", provider);
  expect(says(databaseCustomerManagedKey, resource(ATLAS_CLUSTER, "shop", props))).toEqual(expected);
});

const POLICY = "gcp:compute/sSLPolicy:SSLPolicy";
const PROXY = "gcp:compute/targetHttpsProxy:TargetHttpsProxy";
const TLS_AT = "advancedConfiguration.minimumEnabledTlsProtocol";
test.each([
  [POLICY, { minTlsVersion: "TLS_1_2" }, []],
  [POLICY, { minTlsVersion: "TLS_1_3" }, []],
  [POLICY, { minTlsVersion: "TLS_1_1" }, ['x: minTlsVersion is "TLS_1_1": TLS older than 1.2 is accepted']],
  [POLICY, {}, ["x: minTlsVersion is nothing: TLS older than 1.2 is accepted"]],
  [POLICY, { minTlsVersion: unknownValue }, ["?x: minTlsVersion is not known before deployment"]],
  [PROXY, { sslPolicy: "tls" }, []],
  [PROXY, {}, ["x: sslPolicy is not set: Google's default still accepts TLS 1.0"]],
  [PROXY, { sslPolicy: unknownValue }, ["?x: sslPolicy is not known before deployment"]],
  [ATLAS_CLUSTER, CLUSTER, []],
  [ATLAS_CLUSTER, changed(CLUSTER, "advancedConfiguration", undefined), []],
  [
    ATLAS_CLUSTER,
    changed(CLUSTER, TLS_AT, "TLS1_1"),
    [`x: ${TLS_AT} is "TLS1_1": TLS older than 1.2 is accepted`],
  ],
  [ATLAS_CLUSTER, changed(CLUSTER, TLS_AT, unknownValue), [`?x: ${TLS_AT} is not known before deployment`]],
])("EA-03 TLS of %s %o", (type, props, expected) => {
  expect(says(modernTls, resource(type, "x", props))).toEqual(expected);
});
