import { type CostLine, priced } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { atHome, type Pricing } from "./surroundings.ts";

/** Nodes that a tier's price in the table stands for. */
const NODES_PER_PRICE = 3;

/** What Atlas adds to a cluster's price for encryption with a key of one's own (its page "Additional Services"). */
const OWN_KEY_FACTOR = 1.15;

/** Nodes that hold data, and those that only vote or only serve reads, are billed alike. */
const NODE_KINDS = ["electableSpecs", "readOnlySpecs", "analyticsSpecs"];

/** An Atlas cluster, and what its snapshots take, of which nobody says how much it is. */
export const atlas: Pricing = ({ urn, name, props }) => {
  const hours: Record<string, number> = {};
  const own = (props.at("encryptionAtRestProvider").text() ?? "NONE") !== "NONE";
  for (const shard of props.at("replicationSpecs").items()) {
    const shards = shard.at("numShards").number() ?? 1;
    for (const region of shard.at("regionConfigs").items()) {
      for (const kind of NODE_KINDS) {
        const specs = region.at(kind);
        const nodes = specs.at("nodeCount").number() ?? 0;
        if (nodes === 0) continue;
        const tier = `atlas.${specs.at("instanceSize").text() ?? "unstated"}`;
        const factor = own ? OWN_KEY_FACTOR : 1;
        hours[tier] = (hours[tier] ?? 0) + (HOURS_PER_MONTH * nodes * shards * factor) / NODES_PER_PRICE;
      }
    }
  }
  const lines: CostLine[] = [
    priced(urn, `Atlas ${name}, without traffic${own ? ", with a key of its own" : ""}`, hours),
  ];
  if (props.at("backupEnabled").flag() === true)
    lines.push(priced(urn, `backups of Atlas ${name}`, { "atlas.backup": 1 }));
  return lines;
};

/** What a tier of Cloud SQL has: `db-custom-2-7680` names CPUs and MiB; small ones have a price of their own. */
function sqlTier(tier: string): { readonly cpu: number; readonly memory: number } | undefined {
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier);
  if (custom !== null) return { cpu: Number(custom[1]), memory: Number(custom[2]) / 1024 };
  const [, kind, cpu] = /^db-n1-(standard|highmem)-(\d+)$/.exec(tier) ?? [];
  if (kind === undefined) return undefined;
  return { cpu: Number(cpu), memory: Number(cpu) * (kind === "standard" ? 3.75 : 6.5) };
}

/** The provider's own defaults (reference of `sql.DatabaseInstance`). */
const [SQL_DISK_TYPE, SQL_DISK_GIBIBYTES] = ["PD_SSD", 10];

/** A Cloud SQL instance of the edition Enterprise: two zones cost twice as much. Backups are as large as the disk at most. */
export const sql: Pricing = ({ urn, name, props }) => {
  const what = `Cloud SQL ${name}`;
  const settings = props.at("settings");
  const edition = settings.at("edition").text() ?? "ENTERPRISE";
  if (edition !== "ENTERPRISE" || (props.at("databaseVersion").text() ?? "").startsWith("SQLSERVER"))
    return { urn, what, missing: "no price of its edition, or of its licence, is in the table" };
  const zones = settings.at("availabilityType").text() === "REGIONAL" ? 2 : 1;
  const tier = settings.at("tier").text() ?? "unstated";
  const disk = settings.at("diskSize").number() ?? SQL_DISK_GIBIBYTES;
  const size = sqlTier(tier);
  const compute: Record<string, number> =
    size === undefined
      ? { [`sql.${tier}`]: HOURS_PER_MONTH * zones }
      : {
          "sql.cpu": HOURS_PER_MONTH * zones * size.cpu,
          "sql.memory": HOURS_PER_MONTH * zones * size.memory,
        };
  const backedUp = settings.at("backupConfiguration", "enabled").flag() === true;
  return atHome(urn, what, props.at("region").text(), () =>
    priced(urn, `${what}, ${tier}${zones > 1 ? " in two zones" : ""}`, {
      ...compute,
      [`sql.${(settings.at("diskType").text() ?? SQL_DISK_TYPE).toLowerCase()}`]: disk * zones,
      "sql.backup": backedUp ? { low: 0, expected: disk / 2, high: disk } : 0,
    }),
  );
};

/** Sizes from which Memorystore counts a GiB differently. */
const REDIS_SIZES: readonly (readonly [most: number, name: string])[] = [
  [4, "m1"],
  [10, "m2"],
  [35, "m3"],
  [100, "m4"],
];

/** A Memorystore instance; read replicas come on top, each as large as the instance. */
export const redis: Pricing = ({ urn, name, props }) => {
  const what = `Memorystore ${name}`;
  const size = props.at("memorySizeGb").number() ?? 0;
  const tier = (props.at("tier").text() ?? "BASIC").toLowerCase();
  if (props.at("readReplicasMode").text() === "READ_REPLICAS_ENABLED")
    return { urn, what, missing: "no price of read replicas is in the table" };
  const step = REDIS_SIZES.find(([most]) => size <= most)?.[1] ?? "m5";
  return atHome(urn, what, props.at("region").text() ?? props.at("locationId").text(), () =>
    priced(urn, `${what}, ${size} GiB`, { [`redis.${tier}.${step}`]: HOURS_PER_MONTH * size }),
  );
};

/** The price by place and class. */
function storagePrice(place: string, storageClass: string): string {
  return `storage.${place}.${storageClass}`.toLowerCase();
}

/** A bucket: in two named regions it is billed in both; one in all of a continent has a price of its own. */
export const bucket: Pricing = ({ urn, name, props }, { usage }) => {
  const { low, high } = usage.bucketGibibytes;
  const storageClass = props.at("storageClass").text() ?? "STANDARD";
  const places = props.at("customPlacementConfig", "dataLocations").items();
  const names =
    places.length === 0
      ? [storagePrice(props.at("location").text() ?? "", storageClass)]
      : places.map((place) => storagePrice(`dual.${place.text() ?? ""}`, storageClass));
  return priced(
    urn,
    `bucket ${name}, ${low} to ${high} GiB`,
    Object.fromEntries(names.map((each) => [each, usage.bucketGibibytes])),
  );
};
