import type { FunctionModel, OutputContext, ResourceModel } from "../model.ts";
import { labels, length, pattern, projectId, seconds, timestamp } from "../rules.ts";
import { isObject, UNKNOWN, valueAt } from "../values.ts";
import { labelOutputs } from "./common.ts";
import { iamMember } from "./iam-member.ts";
import { location } from "./locations.ts";

const CENTURY_SECONDS = 3_153_600_000;
const secretName = pattern(
  /^(projects\/[^/]+\/secrets\/)?[A-Za-z0-9_-]{1,255}$/,
  "a secret's id, or `projects/PROJECT/secrets/ID`",
);
const keyName = pattern(
  /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
  "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
);

const secret: ResourceModel = {
  token: "gcp:secretmanager/secret:Secret",
  required: ["secretId"],
  values: { deletionPolicy: ["DELETE", "PREVENT", "ABANDON"] },
  rules: {
    secretId: pattern(/^[A-Za-z0-9_-]{1,255}$/, "1 to 255 letters, digits, `_` and `-`"),
    project: projectId,
    labels,
    ttl: seconds(60, CENTURY_SECONDS),
    expireTime: timestamp,
    "rotation.rotationPeriod": seconds(3600, CENTURY_SECONDS),
    "rotation.nextRotationTime": timestamp,
    topics: length(1, 10),
    "topics[].name": pattern(/^projects\/[^/]+\/topics\/[^/]+$/, "`projects/PROJECT/topics/TOPIC`"),
    versionDestroyTtl: seconds(86_400, CENTURY_SECONDS),
    "replication.userManaged.replicas": length(1, 100),
    "replication.userManaged.replicas[].location": location,
    "replication.userManaged.replicas[].customerManagedEncryption.kmsKeyName": keyName,
    "replication.auto.customerManagedEncryption.kmsKeyName": keyName,
    "versionAliases{}": pattern(/^[1-9]\d*$/, "a version number"),
  },
  check: (inputs, report) => {
    const { rotation, replication, ttl, expireTime, versionAliases } = inputs;
    if (isObject(rotation)) {
      if (rotation.rotationPeriod !== undefined && rotation.nextRotationTime === undefined)
        report("is required when rotationPeriod is set", { at: ["rotation", "nextRotationTime"] });
      if (inputs.topics === undefined)
        report("is required when rotation is set: Secret Manager only notifies, a subscriber must rotate", {
          at: ["topics"],
        });
    }
    if (isObject(replication) && (replication.auto === undefined) === (replication.userManaged === undefined))
      report("needs exactly one of auto and userManaged", { at: ["replication"] });
    if (ttl !== undefined && expireTime !== undefined)
      report("must not be set together with ttl", { at: ["expireTime"] });
    if (isObject(versionAliases) && Object.keys(versionAliases).length > 50)
      report(`must have at most 50 aliases, and has ${Object.keys(versionAliases).length}`, {
        at: ["versionAliases"],
      });
  },
  replaceOn: ["secretId", "project", "replication"],
  defaults: { deletionProtection: false },
  id: ({ join, project, text }) => join`projects/${project}/secrets/${text("secretId")}`,
  outputs: (context) => ({
    ...labelOutputs(context),
    effectiveAnnotations: context.inputs.annotations ?? {},
    name: context.join`projects/${context.project}/secrets/${context.text("secretId")}`,
    createTime: context.keep("createTime", context.now),
  }),
  refuseDelete: (outputs) =>
    outputs.deletionProtection === true
      ? "cannot destroy secret without setting deletionProtection to false and running `pulumi up` first"
      : undefined,
};

/** `projects/P/secrets/S` of an input that is either that or the short id. */
function parentSecret({ join, project, text }: OutputContext, field: string): string {
  const given = text(field);
  return given.startsWith("projects/") || given === UNKNOWN
    ? given
    : join`projects/${project}/secrets/${given}`;
}

const version: ResourceModel = {
  token: "gcp:secretmanager/secretVersion:SecretVersion",
  values: { deletionPolicy: ["DELETE", "DISABLE", "ABANDON"] },
  rules: { secret: secretName, secretData: length(0, 65_536) },
  check: (inputs, report) => {
    if ((inputs.secretData === undefined) === (inputs.secretDataWo === undefined))
      report("needs exactly one of secretData and secretDataWo", { at: ["secretData"] });
    if (inputs.secretDataWo !== undefined && inputs.secretDataWoVersion === undefined)
      report("is required with secretDataWo", { at: ["secretDataWoVersion"] });
  },
  replaceOn: ["secret", "secretData", "secretDataWoVersion", "isSecretDataBase64", "project"],
  defaults: { deletionPolicy: "DELETE", enabled: true, isSecretDataBase64: false },
  id: (_context, outputs) => String(outputs.name),
  outputs: (context) => {
    // The service draws the number; without a local cloud every version is the first one.
    const number = context.keep("version", () => "1");
    return {
      version: number,
      name: context.join`${parentSecret(context, "secret")}/versions/${number}`,
      createTime: context.keep("createTime", context.now),
      destroyTime: "",
    };
  },
};

export const secretManager: readonly ResourceModel[] = [
  secret,
  version,
  iamMember({
    token: "gcp:secretmanager/secretIamMember:SecretIamMember",
    target: ["secretId"],
    rules: { secretId: secretName, project: projectId },
    parent: (context) => parentSecret(context, "secretId"),
    fillIn: {},
  }),
];

export const secretManagerFunctions: readonly FunctionModel[] = [
  {
    token: "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess",
    answer: (inputs, { project }) => {
      const given = String(valueAt(inputs, "secret") ?? "");
      const secretId = given.split("/").at(-1) ?? "";
      const owner = /^projects\/([^/]+)\//.exec(given)?.[1] ?? String(inputs.project ?? project);
      const number = String(inputs.version ?? "latest");
      const name = `projects/${owner}/secrets/${secretId}/versions/${number}`;
      // The payload is the cloud's to give: nobody else knows it.
      return { id: name, name, secret: secretId, project: owner, version: number, secretData: UNKNOWN };
    },
  },
];
