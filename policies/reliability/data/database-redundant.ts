import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ATLAS_CLUSTER } from "../../types.ts";

const SETTINGS = z.strictObject({
  leastNodes: z
    .int()
    .min(3)
    .default(3)
    .describe(
      "The fewest nodes that may become primary. A replica set elects one only while most members are there: three survive the loss of one.",
    ),
  leastTier: z
    .int()
    .min(10)
    .default(10)
    .describe("The smallest tier, as the number after M. Those below 10 have no continuous backup."),
});

type Limits = z.output<typeof SETTINGS>;

function checkTier(size: Property, { leastTier }: Limits): Finding | undefined {
  const tier = Number(/^[MR](\d+)/.exec(size.text() ?? "")?.[1] ?? 0);
  return tier >= leastTier
    ? undefined
    : violation(size, `is ${size.quote()}; production needs M${leastTier} or larger`);
}

function checkShard(shard: Property, limits: Limits): Finding[] {
  const regions = shard.at("regionConfigs").items();
  return parts(
    () =>
      each(regions, (region) => {
        // A region may hold nodes for reading or analytics only; Atlas gives them the electable ones' size.
        const electable = region.at("electableSpecs");
        return electable.present ? checkTier(electable.at("instanceSize"), limits) : undefined;
      }),
    () => {
      const nodes = regions.map((region) => region.at("electableSpecs", "nodeCount").number() ?? 0);
      const total = nodes.reduce((sum, count) => sum + count, 0);
      return total >= limits.leastNodes
        ? undefined
        : violation(
            shard.at("regionConfigs"),
            `has ${total} electable nodes; production needs ${limits.leastNodes} or more`,
          );
    },
  );
}

export const databaseRedundant: Policy = {
  id: "database-redundant",
  title: "In production a database must survive the loss of a node.",
  severity: "high",
  level: "mandatory",
  why: "Below three nodes the loss of one stops all writes; below M10 there is no continuous backup.",
  fix: "Use M10 or larger, with three electable nodes or more.",
  example: {
    typescript: `new mongodbatlas.AdvancedCluster("orders", {
  projectId: project.id,
  clusterType: "REPLICASET",
  replicationSpecs: [
    { regionConfigs: [{ electableSpecs: { instanceSize: "M10", nodeCount: 3 } }] },
  ],
});`,
  },
  requirements: ["EA-04"],
  settings: SETTINGS,
  types: [ATLAS_CLUSTER],
  check: (cluster, context) => {
    const limits = context.settings(SETTINGS);
    if (!isProduction(cluster)) return [];
    const shards = cluster.props.at("replicationSpecs");
    const items = shards.items();
    return items.length > 0
      ? each(items, (shard) => checkShard(shard, limits))
      : [violation(shards, "has none: no node is declared")];
  },
};
