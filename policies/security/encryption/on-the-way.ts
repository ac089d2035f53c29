import { violation } from "../../core/finding.ts";
import type { Policy, ResourcePolicy } from "../../core/policy.ts";
import { MEMORYSTORE_INSTANCE, REDIS_CLUSTER, REDIS_INSTANCE, SQL_INSTANCE } from "../../types.ts";
import { declared, fieldPolicy, oneOf } from "../field.ts";

const SSL_POLICIES = ["gcp:compute/sSLPolicy:SSLPolicy", "gcp:compute/regionSslPolicy:RegionSslPolicy"];

/** Ciphers without forward secrecy, or of 64-bit blocks, that CIS 3.9 names. */
const WEAK_FEATURES = [
  "TLS_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_RSA_WITH_AES_128_CBC_SHA",
  "TLS_RSA_WITH_AES_256_CBC_SHA",
  "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
];

export const strongCiphers: Policy = {
  id: "strong-ciphers",
  title: "TLS must be spoken with strong ciphers only.",
  severity: "medium",
  level: "mandatory",
  why: "The profile COMPATIBLE takes ciphers without forward secrecy: whoever records traffic today and gets the key later reads it all.",
  fix: 'Set profile to "MODERN", "RESTRICTED" or "FIPS_202205"; with "CUSTOM" leave out what begins with TLS_RSA_.',
  example: declared("compute.SSLPolicy", 'minTlsVersion: "TLS_1_2", profile: "MODERN"'),
  frameworks: { "cis-gcp": ["3.9"], owasp: ["A02"] },
  requirements: ["P8-01"],
  types: SSL_POLICIES,
  check: ({ props }) => {
    const profile = props.at("profile");
    const name = profile.text() ?? "COMPATIBLE";
    if (name === "CUSTOM") {
      const features = props.at("customFeatures");
      const weak = features
        .items()
        .map((feature) => feature.text() ?? "")
        .filter((feature) => WEAK_FEATURES.includes(feature));
      return weak.length === 0
        ? []
        : [violation(features, `has ${weak.join(", ")}: recorded traffic can be read later`)];
    }
    return ["MODERN", "RESTRICTED", "FIPS_202205"].includes(name)
      ? []
      : [
          violation(
            profile,
            `is ${profile.present ? profile.quote() : "not set"}: weak ciphers are accepted`,
          ),
        ];
  },
};

export const databaseRequiresTls: Policy = {
  id: "database-requires-tls",
  title: "A Cloud SQL database must refuse connections in clear.",
  severity: "high",
  level: "mandatory",
  why: "Passwords and rows sent in clear can be read by whoever is on the way.",
  fix: 'Set settings.ipConfiguration.sslMode to "ENCRYPTED_ONLY" or "TRUSTED_CLIENT_CERTIFICATE_REQUIRED".',
  example: declared(
    "sql.DatabaseInstance",
    'databaseVersion: "POSTGRES_17", settings: { tier: "db-custom-2-7680", ipConfiguration: { ipv4Enabled: false, privateNetwork: "shop", sslMode: "ENCRYPTED_ONLY" } }',
  ),
  frameworks: { "cis-gcp": ["6.4"], owasp: ["A02"] },
  requirements: ["P8-01"],
  types: [SQL_INSTANCE],
  check: ({ props }) => {
    // A replica or a clone that says nothing has what its source has.
    if (!props.at("settings").present) return [];
    const connection = props.at("settings", "ipConfiguration");
    const mode = connection.at("sslMode");
    const encrypted = ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"].includes(mode.text() ?? "");
    // The field's older name, in programs of former versions of the provider.
    return encrypted || (!mode.present && connection.at("requireSsl").flag() === true)
      ? []
      : [violation(mode, `is ${mode.present ? mode.quote() : "not set"}: it takes connections in clear`)];
  },
};

const CACHES = [REDIS_INSTANCE, REDIS_CLUSTER, MEMORYSTORE_INSTANCE];

export const cacheRequiresTls: ResourcePolicy = fieldPolicy({
  id: "cache-requires-tls",
  title: "A Memorystore cache must be spoken to by TLS.",
  severity: "high",
  level: "mandatory",
  why: "Sessions and tokens in clear can be read by whoever is in the network.",
  fix: 'Set transitEncryptionMode to "SERVER_AUTHENTICATION" (of a Redis cluster "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION").',
  example: declared(
    "redis.Instance",
    'memorySizeGb: 4, authEnabled: true, transitEncryptionMode: "SERVER_AUTHENTICATION"',
  ),
  frameworks: { owasp: ["A02"] },
  requirements: ["P8-01"],
  types: CACHES,
  fields: ({ props }) => [props.at("transitEncryptionMode")],
  problem: oneOf(
    ["SERVER_AUTHENTICATION", "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"],
    "it is spoken to in clear",
  ),
});

export const cacheAsksWho: Policy = {
  id: "cache-asks-who",
  title: "A Memorystore cache must ask who comes.",
  severity: "high",
  level: "mandatory",
  why: "Without it whatever is in the network reads and changes every session.",
  fix: 'Set authEnabled of a Redis instance, authorizationMode "AUTH_MODE_IAM_AUTH" of a Redis cluster, "IAM_AUTH" of a Memorystore instance.',
  example: declared(
    "redis.Instance",
    'memorySizeGb: 4, authEnabled: true, transitEncryptionMode: "SERVER_AUTHENTICATION"',
  ),
  frameworks: { owasp: ["A07"] },
  types: CACHES,
  check: ({ type, props }) => {
    if (type === REDIS_INSTANCE) {
      const enabled = props.at("authEnabled");
      return enabled.flag() === true ? [] : [violation(enabled, "is not true: it lets in whoever comes")];
    }
    const mode = props.at("authorizationMode");
    return ["AUTH_MODE_IAM_AUTH", "IAM_AUTH", "TOKEN_AUTH"].includes(mode.text() ?? "")
      ? []
      : [violation(mode, `is ${mode.present ? mode.quote() : "not set"}: it lets in whoever comes`)];
  },
};

export const certificateRenewed: Policy = {
  id: "certificate-renewed",
  title: "A certificate should be renewed by itself.",
  severity: "medium",
  level: "advisory",
  why: "A certificate that somebody has to renew runs out on the day that nobody thought of it.",
  fix: "Use a compute.ManagedSslCertificate, or a certificatemanager.Certificate with managed.",
  example: declared("compute.ManagedSslCertificate", 'managed: { domains: ["shop.example.com"] }'),
  requirements: ["AC-02"],
  types: [
    "gcp:compute/sSLCertificate:SSLCertificate",
    "gcp:compute/regionSslCertificate:RegionSslCertificate",
    "gcp:certificatemanager/certificate:Certificate",
  ],
  check: ({ type, props }) =>
    type.startsWith("gcp:certificatemanager/") && !props.at("selfManaged").present
      ? []
      : [{ message: "its key and its certificate are given, so somebody has to renew them" }],
};
