import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import { ATLAS_CLUSTER, REDIS_INSTANCE, SQL_INSTANCE } from "../../types.ts";

const settings = z.strictObject({
  atlasTier: z
    .int()
    .min(0)
    .default(20)
    .describe("The largest tier of Atlas outside production, by its number: 20 for M20."),
});

function checkAtlas(cluster: Subject, largest: number): Finding[] {
  const regions = cluster.props
    .at("replicationSpecs")
    .items()
    .flatMap((shard) => shard.at("regionConfigs").items());
  return each(regions, (region) => {
    const at = region.at("electableSpecs", "instanceSize");
    const tier = /^[MR](\d+)$/.exec(at.text() ?? "")?.[1];
    return tier === undefined || Number(tier) <= largest
      ? []
      : [violation(at, `is ${at.quote()}; M${largest} is enough outside production`)];
  });
}

/** Cloud SQL's user labels stand among its settings. */
function isHeldToProduction(resource: Subject): boolean {
  const label =
    resource.type === SQL_INSTANCE
      ? resource.props.at("settings", "userLabels", "environment").text()
      : undefined;
  return label === undefined ? isProduction(resource) : label === "production";
}

export const smallDatabasesOutsideProduction: ResourcePolicy = {
  id: "small-databases-outside-production",
  title: "Outside production, databases should be small and stand in one place.",
  severity: "low",
  level: "advisory",
  why: "A second zone doubles a database's price, and nobody loses anything where people only try things out.",
  fix: "Take a smaller tier and one zone; or exempt a stack that is there to rehearse a failure.",
  example: {
    typescript:
      'new gcp.sql.DatabaseInstance("db", {\n  databaseVersion: "POSTGRES_16",\n  settings: { tier: "db-custom-1-3840", availabilityType: "ZONAL", userLabels: { environment: "staging" } },\n});',
  },
  types: [SQL_INSTANCE, REDIS_INSTANCE, ATLAS_CLUSTER],
  settings,
  check: (resource, context) => {
    const { atlasTier } = context.settings(settings);
    if (isHeldToProduction(resource)) return [];
    if (resource.type === ATLAS_CLUSTER) return checkAtlas(resource, atlasTier);
    const [at, dear] =
      resource.type === SQL_INSTANCE
        ? [resource.props.at("settings", "availabilityType"), "REGIONAL"]
        : [resource.props.at("tier"), "STANDARD_HA"];
    return at.text() === dear
      ? [violation(at, `is ${at.quote()}, which costs twice as much as one zone`)]
      : [];
  },
};
