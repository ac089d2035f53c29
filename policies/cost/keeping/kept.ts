import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ARTIFACT_REPOSITORY, BUCKET, LOG_BUCKET, SNAPSHOT_SCHEDULE } from "../../types.ts";

/** Conditions under which a rule deletes versions that are no longer current. */
const OF_OLD_VERSIONS = ["numNewerVersions", "daysSinceNoncurrentTime", "noncurrentTimeBefore"];

function endsOldVersions(rule: Property): boolean {
  if (rule.at("action", "type").text() !== "Delete") return false;
  const condition = rule.at("condition");
  return (
    OF_OLD_VERSIONS.some((field) => (condition.at(field).text() ?? "0") !== "0") ||
    condition.at("withState").text() === "ARCHIVED"
  );
}

export const oldVersionsExpire: ResourcePolicy = {
  id: "old-versions-expire",
  title: "A bucket that keeps old versions should say when they go.",
  severity: "medium",
  level: "advisory",
  why: "Every change and every deletion leaves a version that is paid for like the object itself, for ever.",
  fix: "Add a lifecycle rule that deletes versions after a number of newer ones, or of days.",
  example: {
    typescript:
      'new gcp.storage.Bucket("uploads", {\n  location: "US-EAST1",\n  versioning: { enabled: true },\n  lifecycleRules: [\n    { action: { type: "Delete" }, condition: { numNewerVersions: 10, withState: "ARCHIVED" } },\n  ],\n});',
  },
  requirements: ["EA-05"],
  types: [BUCKET],
  check: ({ props }) => {
    if (props.at("versioning", "enabled").flag() !== true) return [];
    const rules = props.at("lifecycleRules");
    return rules.items().some(endsOldVersions)
      ? []
      : [violation(rules, "ends no old version, and versioning is on")];
  },
};

const logs = z.strictObject({
  days: z.int().min(1).default(400).describe("Days that logs may be kept."),
});

export const logsBounded: ResourcePolicy = {
  id: "logs-bounded",
  title: "Logs should not be kept longer than anyone needs them.",
  severity: "low",
  level: "advisory",
  why: "After 30 days each GiB of logs costs every month that it is kept.",
  fix: "Set `retentionDays` to what law and practice ask for, and send what must be kept for years to a cold bucket.",
  example: {
    typescript:
      'new gcp.logging.ProjectBucketConfig("logs", {\n  project: "shop",\n  location: "global",\n  bucketId: "_Default",\n  retentionDays: 30,\n});',
  },
  types: [LOG_BUCKET],
  settings: logs,
  check: ({ props }, context) => {
    const { days } = context.settings(logs);
    const at = props.at("retentionDays");
    return (at.number() ?? 0) > days ? [violation(at, `is ${at.quote()}, more than ${days}`)] : [];
  },
};

const snapshots = z.strictObject({
  days: z.int().min(1).default(365).describe("Days that a schedule's snapshots may be kept."),
});

export const snapshotsBounded: ResourcePolicy = {
  id: "snapshots-bounded",
  title: "A schedule of snapshots should say how long they are kept.",
  severity: "low",
  level: "advisory",
  why: "Without a limit every snapshot stays, and a daily one has made 365 of them after a year.",
  fix: "Set `maxRetentionDays` to how far back anyone would go.",
  example: {
    typescript:
      'new gcp.compute.ResourcePolicy("daily", {\n  snapshotSchedulePolicy: {\n    schedule: { dailySchedule: { daysInCycle: 1, startTime: "04:00" } },\n    retentionPolicy: { maxRetentionDays: 30 },\n  },\n});',
  },
  types: [SNAPSHOT_SCHEDULE],
  settings: snapshots,
  check: ({ props }, context) => {
    const policy = props.at("snapshotSchedulePolicy");
    if (!policy.present) return [];
    const { days } = context.settings(snapshots);
    const at = policy.at("retentionPolicy", "maxRetentionDays");
    if (!at.present) return [violation(at, "is not set: every snapshot stays")];
    return (at.number() ?? 0) > days ? [violation(at, `is ${at.quote()}, more than ${days}`)] : [];
  },
};

/** A rule that deletes. */
function deletes(policy: Property): boolean {
  return policy.at("action").text() === "DELETE";
}

export const imagesCleaned: ResourcePolicy = {
  id: "images-cleaned",
  title: "A registry should delete what is no longer used.",
  severity: "low",
  level: "advisory",
  why: "Every build leaves an image, and each is paid for by its size every month.",
  fix: "Add `cleanupPolicies` that delete old images and keep the newest; first with `cleanupPolicyDryRun`.",
  example: {
    typescript:
      'new gcp.artifactregistry.Repository("images", {\n  repositoryId: "images",\n  location: "us-east1",\n  format: "DOCKER",\n  cleanupPolicies: [\n    { id: "old", action: "DELETE", condition: { olderThan: "7776000s" } },\n    { id: "newest", action: "KEEP", mostRecentVersions: { keepCount: 20 } },\n  ],\n});',
  },
  types: [ARTIFACT_REPOSITORY],
  check: ({ props }): readonly Finding[] => {
    // What mirrors or joins others holds what is asked for, and no builds.
    if ((props.at("mode").text() ?? "STANDARD_REPOSITORY") !== "STANDARD_REPOSITORY") return [];
    const policies = props.at("cleanupPolicies");
    const found: boolean[] = [];
    const unread = each(policies.items(), (policy) => {
      found.push(deletes(policy));
      return [];
    });
    if (found.includes(true)) return [];
    return unread.length > 0 ? unread : [violation(policies, "delete nothing")];
  },
};
