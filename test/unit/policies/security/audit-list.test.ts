import { expect, test } from "vitest";
import { packs } from "../../../../policies/catalogue.ts";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { HARDENING, SECURITY_AUDIT } from "../../../../policies/security/application/audit-list.ts";
import * as types from "../../../../policies/types.ts";
import { CLUSTER, resource, SERVICE } from "../support.ts";

const program = (name: string, value: string) =>
  resource(types.CLOUD_RUN_SERVICE, "x", {
    ...SERVICE,
    template: { ...SERVICE.template, containers: [{ envs: [{ name, value }] }] },
  });
const EVERYONE = { sourceRanges: ["0.0.0.0/0"], network: "shop" };
const OPEN_EDGE = [
  resource(types.BACKEND_SERVICE, "x", { loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy: "waf" }),
  resource(types.SECURITY_POLICY, "waf", { name: "waf", rules: [] }),
];

/** What breaks each gate. */
const SEEDED: Readonly<Record<string, readonly PolicyResource[]>> = {
  "no-secret-in-environment": [program("JWT_SECRET", "hunter-number-two")],
  "no-literal-secret": [resource(types.KUBERNETES_SECRET, "x", { data: { password: "aHVudGVy" } })],
  "modern-tls": [resource("gcp:compute/sSLPolicy:SSLPolicy", "x", { minTlsVersion: "TLS_1_1" })],
  "strong-ciphers": [resource("gcp:compute/sSLPolicy:SSLPolicy", "x", {})],
  "database-requires-tls": [resource(types.SQL_INSTANCE, "x", { settings: {} })],
  "cache-requires-tls": [resource(types.REDIS_INSTANCE, "x", {})],
  "http-only-redirects": [
    resource(types.TARGET_HTTP_PROXY, "x", { urlMap: "routes" }),
    resource(types.URL_MAP, "routes", { name: "routes", defaultService: "backend" }),
  ],
  "edge-rate-limited": OPEN_EDGE,
  "application-rate-limited": [program("RATE_LIMIT_ENABLED", "false")],
  "application-cors-restricted": [program("CORS_ORIGINS", "*")],
  "application-csrf-protected": [program("CSRF_ENABLED", "false")],
  "customer-managed-key": [resource(types.TOPIC, "x", {})],
  "key-rotated": [resource(types.CRYPTO_KEY, "x", { rotationPeriod: "31536000s" })],
  "gke-secrets-encrypted": [resource(types.GKE_CLUSTER, "x", {})],
  "backups-encrypted": [resource(types.ATLAS_CLUSTER, "x", { ...CLUSTER, encryptionAtRestProvider: "NONE" })],
  "application-token-expires": [program("JWT_ACCESS_TTL_SECONDS", "86400")],
  "application-row-security": [program("RLS_ENABLED", "false")],
  "namespace-denies-by-default": [
    resource(types.NAMESPACE, "x", { metadata: { name: "shop" } }),
    resource(types.DEPLOYMENT, "y", {
      metadata: { name: "api", namespace: "shop" },
      spec: { selector: {}, template: { metadata: { labels: { app: "api" } }, spec: { containers: [] } } },
    }),
  ],
  "gke-network-policy": [resource(types.GKE_CLUSTER, "x", {})],
  "firewall-reachable-ports": [
    resource("gcp:compute/firewall:Firewall", "x", {
      ...EVERYONE,
      allows: [{ protocol: "tcp", ports: ["9091"] }],
    }),
  ],
  "firewall-admin-ports": [
    resource("gcp:compute/firewall:Firewall", "x", {
      ...EVERYONE,
      allows: [{ protocol: "tcp", ports: ["22"] }],
    }),
  ],
  "certificate-renewed": [resource("gcp:compute/sSLCertificate:SSLCertificate", "x", {})],
  "database-backed-up": [resource(types.ATLAS_CLUSTER, "x", { ...CLUSTER, backupEnabled: false })],
  "database-backup-schedule": [resource(types.ATLAS_CLUSTER, "x", CLUSTER)],
};

test("P8-01 the audit has ten items and AC-02's hardening five, each with a gate", () => {
  expect(SECURITY_AUDIT).toHaveLength(10);
  expect(HARDENING).toHaveLength(5);
  for (const { item, policies } of [...SECURITY_AUDIT, ...HARDENING]) expect(policies, item).not.toEqual([]);
});

const gates = [...new Set([...SECURITY_AUDIT, ...HARDENING].flatMap(({ policies }) => policies))];

test.each(gates)("P8-01 AC-02 the gate %s finds what breaks it", (id) => {
  const policies = packs.flatMap((pack) => pack.policies).filter((policy) => policy.id === id);
  expect(policies).toHaveLength(1);
  const seeded = SEEDED[id] ?? [];
  expect(seeded).not.toEqual([]);
  const found = evaluate([{ name: "audit", description: "", policies }], seeded);
  expect(found.filter(({ status }) => status === "violation").map(({ policy }) => policy)).toContain(id);
});

test("P8-01 the audit's gates say which requirement they are of", () => {
  const known = new Map(packs.flatMap((pack) => pack.policies).map((policy) => [policy.id, policy]));
  const silent = SECURITY_AUDIT.flatMap(({ policies }) => policies).filter(
    (id) => !known.get(id)?.requirements?.includes("P8-01"),
  );
  expect(silent).toEqual([]);
});
