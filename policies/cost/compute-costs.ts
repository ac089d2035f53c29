import type { Property } from "../core/property.ts";
import { type CostLine, mapRange, priced } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { regionIn } from "./quantities.ts";
import { atHome, type Pricing } from "./surroundings.ts";
import type { Range } from "./usage.ts";

/** GiB to a vCPU, by the last words of a machine type (Compute Engine's machine families). */
const MEMORY_PER_CPU: Record<string, Record<string, number>> = {
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
};

/** Machines that share a CPU: their part of one is what they are billed for, and their memory. */
const SHARED: Record<string, { readonly cpu: number; readonly memory: number }> = {
  "e2-micro": { cpu: 0.25, memory: 1 },
  "e2-small": { cpu: 0.5, memory: 2 },
  "e2-medium": { cpu: 1, memory: 4 },
};

/** CPU and memory of a machine type, with the family whose prices they have; undefined where the table has none of it. */
function machineOf(
  type: string,
): { readonly family: string; readonly cpu: number; readonly memory: number } | undefined {
  const name = type.slice(type.lastIndexOf("/") + 1);
  const shared = SHARED[name];
  if (shared !== undefined) return { family: "e2", ...shared };
  const [, family = "", kind = "", cpu] = /^([a-z]\d[a-z]?)-([a-z]+)-(\d+)$/.exec(name) ?? [];
  const ratio = MEMORY_PER_CPU[family]?.[kind];
  return ratio === undefined ? undefined : { family, cpu: Number(cpu), memory: Number(cpu) * ratio };
}

/** Hours of machines of one type, with the disk that each starts from. */
function machines(
  urn: string,
  what: string,
  type: string,
  hours: Range,
  disk: { readonly type: string; readonly gibibytes: number },
): CostLine {
  const machine = machineOf(type);
  if (machine === undefined) return { urn, what, missing: `no price of "${type}" is in the table` };
  const { family, cpu, memory } = machine;
  return priced(urn, `${what}, ${type}`, {
    [`compute.${family}.cpu`]: mapRange(hours, (value) => value * cpu),
    [`compute.${family}.memory`]: mapRange(hours, (value) => value * memory),
    [`disk.${disk.type}`]: mapRange(hours, (value) => (value / HOURS_PER_MONTH) * disk.gibibytes),
  });
}

/** What makes a machine's price change by the hour. */
function isSpot(scheduling: Property): boolean {
  return scheduling.at("preemptible").flag() === true || scheduling.at("provisioningModel").text() === "SPOT";
}

/** The provider's own defaults for a disk that an image is put on. */
const [BOOT_DISK_TYPE, BOOT_DISK_GIBIBYTES] = ["pd-standard", 10];

/** A machine that always runs, with the disk that it starts from. */
export const instance: Pricing = ({ urn, name, props }) => {
  const what = `machine ${name}`;
  if (isSpot(props.at("scheduling"))) return { urn, what, missing: "prices of spot machines change" };
  if (props.at("guestAccelerators").items().length > 0)
    return { urn, what, missing: "no price of accelerators is in the table" };
  const boot = props.at("bootDisk", "initializeParams");
  const disk = {
    type: boot.at("type").text() ?? BOOT_DISK_TYPE,
    gibibytes: boot.at("size").number() ?? BOOT_DISK_GIBIBYTES,
  };
  const hours = { low: HOURS_PER_MONTH, expected: HOURS_PER_MONTH, high: HOURS_PER_MONTH };
  return atHome(urn, what, props.at("zone").text(), () =>
    machines(urn, what, props.at("machineType").text() ?? "unstated", hours, disk),
  );
};

/** A disk; one in two zones costs twice as much. */
export const disk: Pricing = ({ urn, name, props, type }) => {
  const what = `disk ${name}`;
  const isRegional = type.includes("RegionDisk");
  const size = props.at("size").number();
  if (size === undefined) return { urn, what, missing: "it does not say how large it is" };
  const kind = props.at("type").text() ?? "pd-standard";
  const location = props.at(isRegional ? "region" : "zone").text();
  return atHome(urn, what, location, () =>
    priced(urn, `${what}, ${size} GiB`, {
      [`disk.${kind.slice(kind.lastIndexOf("/") + 1)}`]: isRegional ? 2 * size : size,
    }),
  );
};

/** A cluster's own fee; its nodes, or its pods, come on top. */
export const cluster: Pricing = ({ urn, name }) =>
  priced(urn, `GKE cluster ${name}`, { "gke.cluster": HOURS_PER_MONTH });

/** GKE's own defaults. */
const [NODE_TYPE, NODE_DISK_TYPE, NODE_DISK_GIBIBYTES, ZONES] = ["e2-medium", "pd-balanced", 100, 3];

/** A node pool: as many nodes as it may have, in each of its zones. */
export const nodePool: Pricing = ({ urn, name, props }) => {
  const what = `nodes of ${name}`;
  const node = props.at("nodeConfig");
  if (node.at("spot").flag() === true || node.at("preemptible").flag() === true)
    return { urn, what, missing: "prices of spot machines change" };
  const location = props.at("location").text();
  const listed = props.at("nodeLocations").items().length;
  const zones = listed > 0 ? listed : regionIn(location) === location ? ZONES : 1;
  const scaling = props.at("autoscaling");
  const fixed = props.at("nodeCount").number() ?? props.at("initialNodeCount").number() ?? 1;
  const least =
    scaling.at("totalMinNodeCount").number() ?? zones * (scaling.at("minNodeCount").number() ?? 0);
  const most = scaling.at("totalMaxNodeCount").number() ?? zones * (scaling.at("maxNodeCount").number() ?? 0);
  const count = scaling.present
    ? { low: least, expected: (least + most) / 2, high: most }
    : { low: fixed * zones, expected: fixed * zones, high: fixed * zones };
  const boot = {
    type: node.at("diskType").text() ?? NODE_DISK_TYPE,
    gibibytes: node.at("diskSizeGb").number() ?? NODE_DISK_GIBIBYTES,
  };
  return atHome(urn, what, location, () =>
    machines(
      urn,
      what,
      node.at("machineType").text() ?? NODE_TYPE,
      mapRange(count, (value) => value * HOURS_PER_MONTH),
      boot,
    ),
  );
};
