import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { auditComplete, dataAccessAudited } from "../../../../policies/security/audit/data-access.ts";
import {
  logSinkOn,
  logsKept,
  logsLocked,
  projectLogsExported,
} from "../../../../policies/security/audit/logs.ts";
import { BUCKET, PROJECT, PROJECT_AUDIT_CONFIG, SECRET } from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { saysWhenSet, testFields } from "./field-cases.ts";

const FULL = [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }];
const config = (service: unknown, more: object = {}) =>
  resource(PROJECT_AUDIT_CONFIG, "audit", { project: "shop", service, auditLogConfigs: FULL, ...more });

test.each([
  [FULL, []],
  [FULL.slice(0, 2), ["audit: auditLogConfigs does not have DATA_WRITE: nobody sees who did that"]],
  [
    [...FULL.slice(0, 2), { logType: "DATA_WRITE", exemptedMembers: ["user:a@example.com"] }],
    ["audit: auditLogConfigs[2].exemptedMembers names accounts that nobody sees"],
  ],
  [unknownValue, ["?audit: auditLogConfigs is not known before deployment"]],
  ["all", ["audit: auditLogConfigs is not a list"]],
])("what is audited is audited in full: %o", (auditLogConfigs, expected) => {
  expect(says(auditComplete, config("allServices", { auditLogConfigs }))).toEqual(expected);
});

const bucket = resource(BUCKET, "uploads", { project: "shop" });
const secret = resource(SECRET, "key", { project: "shop" });
const NOBODY = "nobody sees who reads there";

test("EA-06 who reads a stack's data is audited, in projects whose audit the stack decides", () => {
  expect(says(dataAccessAudited, bucket, secret)).toEqual([]);
  expect(says(dataAccessAudited, bucket, secret, config("allServices"))).toEqual([]);
  expect(says(dataAccessAudited, bucket, secret, config("secretmanager.googleapis.com"))).toEqual([
    `audit: shop does not audit storage.googleapis.com: ${NOBODY}`,
  ]);
  const project = resource(PROJECT, "project", { projectId: "shop" });
  expect(says(dataAccessAudited, project, bucket, secret)).toEqual([
    `project: shop does not audit secretmanager.googleapis.com, storage.googleapis.com: ${NOBODY}`,
  ]);
  const logging = resource(BUCKET, "uploads", { project: "shop", logging: { logBucket: "logs" } });
  expect(says(dataAccessAudited, logging, config("secretmanager.googleapis.com"))).toEqual([]);
  const elsewhere = resource(BUCKET, "uploads", { project: "other" });
  expect(says(dataAccessAudited, elsewhere, config("secretmanager.googleapis.com"))).toEqual([]);
});

test("a stack may ask for all services, as CIS has it; a project that is not known is not evaluated", () => {
  const some = config("secretmanager.googleapis.com");
  expect(saysWhenSet(dataAccessAudited, { everything: true }, some)).toEqual([
    `shop does not audit allServices: ${NOBODY}`,
  ]);
  expect(says(dataAccessAudited, some, resource(BUCKET, "uploads", { project: unknownValue }))).toEqual([
    "?uploads: project is not known before deployment",
  ]);
});

const SINK = "gcp:logging/projectSink:ProjectSink";
const LOGS = "gcp:logging/projectBucketConfig:ProjectBucketConfig";

testFields([
  {
    policy: logSinkOn,
    type: SINK,
    good: { destination: "d", disabled: false },
    path: "disabled",
    bad: true,
    says: "is not false: what happens is kept nowhere",
    shape: "true or false",
  },
  {
    policy: logsKept,
    type: LOGS,
    good: { bucketId: "_Default", retentionDays: 365 },
    path: "retentionDays",
    bad: 364,
    says: "is 364 days; there should be 365",
    absent: "is 30 days; there should be 365",
    shape: "a number",
  },
]);

test("what Google keeps by itself, and a stack's own number of days", () => {
  expect(says(logsKept, resource(LOGS, "x", { bucketId: "_Required" }))).toEqual([]);
  expect(saysWhenSet(logsKept, { days: 30 }, resource(LOGS, "x", { bucketId: "_Default" }))).toEqual([]);
});

test("a bucket that logs are kept in is locked", () => {
  const sink = (destination: unknown, extra: object = {}) => resource(SINK, "sink", { destination }, extra);
  const logs = (props: object) => resource(BUCKET, "logs", { name: "shop-logs", ...props });
  const open =
    "logs: retentionPolicy.isLocked is not true, and sink writes logs here: whoever came in can delete them";
  const to = "storage.googleapis.com/shop-logs";
  expect(says(logsLocked, sink(to), logs({ retentionPolicy: { isLocked: true } }))).toEqual([]);
  expect(says(logsLocked, sink(to), logs({}))).toEqual([open]);
  expect(says(logsLocked, sink("storage.googleapis.com/elsewhere"), logs({}))).toEqual([]);
  expect(says(logsLocked, sink("bigquery.googleapis.com/projects/p/datasets/shop-logs-2"), logs({}))).toEqual(
    [],
  );
  const made = logs({});
  expect(
    says(logsLocked, sink(unknownValue, { propertyDependencies: { destination: [made.urn] } }), made),
  ).toEqual([open]);
});

test("logs of a project that a stack makes are kept elsewhere", () => {
  const project = resource(PROJECT, "project", { projectId: "shop" });
  expect(says(projectLogsExported, project)).toEqual([
    '~project: projectId is "shop", of which this stack declares no log sink',
  ]);
  expect(says(projectLogsExported, project, resource(SINK, "sink", { project: "shop" }))).toEqual([]);
  expect(
    says(projectLogsExported, project, resource("gcp:logging/folderSink:FolderSink", "sink", {})),
  ).toEqual([]);
  expect(says(projectLogsExported, resource(SINK, "sink", {}))).toEqual([]);
});
