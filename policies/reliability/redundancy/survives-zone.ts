import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import {
  ALLOYDB_INSTANCE,
  GKE_CLUSTER,
  MEMORYSTORE_INSTANCE,
  NODE_POOL,
  REDIS_CLUSTER,
  REDIS_INSTANCE,
  SQL_INSTANCE,
} from "../../types.ts";
import { isReadReplica } from "../data/facts.ts";

function inProduction(resource: Subject, check: () => Finding | undefined): readonly Finding[] {
  return adviceOutsideProduction(resource, parts(check));
}

export const databaseSurvivesZone: Policy = {
  id: "database-survives-zone",
  title: "A database in Google Cloud should survive the loss of a zone; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "A zone fails as a whole, for hours: until it is back there is no database, and a restore elsewhere loses what came since the last backup.",
  fix: "Set availabilityType to REGIONAL (Cloud SQL: settings.availabilityType), with backups on.",
  example: {
    typescript: `new gcp.sql.DatabaseInstance("orders", {
  databaseVersion: "POSTGRES_17",
  settings: { tier: "db-custom-2-8192", availabilityType: "REGIONAL" },
});`,
  },
  types: [SQL_INSTANCE, ALLOYDB_INSTANCE],
  check: (database) =>
    inProduction(database, () => {
      if (isReadReplica(database)) return undefined;
      const isSql = database.type === SQL_INSTANCE;
      const at = isSql
        ? database.props.at("settings", "availabilityType")
        : database.props.at("availabilityType");
      const stated = at.text();
      // Cloud SQL is ZONAL by itself, AlloyDB REGIONAL (provider's reference, 2026-11).
      if (stated === "REGIONAL" || (stated === undefined && !isSql)) return undefined;
      return violation(
        at,
        stated === undefined ? "is not set, which means ZONAL" : `is ${at.quote()}: it lies in one zone`,
      );
    }),
};

export const cacheSurvivesZone: Policy = {
  id: "cache-survives-zone",
  title: "A Memorystore should have a replica; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "A BASIC instance loses everything that it holds with its machine, and at each of Google's own updates.",
  fix: "Set tier to STANDARD_HA (redis.Instance), or replicaCount to 1 or more (redis.Cluster, memorystore.Instance).",
  example: {
    typescript: `new gcp.redis.Instance("sessions", {
  memorySizeGb: 1,
  tier: "STANDARD_HA",
});`,
  },
  types: [REDIS_INSTANCE, REDIS_CLUSTER, MEMORYSTORE_INSTANCE],
  check: (cache) =>
    inProduction(cache, () => {
      if (cache.type === REDIS_INSTANCE) {
        const tier = cache.props.at("tier");
        const stated = tier.text();
        if (stated === "STANDARD_HA") return undefined;
        return violation(
          tier,
          stated === undefined ? "is not set, which means BASIC" : `is ${tier.quote()}: it has no replica`,
        );
      }
      const replicas = cache.props.at("replicaCount");
      const count = replicas.number() ?? 0;
      return count >= 1
        ? undefined
        : violation(replicas, `is ${replicas.present ? count : "not set, which means 0"}: it has no replica`);
    }),
};

/** `us-east1-b`; a region ends in a digit. */
const ZONE = /-[a-z]$/;

export const clusterSurvivesZone: Policy = {
  id: "cluster-survives-zone",
  title: "A GKE cluster and its nodes should lie in several zones; in production they must.",
  severity: "high",
  level: "mandatory",
  why: "A zonal cluster has one control plane: in each of its upgrades nothing can be deployed or scaled, and its zone takes all nodes with it.",
  fix: "Set location to a region, and leave nodeLocations out or name two zones or more.",
  example: {
    typescript: `new gcp.container.Cluster("main", {
  location: "us-east1",
  enableAutopilot: true,
});`,
  },
  types: [GKE_CLUSTER, NODE_POOL],
  check: (cluster) =>
    inProduction(cluster, () => {
      const location = cluster.props.at("location");
      const zones = cluster.props.at("nodeLocations");
      const count = zones.items().length;
      const isZonal = ZONE.test(location.text() ?? "");
      // A pool of a zonal cluster may have nodes in other zones too.
      if (isZonal && (cluster.type === GKE_CLUSTER || count < (zones.present ? 2 : 1)))
        return violation(location, `is ${location.quote()}, one zone`);
      return count === 1 ? violation(zones, "names one zone") : undefined;
    }),
};
