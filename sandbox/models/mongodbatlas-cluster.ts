import type { ReportFailure, ResourceModel } from "./model.ts";
import { integer, length, pattern } from "./rules.ts";
import { isObject, type Properties, type Step, UNKNOWN, valueAt } from "./values.ts";

/** The identifier under which the provider keeps a resource: each part base64, as `key:value`, joined by `-`. */
export function stateId(parts: Readonly<Record<string, string>>): string {
  if (Object.values(parts).includes(UNKNOWN)) return UNKNOWN;
  const encode = (text: string): string => Buffer.from(text).toString("base64");
  return Object.entries(parts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${encode(key)}:${encode(value)}`)
    .join("-");
}

/** What Atlas gives each of its objects: 24 hexadecimal digits. */
export const objectId = pattern(/^[0-9a-f]{24}$/, "an Atlas id of 24 hexadecimal digits");

const region = "replicationSpecs[].regionConfigs[]";

export const advancedCluster: ResourceModel = {
  token: "mongodbatlas:index/advancedCluster:AdvancedCluster",
  values: {
    clusterType: ["REPLICASET", "SHARDED", "GEOSHARDED"],
    encryptionAtRestProvider: ["NONE", "AWS", "AZURE", "GCP"],
    replicaSetScalingStrategy: ["WORKLOAD_TYPE", "SEQUENTIAL", "NODE_TYPE"],
    versionReleaseSystem: ["LTS", "CONTINUOUS"],
    "advancedConfiguration.minimumEnabledTlsProtocol": ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"],
    [`${region}.providerName`]: ["AWS", "GCP", "AZURE", "TENANT", "FLEX"],
    [`${region}.backingProviderName`]: ["AWS", "GCP", "AZURE"],
  },
  rules: {
    projectId: objectId,
    name: pattern(
      /^[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/,
      "1 to 64 letters, digits and `-`, with no `-` at either end",
    ),
    mongoDbMajorVersion: pattern(/^\d+\.\d+$/, "a version such as `8.0`"),
    replicationSpecs: length(1, 70),
    [`${region}.priority`]: integer(0, 7),
    [`${region}.regionName`]: pattern(/^[A-Z][A-Z0-9_]*$/, "an Atlas region such as `WESTERN_EUROPE`"),
    [`${region}.electableSpecs.instanceSize`]: pattern(
      /^([MR]\d{1,3}(_NVME)?(_GEN_2)?)$/,
      "a size such as `M10`",
    ),
    [`${region}.electableSpecs.nodeCount`]: integer(0, 7),
    [`${region}.electableSpecs.diskSizeGb`]: integer(10, 51_200, "GB"),
  },
  check: (inputs, report) => {
    const specs = Array.isArray(inputs.replicationSpecs) ? inputs.replicationSpecs : [];
    for (const [index, spec] of specs.entries()) checkReplication(spec, ["replicationSpecs", index], report);
    const isShared = specs.some((spec) => regionsOf(spec).some((config) => isSharedTier(config)));
    if (inputs.pitEnabled === true && inputs.backupEnabled !== true && inputs.backupEnabled !== UNKNOWN)
      report("needs backupEnabled", { got: true, at: ["pitEnabled"] });
    if (isShared && (inputs.backupEnabled === true || inputs.pitEnabled === true))
      report("needs an instance of M10 or larger", {
        got: true,
        at: [inputs.backupEnabled === true ? "backupEnabled" : "pitEnabled"],
      });
    if (inputs.versionReleaseSystem === "CONTINUOUS" && inputs.mongoDbMajorVersion !== undefined)
      report("must be left out when versionReleaseSystem is CONTINUOUS", { at: ["mongoDbMajorVersion"] });
    for (const field of ["tags", "labels"]) {
      const pairs = isObject(inputs[field]) ? Object.entries(inputs[field]) : [];
      if (pairs.length > 50) report(`must have at most 50 pairs, and has ${pairs.length}`, { at: [field] });
      for (const [key, value] of pairs)
        if (
          key.length > 255 ||
          key === "" ||
          (typeof value === "string" && (value.length > 255 || value === ""))
        )
          report("must have 1 to 255 characters in key and value", { got: value, at: [field, key] });
    }
  },
  replaceOn: ["projectId", "name"],
  autoname: { property: "name", max: 64 },
  id: ({ text }, outputs) =>
    stateId({
      cluster_id: String(outputs.clusterId),
      cluster_name: text("name"),
      project_id: text("projectId"),
    }),
  outputs: ({ keep, inputs, text, hex, now }) => ({
    clusterId: keep("clusterId", () => hex("clusterId", 24)),
    connectionStrings: keep("connectionStrings", () => ({
      standard: `mongodb://${text("name")}-shard-00-00.${hex("host", 5)}.mongodb.invalid:27017/?ssl=true`,
      standardSrv: `mongodb+srv://${text("name")}.${hex("host", 5)}.mongodb.invalid`,
      private: "",
      privateSrv: "",
      privateEndpoints: [],
    })),
    createDate: keep("createDate", now),
    mongoDbMajorVersion: inputs.mongoDbMajorVersion ?? "8.0",
    mongoDbVersion: keep("mongoDbVersion", () => `${inputs.mongoDbMajorVersion ?? "8.0"}.0`),
    stateName: keep("stateName", () => "IDLE"),
    backupEnabled: inputs.backupEnabled ?? false,
    pitEnabled: inputs.pitEnabled ?? false,
    terminationProtectionEnabled: inputs.terminationProtectionEnabled ?? false,
    encryptionAtRestProvider: inputs.encryptionAtRestProvider ?? "NONE",
  }),
  refuseDelete: (outputs) =>
    outputs.terminationProtectionEnabled === true
      ? "CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED: set terminationProtectionEnabled to false and run `pulumi up` first"
      : undefined,
};

function regionsOf(spec: unknown): readonly Properties[] {
  const regions = valueAt(spec, "regionConfigs");
  return Array.isArray(regions) ? regions.filter(isObject) : [];
}

function isSharedTier(config: Properties): boolean {
  return (
    config.providerName === "TENANT" ||
    ["M0", "M2", "M5"].includes(String(valueAt(config, "electableSpecs", "instanceSize")))
  );
}

/** Electable nodes are 3, 5 or 7, priorities begin at 7 and fall, one size serves all electable nodes. */
function checkReplication(spec: unknown, path: readonly Step[], report: ReportFailure): void {
  const regions = regionsOf(spec);
  const counts = regions.map((config) =>
    isObject(config.electableSpecs) ? config.electableSpecs.nodeCount : 0,
  );
  const isCounted = counts.every((count) => typeof count === "number");
  const nodes = counts.reduce<number>((sum, count) => sum + Number(count), 0);
  if (regions.length > 0 && isCounted && !regions.some(isSharedTier) && ![3, 5, 7].includes(nodes))
    report("must have 3, 5 or 7 electable nodes in all its regions together", {
      got: nodes,
      at: [...path, "regionConfigs"],
    });
  let expected = 7;
  for (const [index, config] of regions.entries()) {
    const priority = config.priority;
    const isElectable = Number(counts[index]) > 0;
    if (typeof priority === "number" && isElectable && priority !== expected)
      report(`must be ${expected}: priorities begin at 7 and fall by 1`, {
        got: priority,
        at: [...path, "regionConfigs", index, "priority"],
      });
    expected -= 1;
  }
  const sizes = new Set(
    regions
      .map((config) => valueAt(config, "electableSpecs", "instanceSize"))
      .filter((size) => size !== undefined),
  );
  if (sizes.size > 1)
    report(`must have one instanceSize in all regions, and have ${[...sizes].join(" and ")}`, {
      at: [...path, "regionConfigs"],
    });
}
