import { evaluate, type PolicyResult } from "../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource, Props, UnknownHandling } from "../../../policies/core/policy.ts";
import { contextOf } from "../../../policies/core/settings.ts";

/** A resource of a stack; a URN as the engine writes it. */
export function resource(
  type: string,
  name: string,
  props: unknown,
  extra: Partial<PolicyResource> & { stack?: string } = {},
): PolicyResource {
  const { stack = "production", ...rest } = extra;
  return { urn: `urn:pulumi:${stack}::shop::${type}::${name}`, type, name, props, ...rest };
}

/** What one policy says, in full. */
export function results(
  policy: Policy,
  resources: readonly PolicyResource[],
  unknown?: UnknownHandling,
): PolicyResult[] {
  return evaluate(
    [{ name: "tested", description: "", policies: [policy] }],
    resources,
    unknown ? { unknown } : {},
  );
}

/** What one policy makes of properties, under what a stack sets for it; undefined where it leaves them. */
export function mendedBy(
  policy: Policy,
  type: string,
  props: Props,
  settings: Readonly<Record<string, unknown>> = {},
): Props | undefined {
  const said = new Map(policy.settings === undefined ? [] : [[policy.id, policy.settings.parse(settings)]]);
  return policy.remediate?.(
    structuredClone(props),
    type,
    contextOf(policy, { settings: said }, "2026-11-21"),
  );
}

/** What one policy says, in short: `name: message`, with `?` before what was not evaluated and `~` before advice. */
export function says(policy: Policy, ...resources: readonly PolicyResource[]): string[] {
  return results(policy, resources).map(({ urn, status, level, message }) => {
    const mark =
      status === "not evaluated" ? "?" : status === "error" ? "!" : level === "advisory" ? "~" : "";
    return `${mark}${urn.split("::").at(-1)}: ${message}`;
  });
}

type Json = Record<string, unknown>;

/** A copy of `value` with one place changed; `undefined` takes it out. The path is written as messages write it. */
export function changed<T>(value: T, path: string, to: unknown): T {
  const copy = structuredClone(value);
  const keys = [...path.matchAll(/\[(\d+)\]|\["([^"]+)"\]|([^.[\]]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  const last = keys.pop() as string;
  let place = copy as Json;
  for (const key of keys) place = place[key] as Json;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return copy;
}

const probe = (path: string, failureThreshold: number) => ({
  httpGet: { path, port: 8080 },
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold,
});

/** A service that no policy has anything against. */
export const SERVICE = {
  project: "shop-production",
  location: "us-east1",
  name: "backend",
  ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
  labels: { environment: "production", system: "shop", service: "backend", "managed-by": "slipway" },
  annotations: { "slipway.dev/capacity-per-instance": "15", "slipway.dev/peak": "50" },
  template: {
    serviceAccount: "backend@shop-production.iam.gserviceaccount.com",
    scaling: { minInstanceCount: 3, maxInstanceCount: 13 },
    containers: [
      {
        image:
          "us-east1-docker.pkg.dev/shop-production/images/backend@sha256:0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f",
        ports: { containerPort: 8080 },
        resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: false },
        startupProbe: probe("/health/startup", 12),
        livenessProbe: probe("/health/liveness", 3),
        readinessProbe: probe("/health/readiness", 2),
        envs: [
          { name: "LOG_LEVEL", value: "warn" },
          { name: "JWT_SECRET_FILE", value: "/secrets/jwt-secret/value" },
        ],
      },
    ],
    volumes: [
      { name: "jwt-secret", secret: { secret: "jwt-secret", items: [{ path: "value", version: "3" }] } },
    ],
  },
};

/** A cluster that no policy has anything against, but that its key is the provider's. */
export const CLUSTER = {
  name: "shop",
  clusterType: "REPLICASET",
  backupEnabled: true,
  pitEnabled: true,
  terminationProtectionEnabled: true,
  tags: {
    "rpo-minutes": "15",
    "rto-minutes": "60",
    "restore-test-days": "7",
    environment: "production",
    system: "shop",
  },
  advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2" },
  encryptionAtRestProvider: "GCP",
  replicationSpecs: [
    {
      regionConfigs: [
        {
          providerName: "GCP",
          regionName: "EASTERN_US",
          priority: 7,
          electableSpecs: { instanceSize: "M10", nodeCount: 3 },
        },
      ],
    },
  ],
};

/** Its schedule. */
export const SCHEDULE = {
  clusterName: "shop",
  restoreWindowDays: 7,
  policyItemHourly: { frequencyInterval: 12, retentionUnit: "days", retentionValue: 30 },
};

/** A bucket that no policy has anything against. */
export const BUCKET = {
  location: "US",
  labels: { environment: "production", system: "shop" },
  publicAccessPrevention: "enforced",
  uniformBucketLevelAccess: true,
  versioning: { enabled: true },
  encryption: { defaultKmsKeyName: "projects/p/locations/us/keyRings/r/cryptoKeys/k" },
};
