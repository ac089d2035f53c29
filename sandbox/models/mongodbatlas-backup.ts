import type { ReportFailure, ResourceModel } from "./model.ts";
import { objectId, stateId } from "./mongodbatlas-cluster.ts";
import { integer } from "./rules.ts";
import { isObject, type Properties, type Step } from "./values.ts";

/** From the most frequent kind of snapshot to the least frequent one. */
const kinds = [
  "policyItemHourly",
  "policyItemDaily",
  "policyItemWeeklies[]",
  "policyItemMonthlies[]",
  "policyItemYearlies[]",
] as const;
const daysPerUnit: Readonly<Record<string, number>> = { days: 1, weeks: 7, months: 31, years: 366 };
/** Least retention in days that Atlas takes for weekly, monthly and yearly snapshots. */
const leastDays: Readonly<Record<string, number>> = {
  policyItemWeeklies: 7,
  policyItemMonthlies: 31,
  policyItemYearlies: 366,
};

export const cloudBackupSchedule: ResourceModel = {
  token: "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
  values: {
    "policyItemHourly.frequencyInterval": [1, 2, 4, 6, 8, 12],
    "policyItemDaily.frequencyInterval": [1],
    ...Object.fromEntries(kinds.map((kind) => [`${kind}.retentionUnit`, Object.keys(daysPerUnit)])),
    "copySettings[].cloudProvider": ["AWS", "AZURE", "GCP"],
    "copySettings[].frequencies[]": ["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "ON_DEMAND"],
  },
  rules: {
    projectId: objectId,
    restoreWindowDays: integer(1, Number.POSITIVE_INFINITY, "days"),
    referenceHourOfDay: integer(0, 23),
    referenceMinuteOfHour: integer(0, 59),
    "policyItemWeeklies[].frequencyInterval": integer(1, 7),
    "policyItemMonthlies[].frequencyInterval": integer(1, 40),
    "policyItemYearlies[].frequencyInterval": integer(1, 12),
    ...Object.fromEntries(kinds.map((kind) => [`${kind}.retentionValue`, integer(1)])),
    "copySettings[].lastNumberOfSnapshots": integer(1, 500),
  },
  check: (inputs, report) => {
    let before: { readonly days: number; readonly name: string } | undefined;
    for (const kind of kinds) {
      const items = itemsOf(inputs, kind);
      for (const { item, path } of items) {
        const days = retentionDays(item);
        if (days === undefined) continue;
        checkLeast(days, String(path[0]), path, report);
        if (before !== undefined && days < before.days)
          report(
            `must keep at least as long as ${before.name} (${before.days} days): less frequent snapshots are kept longer`,
            {
              got: `${String(item.retentionValue)} ${String(item.retentionUnit)}`,
              at: [...path, "retentionValue"],
            },
          );
      }
      const longest = Math.max(0, ...items.map(({ item }) => retentionDays(item) ?? 0));
      if (longest > 0) before = { days: longest, name: kind.replace("[]", "") };
    }
  },
  replaceOn: ["projectId", "clusterName"],
  id: ({ text }) => stateId({ cluster_name: text("clusterName"), project_id: text("projectId") }),
  outputs: ({ keep, hex, now, inputs }) => ({
    clusterId: keep("clusterId", () => hex("clusterId", 24)),
    idPolicy: keep("idPolicy", () => hex("idPolicy", 24)),
    nextSnapshot: keep("nextSnapshot", now),
    referenceHourOfDay: inputs.referenceHourOfDay ?? keep("referenceHourOfDay", () => 0),
    referenceMinuteOfHour: inputs.referenceMinuteOfHour ?? keep("referenceMinuteOfHour", () => 0),
  }),
};

function itemsOf(inputs: Properties, kind: (typeof kinds)[number]): { item: Properties; path: Step[] }[] {
  const field = kind.replace("[]", "");
  const value = inputs[field];
  if (Array.isArray(value))
    return value.flatMap((item, index) => (isObject(item) ? [{ item, path: [field, index] }] : []));
  return isObject(value) ? [{ item: value, path: [field] }] : [];
}

function retentionDays(item: Properties): number | undefined {
  const unit = daysPerUnit[String(item.retentionUnit)];
  return unit === undefined || typeof item.retentionValue !== "number"
    ? undefined
    : unit * item.retentionValue;
}

function checkLeast(days: number, field: string, path: readonly Step[], report: ReportFailure): void {
  const least = leastDays[field];
  if (least !== undefined && days < least)
    report(`must keep for at least ${least} days`, { got: days, at: [...path, "retentionValue"] });
}
