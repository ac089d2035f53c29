import { AtlasCluster } from "../../components/data/atlas-cluster.ts";
import { Bucket } from "../../components/data/bucket.ts";
import type { Network } from "../../components/network/network.ts";
import { type Context, SECOND_REGION } from "./context.ts";
import { DATABASE } from "./variables.ts";

/** The database (EA-04): three nodes, at most 15 minutes lost, back within the hour. */
export function declareDatabase({ scope, settings, inside }: Context, network: Network): AtlasCluster {
  return new AtlasCluster(
    "ethixai-database",
    {
      scope,
      organization: settings.atlasOrganization,
      tier: "M10",
      nodes: 3,
      backup: {
        rpo: "15 min",
        rto: "1 h",
        snapshotEvery: "12 h",
        keep: "30 days",
        restoreWindow: "7 days",
      },
      access: { services: settings.clusterAddress ?? network.egressAddress },
      database: DATABASE,
      users: { backend: "readWrite", "ai-core": "readWrite" },
    },
    inside,
  );
}

/** Object storage (EA-05): ten versions, Coldline after 30 days, in two regions. */
export function declareObjects({ scope, inside }: Context): Bucket {
  return new Bucket(
    "ethixai-objects",
    {
      scope,
      location: { kind: "dualRegion", regions: [scope.region, SECOND_REGION] },
      versions: 10,
      coldlineAfter: "30 days",
    },
    inside,
  );
}
