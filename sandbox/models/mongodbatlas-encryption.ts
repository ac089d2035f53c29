import type { OutputContext, ReportFailure, ResourceModel } from "./model.ts";
import { objectId, stateId } from "./mongodbatlas-cluster.ts";
import { pattern } from "./rules.ts";
import { isObject, type Properties } from "./values.ts";

/**
 * E-mail address of the service account that Atlas makes for a role on Google Cloud, in the form that its API promises.
 * Setup and authorization of one role name the same account, so it comes of the role alone.
 */
function atlasAccount(role: string): string {
  return `mongodb-atlas-${role.slice(0, 16)}@p-${role}.iam.gserviceaccount.com`;
}

export const cloudProviderAccessSetup: ResourceModel = {
  token: "mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup",
  values: { providerName: ["AWS", "AZURE", "GCP"] },
  rules: { projectId: objectId },
  // Not the project: the provider takes that change for an update, in which it does nothing.
  replaceOn: ["providerName"],
  id: ({ text }, outputs) =>
    stateId({
      id: String(outputs.roleId),
      project_id: text("projectId"),
      provider_name: text("providerName"),
    }),
  outputs: ({ inputs, keep, hex, digits, now }) => {
    const role = (): string => hex("roleId", 24);
    /** The settings of one cloud: unknown until the role was made, and an empty entry for a role of another cloud. */
    const settings = (cloud: string, output: string, make: () => Properties): unknown =>
      keep(output, () => [inputs.providerName === cloud ? make() : {}]);
    return {
      roleId: keep("roleId", role),
      createdDate: keep("createdDate", now),
      ...(inputs.providerName === "AZURE" ? { lastUpdatedDate: keep("lastUpdatedDate", now) } : {}),
      awsConfigs: settings("AWS", "awsConfigs", () => ({
        atlasAwsAccountArn: `arn:aws:iam::${digits("account", 12)}:root`,
        atlasAssumedRoleExternalId: hex("externalId", 32),
      })),
      gcpConfigs: settings("GCP", "gcpConfigs", () => ({
        serviceAccountForAtlas: atlasAccount(role()),
        status: "COMPLETE",
      })),
    };
  },
};

export const cloudProviderAccessAuthorization: ResourceModel = {
  token: "mongodbatlas:index/cloudProviderAccessAuthorization:CloudProviderAccessAuthorization",
  rules: {
    projectId: objectId,
    roleId: objectId,
    "aws.iamAssumedRoleArn": pattern(
      /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/,
      "a role such as `arn:aws:iam::ACCOUNT:role/NAME`",
    ),
  },
  check: (inputs, report) => {
    if (inputs.aws !== undefined && inputs.azure !== undefined)
      report("must not be set together with aws: a role belongs to one cloud", { at: ["azure"] });
  },
  replaceOn: ["projectId", "roleId"],
  id: ({ text }) => stateId({ id: text("roleId"), project_id: text("projectId") }),
  outputs: ({ inputs, keep, now, text }) => {
    // Roles on AWS and Azure bring arguments of their own, one on Google Cloud none.
    const isGoogle = inputs.aws === undefined && inputs.azure === undefined;
    return {
      ...(isGoogle ? {} : { authorizedDate: keep("authorizedDate", now) }),
      featureUsages: keep("featureUsages", () => []),
      gcps: keep("gcps", () => [isGoogle ? { serviceAccountForAtlas: atlasAccount(text("roleId")) } : {}]),
    };
  },
};

/** Where each cloud's key is described. */
const configs = ["awsKmsConfig", "azureKeyVaultConfig", "googleCloudKmsConfig"] as const;

export const encryptionAtRest: ResourceModel = {
  token: "mongodbatlas:index/encryptionAtRest:EncryptionAtRest",
  rules: {
    projectId: objectId,
    "awsKmsConfig.roleId": objectId,
    "azureKeyVaultConfig.roleId": objectId,
    "googleCloudKmsConfig.roleId": objectId,
    "googleCloudKmsConfig.keyVersionResourceId": pattern(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+\/cryptoKeyVersions\/\d+$/,
      "a key's version: `projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1`",
    ),
  },
  check: (inputs, report) => {
    for (const config of configs) {
      const settings = inputs[config];
      if (isObject(settings) && settings.valid !== undefined)
        report("is set by the provider and cannot be given", { at: [config, "valid"] });
    }
    checkGoogle(inputs.googleCloudKmsConfig, report);
  },
  replaceOn: ["projectId"],
  defaults: { enabledForSearchNodes: false },
  id: ({ text }) => text("projectId"),
  outputs: ({ inputs, renew }) =>
    Object.fromEntries(configs.map((config) => [config, withValidity(inputs[config], renew)])),
};

/** A key in use is known by its version and by who may use it. */
function checkGoogle(settings: unknown, report: ReportFailure): void {
  if (!isObject(settings) || settings.enabled !== true) return;
  if (settings.keyVersionResourceId === undefined)
    report("is required when enabled is true", { at: ["googleCloudKmsConfig", "keyVersionResourceId"] });
  if (settings.roleId === undefined && settings.serviceAccountKey === undefined)
    report("is required unless serviceAccountKey is set", { at: ["googleCloudKmsConfig", "roleId"] });
}

/** The settings with what Atlas found when it last tried the key; it tries at each change. */
function withValidity(settings: unknown, renew: OutputContext["renew"]): unknown {
  if (!isObject(settings)) return settings;
  return { ...settings, valid: renew(() => settings.enabled === true) };
}
