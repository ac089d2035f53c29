import { describe, expect, test } from "vitest";
import type { Policy, PolicyResource, Props } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import * as kept from "../../../../policies/cost/keeping/kept.ts";
import { labelledForCost } from "../../../../policies/cost/places/labelled-for-cost.ts";
import { fewNatGateways, oneRegionOutsideProduction } from "../../../../policies/cost/places/regions.ts";
import { addressesUsed, disksUsed } from "../../../../policies/cost/places/unused.ts";
import {
  fewIdleInstancesOutsideProduction,
  idleCapacityFitsPeak,
} from "../../../../policies/cost/size/idle-instances.ts";
import { instancesBounded } from "../../../../policies/cost/size/instances-bounded.ts";
import * as nodes from "../../../../policies/cost/size/nodes.ts";
import { smallDatabasesOutsideProduction } from "../../../../policies/cost/size/small-databases.ts";
import * as types from "../../../../policies/types.ts";
import { AUTOSCALER, DEPLOYMENT, object } from "../kubernetes-support.ts";
import { CLUSTER, changed, mendedBy, resource, SERVICE, says } from "../support.ts";

const STAGING = { stack: "staging" };
const service = (path: string, to: unknown) =>
  resource(types.CLOUD_RUN_SERVICE, "x", changed(SERVICE, path, to));
const MIN = "template.scaling.minInstanceCount";
const staged = (min: unknown) =>
  resource(
    types.CLOUD_RUN_SERVICE,
    "x",
    changed(changed(SERVICE, MIN, min), "labels.environment", "staging"),
    STAGING,
  );
const bucket = (props: object, extra = {}) => resource(types.BUCKET, "x", props, extra);
const versioned = (lifecycleRules?: unknown) => bucket({ versioning: { enabled: true }, lifecycleRules });
const rule = (condition: object, type = "Delete") => versioned([{ action: { type }, condition }]);
const pool = (props: object, extra = {}) => resource(types.NODE_POOL, "x", props, extra);
const schedule = (retentionPolicy?: unknown) =>
  resource(types.SNAPSHOT_SCHEDULE, "x", { snapshotSchedulePolicy: { retentionPolicy } });
const sql = (availabilityType: unknown, extra = {}, settings = {}) =>
  resource(types.SQL_INSTANCE, "x", { settings: { availabilityType, ...settings } }, extra);
const atlas = (instanceSize: unknown) =>
  resource(
    types.ATLAS_CLUSTER,
    "x",
    changed(
      changed(CLUSTER, "replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize", instanceSize),
      "tags.environment",
      "staging",
    ),
    STAGING,
  );
const NO_END = "~x: lifecycleRules ends no old version, and versioning is on";
const UNUSED = "~x: nothing in the stack uses it, and it is paid for";

/** A policy, what it is shown, and what it says. */
const CASES: readonly [Policy, string, PolicyResource, string[]][] = [
  [instancesBounded, "13 at most", service("template.scaling.maxInstanceCount", 13), []],
  [
    instancesBounded,
    "no limit",
    service("template.scaling.maxInstanceCount", undefined),
    [
      "~x: template.scaling.maxInstanceCount is not set: the region's quota decides how many instances there may be",
    ],
  ],
  [
    instancesBounded,
    "unknown",
    service("template.scaling.maxInstanceCount", unknownValue),
    ["?x: template.scaling.maxInstanceCount is not known before deployment"],
  ],
  [instancesBounded, "fixed nodes", pool({}), []],
  [instancesBounded, "bounded nodes", pool({ autoscaling: { maxNodeCount: 3 } }), []],
  [
    instancesBounded,
    "endless nodes",
    pool({ autoscaling: { minNodeCount: 1 } }),
    ["~x: autoscaling.totalMaxNodeCount is not set: there may be any number of nodes"],
  ],
  [
    instancesBounded,
    "KEDA",
    resource(types.SCALED_OBJECT, "x", { spec: {} }),
    ["~x: spec.maxReplicaCount is not set: KEDA's own limit is 100 pods"],
  ],
  [fewIdleInstancesOutsideProduction, "production", service(MIN, 9), []],
  [fewIdleInstancesOutsideProduction, "one", staged(1), []],
  [fewIdleInstancesOutsideProduction, "two", staged(2), [`~x: ${MIN} is 2; 1 is enough outside production`]],
  [
    fewIdleInstancesOutsideProduction,
    "unknown",
    staged(unknownValue),
    [`?x: ${MIN} is not known before deployment`],
  ],
  [fewIdleInstancesOutsideProduction, "misshapen", staged("many"), [`~x: ${MIN} is not a number`]],
  [idleCapacityFitsPeak, "13 × 15 of 200", service(MIN, 13), []],
  [
    idleCapacityFitsPeak,
    "14 × 15 of 200",
    service(MIN, 14),
    [
      `~x: ${MIN} is 14: without scaling at all they serve 210 requests/s, more than 4 times the peak of 50; 4 would do`,
    ],
  ],
  [idleCapacityFitsPeak, "nothing stated", service("annotations", undefined), []],
  [nodes.nodesScale, "they do", pool({ autoscaling: {} }), []],
  [
    nodes.nodesScale,
    "fixed",
    pool({ nodeCount: 3 }),
    ["~x: autoscaling is not set: there are as many nodes at night as at the peak"],
  ],
  [nodes.nodesSpotOutsideProduction, "production", pool({}), []],
  [nodes.nodesSpotOutsideProduction, "spot", pool({ nodeConfig: { spot: true } }, STAGING), []],
  [nodes.nodesSpotOutsideProduction, "dear", pool({}, STAGING), ["~x: nodeConfig.spot is not true"]],
  [
    nodes.nodesSpotOutsideProduction,
    "unknown",
    pool({ nodeConfig: { spot: unknownValue } }, STAGING),
    ["?x: nodeConfig.spot is not known before deployment"],
  ],
  [smallDatabasesOutsideProduction, "production", sql("REGIONAL"), []],
  [smallDatabasesOutsideProduction, "one zone", sql("ZONAL", STAGING), []],
  [
    smallDatabasesOutsideProduction,
    "two zones",
    sql("REGIONAL", STAGING),
    ['~x: settings.availabilityType is "REGIONAL", which costs twice as much as one zone'],
  ],
  [
    smallDatabasesOutsideProduction,
    "production's by its label",
    sql("REGIONAL", STAGING, { userLabels: { environment: "production" } }),
    [],
  ],
  [
    smallDatabasesOutsideProduction,
    "a cache in two",
    resource(types.REDIS_INSTANCE, "x", { tier: "STANDARD_HA" }, STAGING),
    ['~x: tier is "STANDARD_HA", which costs twice as much as one zone'],
  ],
  [smallDatabasesOutsideProduction, "M20", atlas("M20"), []],
  [
    smallDatabasesOutsideProduction,
    "M30",
    atlas("M30"),
    [
      '~x: replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize is "M30"; M20 is enough outside production',
    ],
  ],
  [kept.oldVersionsExpire, "no versions", bucket({}), []],
  [kept.oldVersionsExpire, "ten", rule({ numNewerVersions: 10 }), []],
  [kept.oldVersionsExpire, "archived ones", rule({ withState: "ARCHIVED" }), []],
  [kept.oldVersionsExpire, "after no days", rule({ daysSinceNoncurrentTime: 0 }), [NO_END]],
  [kept.oldVersionsExpire, "moved", rule({ numNewerVersions: 10 }, "SetStorageClass"), [NO_END]],
  [kept.oldVersionsExpire, "no rules", versioned(), [NO_END]],
  [
    kept.oldVersionsExpire,
    "unknown",
    versioned(unknownValue),
    ["?x: lifecycleRules is not known before deployment"],
  ],
  [kept.oldVersionsExpire, "misshapen", versioned("none"), ["~x: lifecycleRules is not a list"]],
  [kept.logsBounded, "400 days", resource(types.LOG_BUCKET, "x", { retentionDays: 400 }), []],
  [
    kept.logsBounded,
    "401 days",
    resource(types.LOG_BUCKET, "x", { retentionDays: 401 }),
    ['~x: retentionDays is "401", more than 400'],
  ],
  [kept.snapshotsBounded, "a year", schedule({ maxRetentionDays: 365 }), []],
  [
    kept.snapshotsBounded,
    "for ever",
    schedule(),
    ["~x: snapshotSchedulePolicy.retentionPolicy.maxRetentionDays is not set: every snapshot stays"],
  ],
  [
    kept.snapshotsBounded,
    "longer",
    schedule({ maxRetentionDays: 366 }),
    ['~x: snapshotSchedulePolicy.retentionPolicy.maxRetentionDays is "366", more than 365'],
  ],
  [kept.snapshotsBounded, "another kind", resource(types.SNAPSHOT_SCHEDULE, "x", {}), []],
  [
    kept.imagesCleaned,
    "they go",
    resource(types.ARTIFACT_REPOSITORY, "x", { cleanupPolicies: [{ action: "DELETE" }] }),
    [],
  ],
  [
    kept.imagesCleaned,
    "a mirror",
    resource(types.ARTIFACT_REPOSITORY, "x", { mode: "REMOTE_REPOSITORY" }),
    [],
  ],
  [
    kept.imagesCleaned,
    "only kept",
    resource(types.ARTIFACT_REPOSITORY, "x", { cleanupPolicies: [{ action: "KEEP" }] }),
    ["~x: cleanupPolicies delete nothing"],
  ],
  [
    kept.imagesCleaned,
    "unknown",
    resource(types.ARTIFACT_REPOSITORY, "x", { cleanupPolicies: [{ action: unknownValue }] }),
    ["?x: cleanupPolicies[0].action is not known before deployment"],
  ],
  [addressesUsed, "idle", resource(types.ADDRESS, "x", {}), [UNUSED]],
  [addressesUsed, "inside", resource(types.ADDRESS, "x", { addressType: "INTERNAL" }), []],
  [addressesUsed, "Google's own", resource(types.GLOBAL_ADDRESS, "x", { purpose: "VPC_PEERING" }), []],
  [disksUsed, "loose", resource(types.DISK, "x", {}), [UNUSED]],
  [oneRegionOutsideProduction, "production", bucket({ location: "US" }), []],
  [oneRegionOutsideProduction, "one", bucket({ location: "US-EAST1" }, STAGING), []],
  [oneRegionOutsideProduction, "two", bucket({ location: "US", customPlacementConfig: {} }, STAGING), []],
  [
    oneRegionOutsideProduction,
    "all",
    bucket({ location: "eu" }, STAGING),
    ['~x: location is "eu", all of a continent'],
  ],
  [labelledForCost, "both", bucket({ labels: { environment: "production", system: "shop" } }), []],
  [
    labelledForCost,
    "neither",
    bucket({ labels: { system: "" } }),
    ["~x: labels.environment is not set", "~x: labels.system is not set"],
  ],
  [
    labelledForCost,
    "one unknown",
    bucket({ labels: { environment: unknownValue } }),
    ["?x: labels.environment is not known before deployment", "~x: labels.system is not set"],
  ],
  [
    labelledForCost,
    "where Cloud SQL has them",
    resource(types.SQL_INSTANCE, "x", { settings: { userLabels: { environment: "a", system: "b" } } }),
    [],
  ],
];

test.each(CASES.map(([policy, name, given, found]) => ({ id: policy.id, name, policy, given, found })))(
  "$id: $name",
  ({ policy, given, found }) => {
    expect(says(policy, given)).toEqual(found);
  },
);

test("labelled-for-cost writes what the stack has a value for into labels that are missing, and nothing else", () => {
  const add = { environment: "production", team: "shop" };
  const mended = (type: string, props: Props) => mendedBy(labelledForCost, type, props, { add });
  expect(mended(types.BUCKET, { location: "US" })).toEqual({
    location: "US",
    labels: { environment: "production" },
  });
  expect(
    mended(types.SQL_INSTANCE, { settings: { tier: "db-f1-micro", userLabels: { system: "b" } } }),
  ).toEqual({
    settings: { tier: "db-f1-micro", userLabels: { system: "b", environment: "production" } },
  });
  expect(mended(types.BUCKET, { labels: { environment: "staging" } })).toBeUndefined();
  expect(mended(types.BUCKET, { labels: unknownValue })).toBeUndefined();
  expect(mended(types.BUCKET, { labels: ["environment"] })).toBeUndefined();
  expect(mendedBy(labelledForCost, types.BUCKET, {})).toBeUndefined();
});

describe("across a stack", () => {
  test("an address and a disk that anything is made from are used", () => {
    const [address, disk] = [resource(types.ADDRESS, "a", {}), resource(types.DISK, "d", {})];
    const nat = resource(types.ROUTER_NAT, "n", {}, { propertyDependencies: { natIps: [address.urn] } });
    const attached = resource(types.ATTACHED_DISK, "t", {}, { dependencies: [disk.urn] });
    expect(says(addressesUsed, address, nat)).toEqual([]);
    expect(says(disksUsed, disk, attached)).toEqual([]);
  });

  test("the second NAT gateway of a region is one too many", () => {
    const nat = (name: string, region: unknown) => resource(types.ROUTER_NAT, name, { region });
    expect(says(fewNatGateways, nat("a", "us-east1"), nat("b", "us-west1"), nat("c", unknownValue))).toEqual(
      [],
    );
    expect(says(fewNatGateways, nat("a", "us-east1"), nat("b", "us-east1"))).toEqual([
      "~b: there are 2 NAT gateways in us-east1; 1 would do",
    ]);
  });

  test("pods that always run fit their peak, whoever says how many there are", () => {
    const scaled = (min: number) => object(changed(AUTOSCALER, "spec.minReplicas", min), { name: "scaler" });
    expect(says(idleCapacityFitsPeak, object(DEPLOYMENT), scaled(13))).toEqual([]);
    expect(says(idleCapacityFitsPeak, object(DEPLOYMENT), scaled(14))).toEqual([
      "~scaler: spec.minReplicas is 14: without scaling at all they serve 210 requests/s, more than 4 times the peak of 50; 4 would do",
    ]);
  });

  test("on Autopilot, pods ask for CPU and memory as they are billed", () => {
    const autopilot = resource(types.GKE_CLUSTER, "c", { enableAutopilot: true });
    const asking = (cpu: unknown, memory: unknown) =>
      object(
        changed(DEPLOYMENT, "spec.template.spec.containers[0].resources", { requests: { cpu, memory } }),
      );
    expect(says(nodes.autopilotPairs, asking("1", "512Mi"))).toEqual([]);
    expect(says(nodes.autopilotPairs, autopilot, asking("1", "1Gi"))).toEqual([]);
    expect(says(nodes.autopilotPairs, autopilot, asking("1", "6.5Gi"))).toEqual([]);
    expect(says(nodes.autopilotPairs, autopilot, asking("1", "512Mi"))).toEqual([
      "~api: a pod asks for 1 CPU and 0.5 GiB: 1 GiB is billed",
    ]);
    expect(says(nodes.autopilotPairs, autopilot, asking("1", "13Gi"))).toEqual([
      "~api: a pod asks for 1 CPU and 13 GiB: 2 CPU is billed",
    ]);
    expect(says(nodes.autopilotPairs, autopilot, asking(unknownValue, "1Gi"))).toEqual([
      "?api: spec.template.spec.containers[0].resources.requests.cpu is not known before deployment",
    ]);
  });
});
