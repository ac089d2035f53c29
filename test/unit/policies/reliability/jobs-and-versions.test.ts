import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  cronJobAlone,
  cronJobLeavesTrace,
  cronJobStarts,
  jobCleanedUp,
  jobEnds,
} from "../../../../policies/reliability/jobs/cron-jobs.ts";
import { apiVersionServed } from "../../../../policies/reliability/versions/api-version-served.ts";
import { NEWEST_KNOWN, REMOVED_VERSIONS } from "../../../../policies/reliability/versions/api-versions.ts";
import { namesInUse } from "../../../../policies/reliability/versions/deprecated-names.ts";
import { engineSupported } from "../../../../policies/reliability/versions/engine-supported.ts";
import { registryInService } from "../../../../policies/reliability/versions/registry-in-service.ts";
import { ATLAS_CLUSTER, CLOUD_RUN_JOB, CLOUD_RUN_SERVICE, SQL_INSTANCE } from "../../../../policies/types.ts";
import { DEPLOYMENT, INGRESS, object } from "../kubernetes-support.ts";
import { changed, resource, SERVICE, says } from "../support.ts";
import { changedAll, saysWith } from "./support.ts";

const cron = (spec: object) => object({ apiVersion: "batch/v1", kind: "CronJob", metadata: {}, spec });
const UNSAID = "jobTemplate.spec.activeDeadlineSeconds is not set: a run that hangs never ends";

test.each([
  [cronJobAlone, { concurrencyPolicy: "Forbid" }, []],
  [cronJobAlone, { concurrencyPolicy: "Replace" }, []],
  [
    cronJobAlone,
    { concurrencyPolicy: "Allow" },
    ['~api: spec.concurrencyPolicy is "Allow": runs may overlap'],
  ],
  [cronJobAlone, {}, ["~api: spec.concurrencyPolicy is not set, which means Allow: runs may overlap"]],
  [
    cronJobAlone,
    { concurrencyPolicy: unknownValue },
    ["?api: spec.concurrencyPolicy is not known before deployment"],
  ],
  [cronJobStarts, { startingDeadlineSeconds: 10 }, []],
  [
    cronJobStarts,
    { startingDeadlineSeconds: 9 },
    ["api: spec.startingDeadlineSeconds is 9; below 10 it may never start"],
  ],
  [
    cronJobStarts,
    {},
    ["~api: spec.startingDeadlineSeconds is not set: a run that was missed starts at any later time"],
  ],
  [
    cronJobLeavesTrace,
    { failedJobsHistoryLimit: 0 },
    ["~api: spec.failedJobsHistoryLimit is 0: what failed leaves no trace"],
  ],
  [cronJobLeavesTrace, {}, []],
  [jobEnds, { jobTemplate: { spec: { activeDeadlineSeconds: 60, backoffLimit: 6 } } }, []],
  [
    jobEnds,
    { jobTemplate: { spec: { backoffLimit: 7 } } },
    [`~api: spec.${UNSAID}`, '~api: spec.jobTemplate.spec.backoffLimit is "7", more than 6'],
  ],
  [jobEnds, { jobTemplate: unknownValue }, ["?api: spec.jobTemplate is not known before deployment"]],
])("a CronJob settles what may happen %#", (policy, spec, expected) => {
  expect(says(policy, cron(spec))).toEqual(expected);
});

test("a job of Cloud Run always ends, and is not tried for ever", () => {
  const job = (maxRetries: unknown) =>
    resource(CLOUD_RUN_JOB, "job", { template: { template: { maxRetries } } });
  expect(says(jobEnds, job(3))).toEqual([]);
  expect(says(jobEnds, job(undefined))).toEqual([]);
  expect(says(jobEnds, job(7))).toEqual(['~job: template.template.maxRetries is "7", more than 6']);
});

test("a Job that is made anew goes away", () => {
  const job = (metadata: object, spec: object = {}) =>
    says(jobCleanedUp, object({ apiVersion: "batch/v1", kind: "Job", metadata, spec }));
  const left = ["~api: spec.ttlSecondsAfterFinished is not set: each run leaves its pods behind"];
  expect(job({ name: "migrate" })).toEqual([]);
  expect(job({ generateName: "migrate-" })).toEqual(left);
  expect(job({ name: "m", annotations: { "helm.sh/hook": "pre-upgrade" } })).toEqual(left);
  expect(job({ generateName: "migrate-" }, { ttlSecondsAfterFinished: 60 })).toEqual([]);
});

describe("api-version-served", () => {
  const of = (apiVersion: string, kind: string) => object({ apiVersion, kind, metadata: {} });
  const judged = (apiVersion: string, kind: string, cluster?: string) =>
    saysWith(apiVersionServed, { settings: cluster === undefined ? {} : { cluster } }, of(apiVersion, kind));

  test.each([
    ["apps/v1", "Deployment", "1.32", []],
    [
      "extensions/v1beta1",
      "Deployment",
      "1.32",
      [
        "api: apiVersion is extensions/v1beta1, which no cluster serves since 1.16; write apps/v1 (Deployment)",
      ],
    ],
    [
      "policy/v1beta1",
      "PodSecurityPolicy",
      "1.25",
      [
        "api: apiVersion is policy/v1beta1, which no cluster serves since 1.25; nothing takes its place (PodSecurityPolicy)",
      ],
    ],
    [
      "policy/v1beta1",
      "PodDisruptionBudget",
      "1.24",
      ["~api: apiVersion is policy/v1beta1, which 1.25 takes away; write policy/v1 (PodDisruptionBudget)"],
    ],
    ["policy/v1beta1", "PodDisruptionBudget", "1.20", []],
    [
      "flowcontrol.apiserver.k8s.io/v1beta3",
      "FlowSchema",
      undefined,
      [
        "api: apiVersion is flowcontrol.apiserver.k8s.io/v1beta3, which no cluster serves since 1.32; write flowcontrol.apiserver.k8s.io/v1 (FlowSchema)",
      ],
    ],
    ["external-secrets.io/v1beta1", "ExternalSecret", undefined, []],
  ])("%s %s on %s", (apiVersion, kind, cluster, expected) => {
    expect(judged(apiVersion, kind, cluster)).toEqual(expected);
  });

  test("what was written counts, whatever type it is judged as; and the type where nothing was", () => {
    const type = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
    const message =
      "api: apiVersion is autoscaling/v2beta2, which no cluster serves since 1.26; write autoscaling/v2 (HorizontalPodAutoscaler)";
    expect(says(apiVersionServed, resource(type, "api", { apiVersion: "autoscaling/v2beta2" }))).toEqual([
      message,
    ]);
    expect(says(apiVersionServed, resource(type.replace("/v2", "/v2beta2"), "api", {}))).toEqual([message]);
    expect(says(apiVersionServed, resource(type, "api", { apiVersion: unknownValue }))).toEqual([
      "?api: apiVersion is not known before deployment",
    ]);
  });

  test("every row says a later release than its successor's, each version of a kind stands once, and the newest is known", () => {
    const release = (text: string) => Number(text.split(".")[1]);
    const keys = REMOVED_VERSIONS.flatMap(({ apiVersion, kinds }) =>
      kinds.map((kind) => `${apiVersion} ${kind}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const { removedIn, now, apiVersion, source } of REMOVED_VERSIONS) {
      expect(source).toMatch(new RegExp(`#[a-z-]+-v${removedIn.replace(".", "")}$`));
      if (now === undefined) continue;
      expect(now.apiVersion).not.toBe(apiVersion);
      // A beta of flow control was followed by other betas before the version that stays.
      if (!apiVersion.startsWith("flowcontrol")) expect(release(now.since)).toBeLessThan(release(removedIn));
    }
    expect(Math.max(...REMOVED_VERSIONS.map(({ removedIn }) => release(removedIn)))).toBe(
      release(NEWEST_KNOWN),
    );
  });

  test("a setting that is no release is refused", () => {
    expect(apiVersionServed.settings?.safeParse({ cluster: "latest" }).error?.issues[0]?.message).toBe(
      'must be a release of Kubernetes, such as "1.32"',
    );
  });
});

describe("names-in-use", () => {
  const POD = "spec.template.spec";
  const pods = (changes: Record<string, unknown>) =>
    says(namesInUse, object(changedAll(DEPLOYMENT, changes)));
  test("what does nothing any more is a violation, what still works is advice", () => {
    const at = "spec.template.metadata.annotations";
    expect(pods({})).toEqual([]);
    expect(pods({ [at]: { "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" } })).toEqual([
      `api: ${at}.seccomp.security.alpha.kubernetes.io/pod (seccomp.security.alpha.kubernetes.io/pod) does nothing since Kubernetes 1.27: write securityContext.seccompProfile`,
    ]);
    expect(pods({ [`${POD}.serviceAccountName`]: undefined, [`${POD}.serviceAccount`]: "api" })).toEqual([
      `~api: ${POD}.serviceAccount is out of use: write serviceAccountName`,
    ]);
    expect(pods({ [`${POD}.nodeSelector`]: { "beta.kubernetes.io/os": "linux" } })).toEqual([
      `~api: ${POD}.nodeSelector.beta.kubernetes.io/os (beta.kubernetes.io/os) is out of use: write kubernetes.io/os`,
    ]);
    expect(pods({ [`${POD}.volumes`]: [{ name: "a", gitRepo: { repository: "r" } }] })).toEqual([
      `api: ${POD}.volumes[0].gitRepo is out of use, and clusters refuse it: clone in an initContainer`,
    ]);
    expect(pods({ [`${POD}.nodeSelector`]: unknownValue })).toEqual([
      `?api: ${POD}.nodeSelector is not known before deployment`,
    ]);
  });

  test("GKE's own Ingress has no class but its annotation", () => {
    const ingress = (value: string) =>
      says(
        namesInUse,
        object(
          changed(
            { ...INGRESS, metadata: { ...INGRESS.metadata, annotations: {} } },
            "metadata.annotations",
            { "kubernetes.io/ingress.class": value },
          ),
        ),
      );
    expect(ingress("gce")).toEqual([]);
    expect(ingress("nginx")).toEqual([
      "~api: metadata.annotations.kubernetes.io/ingress.class (kubernetes.io/ingress.class) is out of use: write spec.ingressClassName",
    ]);
  });
});

test.each([
  ["us-docker.pkg.dev/p/r/api:1", undefined],
  ["registry.k8s.io/pause:3.9", undefined],
  ["k8s.gcr.io/pause:3.9", "gets no image since 2023-04-03: write registry.k8s.io"],
  [
    "eu.gcr.io/p/api:1",
    "is Container Registry, which ended on 2025-03-18: write the repository of Artifact Registry that took its place",
  ],
  ["example.com/gcr.io/api:1", undefined],
])("the registry of %s is kept", (image, problem) => {
  const [kubernetes, cloudRun] = ["spec.template.spec.containers[0].image", "template.containers[0].image"];
  const found = (at: string) => (problem === undefined ? [] : [`~api: ${at} ${problem}`]);
  expect(says(registryInService, object(changed(DEPLOYMENT, kubernetes, image)))).toEqual(found(kubernetes));
  const service = resource(CLOUD_RUN_SERVICE, "api", changed(SERVICE, cloudRun, image));
  expect(says(registryInService, service)).toEqual(found(cloudRun));
});

test.each([
  [SQL_INSTANCE, { databaseVersion: "POSTGRES_15" }, "2027-08-12", []],
  [
    SQL_INSTANCE,
    { databaseVersion: "POSTGRES_15" },
    "2027-08-13",
    ['~db: databaseVersion is "POSTGRES_15", which nobody mends after 2027-11-11'],
  ],
  [
    SQL_INSTANCE,
    { databaseVersion: "POSTGRES_15" },
    "2027-11-12",
    ['~db: databaseVersion is "POSTGRES_15", which nobody mends since 2027-11-11'],
  ],
  [
    SQL_INSTANCE,
    { databaseVersion: "MYSQL_8_0_31" },
    "2026-11-21",
    ['~db: databaseVersion is "MYSQL_8_0_31", which nobody mends since 2026-04-30'],
  ],
  [SQL_INSTANCE, { databaseVersion: "MYSQL_8_4" }, "2026-11-21", []],
  [
    ATLAS_CLUSTER,
    { mongoDbMajorVersion: "5.0" },
    "2026-11-21",
    ['~db: mongoDbMajorVersion is "5.0", which nobody mends since 2024-10-31'],
  ],
  [
    ATLAS_CLUSTER,
    { mongoDbMajorVersion: unknownValue },
    "2026-11-21",
    ["?db: mongoDbMajorVersion is not known before deployment"],
  ],
  [ATLAS_CLUSTER, {}, "2026-11-21", []],
])("AC-01 a database's version is mended %#", (type, props, today, expected) => {
  expect(saysWith(engineSupported, { today }, resource(type, "db", props))).toEqual(expected);
});
