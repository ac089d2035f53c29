import { createHash } from "node:crypto";
import type { FunctionModel, OutputContext, ResourceModel, Rule } from "../model.ts";
import { integer, labels, pattern, projectId } from "../rules.ts";
import { isObject, UNKNOWN, valueAt } from "../values.ts";
import { labelOutputs, projectNumber } from "./common.ts";
import { iamMember } from "./iam-member.ts";
import { bucketLocation, isMultiRegional, location } from "./locations.ts";

const classes = ["STANDARD", "MULTI_REGIONAL", "REGIONAL", "NEARLINE", "COLDLINE", "ARCHIVE"];
const bucketName: Rule = pattern(
  /^(?!goog)(?!.*google)(?!(\d{1,3}\.){3}\d{1,3}$)(?=.{3,222}$)[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*$/,
  "a bucket name: 3 to 63 small letters, digits, `-`, `_` and `.` that begins and ends with a letter or digit, is no IP address and does not hold `google`",
);
const date = pattern(/^\d{4}-\d\d-\d\d$/, "a date such as `2030-01-31`");

const bucket: ResourceModel = {
  token: "gcp:storage/bucket:Bucket",
  values: {
    storageClass: classes,
    publicAccessPrevention: ["inherited", "enforced"],
    rpo: ["DEFAULT", "ASYNC_TURBO"],
    deletionPolicy: ["DELETE", "PREVENT", "ABANDON"],
    "lifecycleRules[].action.type": ["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"],
    "lifecycleRules[].action.storageClass": classes,
    "lifecycleRules[].condition.withState": ["LIVE", "ARCHIVED", "ANY"],
    "lifecycleRules[].condition.matchesStorageClasses[]": [...classes, "DURABLE_REDUCED_AVAILABILITY"],
  },
  rules: {
    name: bucketName,
    project: projectId,
    location: bucketLocation,
    labels,
    "lifecycleRules[].condition.age": integer(0, Number.POSITIVE_INFINITY, "days"),
    "lifecycleRules[].condition.numNewerVersions": integer(0),
    "lifecycleRules[].condition.daysSinceNoncurrentTime": integer(0),
    "lifecycleRules[].condition.createdBefore": date,
    "lifecycleRules[].condition.noncurrentTimeBefore": date,
    "customPlacementConfig.dataLocations[]": location,
    "softDeletePolicy.retentionDurationSeconds": (value, report) => {
      if (
        typeof value === "number" &&
        value !== 0 &&
        !(Number.isInteger(value) && value >= 604_800 && value <= 7_776_000)
      )
        report("must be 0, or 604800 (7 days) to 7776000 (90 days) seconds", { got: value });
    },
    "retentionPolicy.retentionPeriod": pattern(/^[1-9]\d{0,9}$/, "a number of seconds, as a string"),
    "encryption.defaultKmsKeyName": pattern(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
    ),
  },
  check: (inputs, report) => {
    const rules = Array.isArray(inputs.lifecycleRules) ? inputs.lifecycleRules : [];
    for (const [index, rule] of rules.entries()) {
      const type = valueAt(rule, "action", "type");
      const storageClass = valueAt(rule, "action", "storageClass");
      if (type === "SetStorageClass" && storageClass === undefined && !isUnknownAction(rule))
        report("is required when the action is SetStorageClass", {
          at: ["lifecycleRules", index, "action", "storageClass"],
        });
      const condition = valueAt(rule, "condition");
      if (isObject(condition) && Object.keys(condition).length === 0)
        report("needs at least one condition", { at: ["lifecycleRules", index, "condition"] });
    }
    const place = valueAt(inputs, "location");
    const dataLocations = valueAt(inputs, "customPlacementConfig", "dataLocations");
    if (Array.isArray(dataLocations) && dataLocations.length !== 2)
      report(`must name two regions, and names ${dataLocations.length}`, {
        at: ["customPlacementConfig", "dataLocations"],
      });
    if (
      inputs.rpo === "ASYNC_TURBO" &&
      typeof place === "string" &&
      !/^(eur|nam|asia)\d$/i.test(place) &&
      dataLocations === undefined
    )
      report("ASYNC_TURBO is only for dual-region buckets", { got: place, at: ["rpo"] });
    const isRetained = isObject(inputs.retentionPolicy);
    if (isRetained && valueAt(inputs, "versioning", "enabled") === true)
      report("object versioning cannot be enabled on a bucket with a retention policy", {
        at: ["versioning", "enabled"],
      });
  },
  replaceOn: [
    "name",
    "location",
    "project",
    "customPlacementConfig",
    "enableObjectRetention",
    "hierarchicalNamespace",
  ],
  autoname: { property: "name", max: 63 },
  defaults: { forceDestroy: false, storageClass: "STANDARD" },
  id: ({ text }) => text("name"),
  outputs: (context) => {
    const { inputs, join, text, keep, renew, now, project } = context;
    return {
      ...labelOutputs(context),
      location: text("location") === UNKNOWN ? UNKNOWN : text("location").toUpperCase(),
      url: join`gs://${text("name")}`,
      selfLink: join`https://www.googleapis.com/storage/v1/b/${text("name")}`,
      projectNumber: keep("projectNumber", () => Number(projectNumber(project))),
      timeCreated: keep("timeCreated", now),
      updated: renew(now),
      publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
      uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
      softDeletePolicy: inputs.softDeletePolicy ?? { retentionDurationSeconds: 604_800 },
      rpo: inputs.rpo ?? (isMultiRegional(text("location")) ? "DEFAULT" : undefined),
    };
  },
};

function isUnknownAction(rule: unknown): boolean {
  return isObject(rule) && isObject(rule.action) && rule.action.storageClass === UNKNOWN;
}

/** What an object holds: its content, or the text of its asset; undefined when only a file or an address is named. */
function contentOf({ inputs }: OutputContext): string | undefined {
  const text = inputs.content ?? valueAt(inputs, "source", "text");
  return typeof text === "string" && text !== UNKNOWN ? text : undefined;
}

const object: ResourceModel = {
  token: "gcp:storage/bucketObject:BucketObject",
  values: { storageClass: classes },
  rules: { bucket: bucketName },
  check: (inputs, report) => {
    if ((inputs.content === undefined) === (inputs.source === undefined))
      report("needs exactly one of content and source", { at: ["content"] });
  },
  replaceOn: ["name", "bucket", "storageClass", "kmsKeyName", "customerEncryption"],
  autoname: { property: "name", max: 1024 },
  id: ({ join, text }) => join`${text("bucket")}-${text("name")}`,
  outputs: (context) => {
    const { join, text, renew, digits, now, inputs } = context;
    const content = contentOf(context);
    const md5 = content === undefined ? undefined : createHash("md5").update(content).digest();
    const link = join`https://www.googleapis.com/storage/v1/b/${text("bucket")}/o/${encodeURIComponent(text("name"))}`;
    return {
      outputName: text("name"),
      selfLink: link,
      mediaLink: renew(
        () =>
          join`https://storage.googleapis.com/download/storage/v1/b/${text("bucket")}/o/${encodeURIComponent(text("name"))}?alt=media`,
      ),
      generation: renew(() => Number(digits(now(), 15))),
      ...(md5 === undefined ? {} : { md5hash: md5.toString("base64"), md5hexhash: md5.toString("hex") }),
      contentType: inputs.contentType ?? "text/plain; charset=utf-8",
      storageClass: inputs.storageClass ?? "STANDARD",
    };
  },
};

export const storage: readonly ResourceModel[] = [
  bucket,
  object,
  iamMember({
    token: "gcp:storage/bucketIAMMember:BucketIAMMember",
    target: ["bucket"],
    rules: { bucket: pattern(/^(b\/)?[a-z0-9._-]{3,222}$/, "a bucket name") },
    parent: ({ text, join }) =>
      text("bucket").startsWith("b/") ? text("bucket") : join`b/${text("bucket")}`,
  }),
];

export const storageFunctions: readonly FunctionModel[] = [
  {
    token: "gcp:storage/getProjectServiceAccount:getProjectServiceAccount",
    answer: (inputs, { project }) => {
      const owner = String(inputs.project ?? project);
      const emailAddress = `service-${projectNumber(owner)}@gs-project-accounts.iam.gserviceaccount.com`;
      return { id: emailAddress, emailAddress, member: `serviceAccount:${emailAddress}`, project: owner };
    },
  },
];
