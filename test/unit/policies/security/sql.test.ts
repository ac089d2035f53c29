import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { bucketVersioned } from "../../../../policies/security/exposure/bucket-versioned.ts";
import {
  databaseClosedToEveryone,
  databaseNoPublicAddress,
} from "../../../../policies/security/exposure/databases.ts";
import { httpOnlyRedirects } from "../../../../policies/security/exposure/http-only-redirects.ts";
import { ingressBehindEdge } from "../../../../policies/security/exposure/ingress-behind-edge.ts";
import {
  databaseFlagsClosed,
  databaseFlagsLogged,
} from "../../../../policies/security/exposure/sql-flags.ts";
import { BUCKET, FUNCTION, FUNCTION_V1, SQL_INSTANCE } from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { testFields } from "./field-cases.ts";

const PUBLIC = "is not false: the database gets an address that the internet reaches";
const OPEN = 'is "0.0.0.0/0": everyone is let in';
const sql = {
  databaseVersion: "POSTGRES_17",
  settings: { ipConfiguration: { ipv4Enabled: false, authorizedNetworks: [{ value: "203.0.113.7/32" }] } },
};

testFields([
  {
    policy: databaseNoPublicAddress,
    type: SQL_INSTANCE,
    good: sql,
    path: "settings.ipConfiguration.ipv4Enabled",
    bad: true,
    says: PUBLIC,
    absent: PUBLIC,
    shape: "true or false",
  },
  {
    policy: databaseClosedToEveryone,
    type: SQL_INSTANCE,
    good: sql,
    path: "settings.ipConfiguration.authorizedNetworks[0].value",
    bad: "0.0.0.0/0",
    says: OPEN,
    proves: "AC-02",
  },
  {
    policy: databaseClosedToEveryone,
    type: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
    good: { projectId: "p", cidrBlock: "203.0.113.0/24" },
    path: "cidrBlock",
    bad: "0.0.0.0/0",
    says: OPEN,
    proves: "EA-04",
  },
  {
    policy: bucketVersioned,
    type: BUCKET,
    good: { versioning: { enabled: true } },
    path: "versioning.enabled",
    bad: false,
    says: "is not true: what is overwritten is gone",
    absent: "is not true: what is overwritten is gone",
    shape: "true or false",
    proves: "EA-05",
  },
  {
    policy: ingressBehindEdge,
    type: FUNCTION,
    good: { serviceConfig: { ingressSettings: "ALLOW_INTERNAL_ONLY" } },
    path: "serviceConfig.ingressSettings",
    bad: "ALLOW_ALL",
    says: 'is "ALLOW_ALL": the whole internet reaches it past the edge',
    absent: "is not set: the whole internet reaches it past the edge",
    proves: "EA-03",
  },
]);

test("EA-03 functions and services of the first generation", () => {
  const knative = (annotations: object) =>
    says(ingressBehindEdge, resource("gcp:cloudrun/service:Service", "x", { metadata: { annotations } }));
  const at = "x: metadata.annotations.run.googleapis.com/ingress";
  expect(knative({ "run.googleapis.com/ingress": "internal" })).toEqual([]);
  expect(knative({ "run.googleapis.com/ingress": "all" })).toEqual([
    `${at} is "all": the whole internet reaches it past the edge`,
  ]);
  expect(knative({})).toEqual([`${at} is not set: the whole internet reaches it past the edge`]);
  const started = (props: object) => resource(FUNCTION_V1, "x", { triggerHttp: true, ...props });
  expect(says(ingressBehindEdge, started({}))).toEqual([
    "x: ingressSettings is not set: the whole internet reaches it past the edge",
  ]);
  expect(says(ingressBehindEdge, started({ triggerHttp: false }))).toEqual([]);
  expect(says(httpOnlyRedirects, started({ httpsTriggerSecurityLevel: "SECURE_ALWAYS" }))).toEqual([]);
  expect(says(httpOnlyRedirects, started({}))).toEqual([
    'x: httpsTriggerSecurityLevel is not "SECURE_ALWAYS": it serves HTTP in clear',
  ]);
  expect(says(httpOnlyRedirects, started({ triggerHttp: false }))).toEqual([]);
});

test("a bucket whose objects can't be overwritten needs no versions", () => {
  expect(
    says(bucketVersioned, resource(BUCKET, "x", { retentionPolicy: { retentionPeriod: "86400" } })),
  ).toEqual([]);
});

const flags = (version: string, given: Record<string, unknown>) => ({
  databaseVersion: version,
  settings: { databaseFlags: Object.entries(given).map(([name, value]) => ({ name, value })) },
});
const ask = (policy: typeof databaseFlagsClosed, props: unknown) =>
  says(policy, resource(SQL_INSTANCE, "x", props));
const at = (index: number) => `x: settings.databaseFlags[${index}].value`;

test.each([
  ["MYSQL_8_4", { skip_show_database: "on" }, []],
  [
    "MYSQL_8_4",
    { skip_show_database: "on", local_infile: "on" },
    [`${at(1)} sets "local_infile" to "on": a client can be made to send its own files`],
  ],
  [
    "MYSQL_8_4",
    {},
    [
      'x: settings.databaseFlags does not set "skip_show_database", which is then "off": every user sees the names of all databases',
    ],
  ],
  ["MYSQL_8_4", { skip_show_database: unknownValue }, [`?${at(0)} is not known before deployment`]],
  ["MYSQL_8_4", { skip_show_database: [] }, [`${at(0)} is not a text`]],
  ["SQLSERVER_2022_STANDARD", { "remote access": "off", "3625": "on" }, []],
  [
    "SQLSERVER_2022_STANDARD",
    { "remote access": "off", "3625": "on", "cross db ownership chaining": "on" },
    [`${at(2)} sets "cross db ownership chaining" to "on": the owner of one database gets into others`],
  ],
  ["POSTGRES_17", {}, []],
] as const)("flags that leave a door open: %s %o", (version, given, expected) => {
  expect(ask(databaseFlagsClosed, flags(version, given))).toEqual(expected);
});

const RECORDED = {
  log_connections: "on",
  log_disconnections: "on",
  log_statement: "ddl",
  "cloudsql.enable_pgaudit": "on",
};

test("flags that say what is recorded are advice, with PostgreSQL's own defaults", () => {
  expect(ask(databaseFlagsLogged, flags("POSTGRES_17", RECORDED))).toEqual([]);
  expect(ask(databaseFlagsLogged, flags("POSTGRES_17", {}))).toHaveLength(4);
  expect(ask(databaseFlagsLogged, flags("POSTGRES_17", { ...RECORDED, log_min_messages: "error" }))).toEqual([
    `~${at(4)} sets "log_min_messages" to "error": the server's warnings are not recorded`,
  ]);
  expect(
    ask(databaseFlagsLogged, flags("POSTGRES_17", { ...RECORDED, log_min_duration_statement: "500" })),
  ).toEqual([
    `~${at(4)} sets "log_min_duration_statement" to "500": statements are recorded with the data in them`,
  ]);
  expect(ask(databaseFlagsLogged, flags("MYSQL_8_4", {}))).toEqual([]);
});

test("a replica that says nothing has what its source has", () => {
  const replica = { databaseVersion: "POSTGRES_17", masterInstanceName: "shop" };
  for (const policy of [databaseFlagsLogged, databaseFlagsClosed, databaseNoPublicAddress]) {
    expect(ask(policy, replica)).toEqual([]);
  }
});
