import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ATLAS_CLUSTER } from "../../types.ts";

/** A replica set elects a new primary only while most of its members are there: three survive the loss of one. */
const LEAST_NODES = 3;

/** The smallest tier of its own; those below share machines and have no continuous backup. */
const LEAST_TIER = 10;

function checkTier(size: Property): Finding | undefined {
  const tier = Number(/^[MR](\d+)/.exec(size.text() ?? "")?.[1] ?? 0);
  return tier >= LEAST_TIER
    ? undefined
    : violation(size, `is ${size.quote()}; production needs M${LEAST_TIER} or larger`);
}

function checkShard(shard: Property): Finding[] {
  const regions = shard.at("regionConfigs").items();
  return parts(
    () =>
      each(regions, (region) => {
        // A region may hold nodes for reading or analytics only; Atlas gives them the electable ones' size.
        const electable = region.at("electableSpecs");
        return electable.present ? checkTier(electable.at("instanceSize")) : undefined;
      }),
    () => {
      const nodes = regions.map((region) => region.at("electableSpecs", "nodeCount").number() ?? 0);
      const total = nodes.reduce((sum, count) => sum + count, 0);
      return total >= LEAST_NODES
        ? undefined
        : violation(
            shard.at("regionConfigs"),
            `has ${total} electable nodes; production needs ${LEAST_NODES} or more`,
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
  requirements: ["EA-04"],
  types: [ATLAS_CLUSTER],
  check: (cluster) => {
    if (!isProduction(cluster)) return [];
    const shards = cluster.props.at("replicationSpecs");
    const items = shards.items();
    return items.length > 0 ? each(items, checkShard) : [violation(shards, "has none: no node is declared")];
  },
};
