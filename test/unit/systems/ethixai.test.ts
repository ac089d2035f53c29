import { beforeAll, describe, expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { ENVIRONMENTS } from "../../../systems/ethixai/environments.ts";
import {
  AI_CORE_SECRETS,
  BACKEND_SECRETS,
  backendVariables,
  productionProblems,
} from "../../../systems/ethixai/variables.ts";
import { find, ofType } from "../../support/declare.ts";
import { systemIn } from "./support.ts";

const RUN = "gcp:cloudrunv2/service:Service";
const STACKS = ["sandbox", "staging", "production"] as const;

const plans = new Map<string, readonly PlanResource[]>();
beforeAll(async () => {
  for (const stack of STACKS) plans.set(stack, await systemIn(stack, "ethixai"));
});

function planned(stack: string): readonly PlanResource[] {
  return plans.get(stack) ?? [];
}

/** A service's template as deep plain data. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads deep into plain data
function template(stack: string, service: string): any {
  return find(planned(stack), RUN, `ethixai-${service}`).inputs.template;
}

describe("services", () => {
  test.each([
    ["production", "backend", "1", "512Mi", 3, 13, 0.6, 80],
    ["production", "ai-core", "2", "1Gi", 6, 11, 0.7, 27],
    ["staging", "backend", "1", "512Mi", 1, 3, 0.6, 80],
    ["staging", "ai-core", "2", "1Gi", 1, 3, 0.7, 27],
    ["sandbox", "backend", "1", "512Mi", 1, 2, 0.6, 80],
  ] as const)(
    "EA-01 %s %s: %s vCPU, %s, %d to %d instances",
    (stack, service, cpu, memory, min, max, target, concurrency) => {
      const { containers, scaling, maxInstanceRequestConcurrency } = template(stack, service);
      expect(containers[0].resources.limits).toEqual({ cpu, memory });
      expect(scaling).toEqual({ minInstanceCount: min, maxInstanceCount: max, cpuUtilization: target });
      expect(maxInstanceRequestConcurrency).toBe(concurrency);
    },
  );

  test("EA-01 the AI core carries the signal of its own, analyses of more than 8 s", () => {
    const { annotations } = find(planned("production"), RUN, "ethixai-ai-core").inputs as {
      annotations: Record<string, string>;
    };
    expect(annotations["slipway.dev/scaling-signal"]).toBe("analyse_duration_seconds > 8 s");
  });

  test("EA-01 the frontend is built by Vercel with its three public variables", () => {
    const variables = ofType(
      planned("production"),
      "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    );
    expect(variables.map(({ inputs }) => inputs.key).sort()).toEqual([
      "NEXT_PUBLIC_BACKEND_URL",
      "NEXT_PUBLIC_ENVIRONMENT",
      "NEXT_PUBLIC_SENTRY_DSN",
    ]);
  });

  test.each(
    STACKS.flatMap(
      (stack) =>
        [
          [stack, "backend", 60],
          [stack, "ai-core", 120],
        ] as const,
    ),
  )(
    "EA-02 %s %s: startup within %d s, restart after 30 s, out of rotation after 10 s",
    (stack, service, startup) => {
      const { startupProbe, livenessProbe, readinessProbe } = template(stack, service).containers[0];
      expect(startupProbe.httpGet.path).toBe("/health/startup");
      expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(startup);
      expect(livenessProbe).toMatchObject({
        httpGet: { path: "/health/liveness" },
        periodSeconds: 10,
        failureThreshold: 3,
      });
      expect(readinessProbe).toMatchObject({
        httpGet: { path: "/health/readiness" },
        periodSeconds: 5,
        failureThreshold: 2,
        timeoutSeconds: 1,
      });
    },
  );
});

describe.each(STACKS)("in %s", (stack) => {
  test("EA-03 all that leaves goes through the network, one identity for each service, the edge alone is reachable", () => {
    for (const service of ["backend", "ai-core"]) {
      expect(template(stack, service).vpcAccess.egress).toBe("ALL_TRAFFIC");
    }
    const accounts = ofType(planned(stack), "gcp:serviceaccount/account:Account").map(
      ({ inputs }) => inputs.accountId,
    );
    // The sandbox's cloud runs no jobs.
    const jobs = stack === "sandbox" ? [] : ["job-smoke", "start-smoke"];
    expect(accounts.sort()).toEqual(["ci-deployer", ...jobs, "svc-ai-core", "svc-backend"].sort());
    expect(find(planned(stack), RUN, "ethixai-backend").inputs.ingress).toBe(
      "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    );
    expect(find(planned(stack), RUN, "ethixai-ai-core").inputs.ingress).toBe("INGRESS_TRAFFIC_INTERNAL_ONLY");
    const [tls] = ofType(planned(stack), "gcp:compute/sSLPolicy:SSLPolicy");
    expect(tls?.inputs.minTlsVersion).toBe("TLS_1_2");
    const [waf] = ofType(planned(stack), "gcp:compute/securityPolicy:SecurityPolicy");
    expect(
      ((waf?.inputs.rules ?? []) as { action: string }[]).filter(({ action }) => action === "deny(403)"),
    ).toHaveLength(10);
  });

  test("EA-04 M10, three nodes, snapshots every 12 h kept 30 days, the restore of any moment, RPO 15 min, RTO 1 h", () => {
    const [cluster] = ofType(planned(stack), "mongodbatlas:index/advancedCluster:AdvancedCluster");
    expect(cluster?.inputs).toMatchObject({
      backupEnabled: true,
      pitEnabled: true,
      replicationSpecs: [
        {
          regionConfigs: [
            { regionName: "EASTERN_US", electableSpecs: { instanceSize: "M10", nodeCount: 3 } },
          ],
        },
      ],
      tags: { "rpo-minutes": "15", "rto-minutes": "60" },
    });
    const [schedule] = ofType(planned(stack), "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule");
    expect(schedule?.inputs.policyItemHourly).toEqual({
      frequencyInterval: 12,
      retentionUnit: "days",
      retentionValue: 30,
    });
  });

  test("EA-05 objects: ten versions, Coldline after 30 days, in us-east1 and us-west2", () => {
    expect(find(planned(stack), "gcp:storage/bucket:Bucket", "ethixai-objects").inputs).toMatchObject({
      customPlacementConfig: { dataLocations: ["US-EAST1", "US-WEST2"] },
      versioning: { enabled: true },
      lifecycleRules: [{ condition: { numNewerVersions: 10 } }, { condition: { age: 30 } }],
    });
  });

  test("EA-06 ten secrets; JWT keys rotate every 180 days, the session key every 90, the database's by Atlas", () => {
    const secrets = ofType(planned(stack), "gcp:secretmanager/secret:Secret");
    const periods = Object.fromEntries(
      secrets.map(({ inputs }) => [
        inputs.secretId,
        (inputs.rotation as { rotationPeriod: string } | undefined)?.rotationPeriod,
      ]),
    );
    expect(periods).toEqual({
      "ghcr-token": "7776000s",
      "jwt-access-key": "15552000s",
      "jwt-refresh-key": "15552000s",
      "mongodb-uri-ai-core": undefined,
      "mongodb-uri-backend": undefined,
      "pagerduty-key": undefined,
      "sentry-dsn": undefined,
      "session-key": "7776000s",
      "slack-token": undefined,
      "smtp-password": "15552000s",
    });
  });

  test("EA-06 each service may read its own secrets, one by one, and no others", () => {
    const readers = ofType(planned(stack), "gcp:secretmanager/secretIamMember:SecretIamMember").map(
      ({ inputs }) => `${inputs.secretId} ${String(inputs.member).split("@")[0]}`,
    );
    expect(readers.filter((reader) => reader.includes("svc-")).sort()).toEqual([
      "jwt-access-key serviceAccount:svc-backend",
      "jwt-refresh-key serviceAccount:svc-backend",
      "mongodb-uri-ai-core serviceAccount:svc-ai-core",
      "mongodb-uri-backend serviceAccount:svc-backend",
      "sentry-dsn serviceAccount:svc-ai-core",
      "sentry-dsn serviceAccount:svc-backend",
      "session-key serviceAccount:svc-backend",
      "smtp-password serviceAccount:svc-backend",
    ]);
  });

  test("EA-06 what Pulumi makes has a copy in storage, encrypted by KMS", () => {
    const versions = ofType(planned(stack), "gcp:secretmanager/secretVersion:SecretVersion");
    expect(versions).toHaveLength(stack === "sandbox" ? 10 : 5);
    expect(ofType(planned(stack), "gcp:kms/secretCiphertext:SecretCiphertext")).toHaveLength(versions.length);
    expect(ofType(planned(stack), "gcp:storage/bucketObject:BucketObject")).toHaveLength(versions.length);
  });

  test("EA-07 EA-13 the backend has 27 variables, the AI core 11; secrets are files of pinned versions", () => {
    for (const [service, count, secrets] of [
      ["backend", 27, BACKEND_SECRETS],
      ["ai-core", 11, AI_CORE_SECRETS],
    ] as const) {
      const { containers, volumes } = template(stack, service);
      const names: string[] = containers[0].envs.map(({ name }: { name: string }) => name);
      expect(names).toHaveLength(count);
      const files = names.filter((name) => name.endsWith("_FILE"));
      expect(files).toEqual(secrets.map((name) => `${name}_FILE`).sort());
      expect(containers[0].volumeMounts).toHaveLength(files.length);
      expect(
        volumes.every(
          ({ secret }: { secret: { items: { version: string }[] } }) => secret.items[0]?.version !== "latest",
        ),
      ).toBe(true);
    }
  });

  test("EA-08 CI comes in by its workload's identity from one repository and branch; there is no key", () => {
    const [provider] = ofType(
      planned(stack),
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    );
    expect(provider?.inputs.attributeCondition).toBe(
      'assertion.repository == "ethixai/platform" && assertion.ref == "refs/heads/main"',
    );
    expect(ofType(planned(stack), "gcp:serviceaccount/key:Key")).toEqual([]);
  });

  test("EA-08 CI may release the two services and read their images, and nothing else", () => {
    const granted = planned(stack)
      .filter(({ inputs }) => String(inputs.member).startsWith("serviceAccount:ci-deployer@"))
      .map(({ name, inputs }) => `${name} ${inputs.role}`);
    expect(granted.sort()).toEqual([
      "ethixai-ci-act-as-ai-core roles/iam.serviceAccountUser",
      "ethixai-ci-act-as-backend roles/iam.serviceAccountUser",
      "ethixai-ci-deploy-ai-core roles/run.developer",
      "ethixai-ci-deploy-backend roles/run.developer",
      "ethixai-images-reader-ci roles/artifactregistry.reader",
    ]);
  });

  test("EA-08 the backend, which hands out signed addresses, may have them signed without a key", () => {
    const signers = ofType(planned(stack), "gcp:serviceaccount/iAMMember:IAMMember").filter(
      ({ inputs }) => inputs.role === "roles/iam.serviceAccountTokenCreator",
    );
    expect(signers.map(({ name }) => name)).toEqual(["ethixai-backend-signer"]);
  });
});

test("EA-13 production has rate limits on, names its origins, logs warnings; and no two stacks share a project", () => {
  const wiring = { aiCoreUrl: "https://ai", bucket: "objects" };
  const variables = backendVariables("production", ENVIRONMENTS.production, wiring);
  expect(productionProblems(variables)).toEqual([]);
  expect(
    productionProblems({ ...variables, RATE_LIMIT_ENABLED: false, CORS_ORIGINS: ["*"], LOG_LEVEL: "debug" }),
  ).toEqual([
    "RATE_LIMIT_ENABLED: false; production has rate limiting on",
    'CORS_ORIGINS: "*"; production names each origin',
    'LOG_LEVEL: "debug"; production logs at "warn"',
  ]);
  const projects = STACKS.map((stack) => find(planned(stack), RUN, "ethixai-backend").inputs.project);
  expect(projects).toEqual(["ethixai-sandbox", "ethixai-staging", "ethixai-production"]);
});

test("production is protected from being deleted by mistake", () => {
  const protectedTypes = planned("production")
    .filter(({ options }) => options.protect === true)
    .map(({ type }) => type);
  for (const type of [
    RUN,
    "mongodbatlas:index/advancedCluster:AdvancedCluster",
    "gcp:storage/bucket:Bucket",
    "gcp:kms/cryptoKey:CryptoKey",
  ]) {
    expect(protectedTypes).toContain(type);
  }
  expect(planned("staging").filter(({ options }) => options.protect === true)).toEqual([]);
});
