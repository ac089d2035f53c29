import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";

/** The most data, in minutes of writes, that may be lost: stated as a tag on the cluster. */
export const RPO_TAG = "rpo-minutes";

/** The shortest interval between snapshots that Atlas offers, in minutes. Only restore to a point in time does better. */
export const SHORTEST_SNAPSHOT_INTERVAL_MINUTES = 60;

/** Where a cluster states its RPO. */
export function statedRpo(cluster: Subject): Property {
  return cluster.props.at("tags", RPO_TAG);
}

const HOUR = 60;
const DAY = 24 * 60;

/** Minutes between two snapshots of a schedule, or undefined where it takes none. */
export function snapshotIntervalMinutes(schedule: Subject): number | undefined {
  const hourly = schedule.props.at("policyItemHourly");
  if (hourly.present) return (hourly.at("frequencyInterval").number() ?? 1) * HOUR;
  if (schedule.props.at("policyItemDaily").present) return DAY;
  const longer = [
    ["policyItemWeeklies", 7 * DAY],
    ["policyItemMonthlies", 31 * DAY],
    ["policyItemYearlies", 366 * DAY],
  ] as const;
  return longer.find(([field]) => schedule.props.at(field).items().length > 0)?.[1];
}
