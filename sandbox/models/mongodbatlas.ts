import type { ResourceModel } from "./model.ts";
import { cloudBackupSchedule } from "./mongodbatlas-backup.ts";
import { advancedCluster, objectId, stateId } from "./mongodbatlas-cluster.ts";
import {
  cloudProviderAccessAuthorization,
  cloudProviderAccessSetup,
  encryptionAtRest,
} from "./mongodbatlas-encryption.ts";
import { ipRange, length, pattern } from "./rules.ts";
import { UNKNOWN } from "./values.ts";

const project: ResourceModel = {
  token: "mongodbatlas:index/project:Project",
  values: { regionUsageRestrictions: ["NONE", "GOV_REGIONS_ONLY", "COMMERCIAL_FEDRAMP_REGIONS_ONLY"] },
  rules: {
    orgId: objectId,
    name: pattern(/^[\p{L}\p{N} ()&@_+:,.'-]{1,64}$/u, "1 to 64 letters, digits, spaces and `(&@_-+:,.')`"),
  },
  replaceOn: ["orgId", "projectOwnerId", "regionUsageRestrictions"],
  autoname: { property: "name", max: 64 },
  defaults: { withDefaultAlertsSettings: true },
  id: ({ keep, hex }) => keep("id", () => hex("project", 24)),
  outputs: ({ keep, renew, now }) => ({ clusterCount: renew(() => 0), created: keep("created", now) }),
};

const authTypes = ["awsIamType", "ldapAuthType", "oidcAuthType", "x509Type"] as const;

const databaseUser: ResourceModel = {
  token: "mongodbatlas:index/databaseUser:DatabaseUser",
  values: {
    authDatabaseName: ["admin", "$external"],
    awsIamType: ["NONE", "USER", "ROLE"],
    ldapAuthType: ["NONE", "USER", "GROUP"],
    oidcAuthType: ["NONE", "IDP_GROUP", "USER"],
    x509Type: ["NONE", "MANAGED", "CUSTOMER"],
    "scopes[].type": ["CLUSTER", "DATA_LAKE", "STREAM"],
  },
  rules: {
    projectId: objectId,
    username: length(1, 1024),
    password: pattern(/^[\s\S]{8,256}$/, "8 to 256 characters"),
    roles: length(1, 100),
    description: length(0, 100),
  },
  check: (inputs, report) => {
    const external = authTypes.filter((type) => inputs[type] !== undefined && inputs[type] !== "NONE");
    const hasPassword = inputs.password !== undefined || inputs.passwordWo !== undefined;
    if (external.length === 0 && !hasPassword)
      report(`is required unless one of ${authTypes.join(", ")} is set`, { at: ["password"] });
    if (external.length > 0 && hasPassword)
      report(`must not be set together with ${external.join(" and ")}`, { at: ["password"] });
    if (external.length === 0 && inputs.authDatabaseName === "$external")
      report("must be admin for a user with a password", { got: "$external", at: ["authDatabaseName"] });
  },
  replaceOn: ["projectId", "username", "authDatabaseName", ...authTypes],
  id: ({ text }) =>
    stateId({
      auth_database_name: text("authDatabaseName"),
      project_id: text("projectId"),
      username: text("username"),
    }),
  outputs: ({ inputs }) => Object.fromEntries(authTypes.map((type) => [type, inputs[type] ?? "NONE"])),
};

const accessList: ResourceModel = {
  token: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
  rules: {
    projectId: objectId,
    cidrBlock: ipRange,
    ipAddress: (value, report) => {
      if (typeof value === "string")
        ipRange(`${value}/32`, (_reason, detail) =>
          report("must be an IPv4 address", { ...detail, got: value }),
        );
    },
    comment: length(0, 80),
    awsSecurityGroup: pattern(/^sg-/, "the id of a security group"),
  },
  check: (inputs, report) => {
    const entries = ["awsSecurityGroup", "cidrBlock", "ipAddress"].filter(
      (field) => inputs[field] !== undefined,
    );
    if (entries.length !== 1)
      report(
        `needs exactly one of awsSecurityGroup, cidrBlock and ipAddress, and has ${entries.join(" and ") || "none"}`,
        { at: ["cidrBlock"] },
      );
  },
  replaceOn: ["projectId", "awsSecurityGroup", "cidrBlock", "ipAddress", "comment"],
  id: ({ text }) =>
    stateId({
      entry: text("awsSecurityGroup") || text("cidrBlock") || text("ipAddress"),
      project_id: text("projectId"),
    }),
  outputs: ({ inputs, text, join }) => ({
    cidrBlock: inputs.cidrBlock ?? (text("ipAddress") === "" ? undefined : join`${text("ipAddress")}/32`),
    ipAddress:
      inputs.ipAddress ??
      (text("cidrBlock").endsWith("/32")
        ? text("cidrBlock").slice(0, -3)
        : text("cidrBlock") === UNKNOWN
          ? UNKNOWN
          : undefined),
  }),
};

export const mongodbAtlas: readonly ResourceModel[] = [
  project,
  advancedCluster,
  cloudBackupSchedule,
  cloudProviderAccessAuthorization,
  cloudProviderAccessSetup,
  databaseUser,
  encryptionAtRest,
  accessList,
];
