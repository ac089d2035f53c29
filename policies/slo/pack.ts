import type { Pack } from "../core/policy.ts";
import { alertHasRunbook } from "./alert-has-runbook.ts";
import { alertReachesSomeone } from "./alert-reaches-someone.ts";
import { capacityCoversPeak } from "./capacity-covers-peak.ts";
import { databaseBackedUp } from "./database-backed-up.ts";
import { databaseBackupSchedule } from "./database-backup-schedule.ts";
import { databaseRedundant } from "./database-redundant.ts";
import { evictionPossible } from "./eviction-possible.ts";
import { gracefulShutdown } from "./graceful-shutdown.ts";
import { objectiveHasAlert } from "./objective-has-alert.ts";
import { probesComplete } from "./probes-complete.ts";
import { replicasLeftToAutoscaler } from "./replicas-left-to-autoscaler.ts";
import { resourcesRequested } from "./resources-requested.ts";
import { twoInstancesInProduction } from "./two-instances-in-production.ts";

/** What a service needs to keep its objectives. A new policy is one file beside this one and one line here. */
export const slo: Pack = {
  name: "slo",
  description: "What a service needs to keep its objectives: probes, instances, capacity, backups, alerts.",
  policies: [
    probesComplete,
    twoInstancesInProduction,
    capacityCoversPeak,
    databaseBackedUp,
    databaseBackupSchedule,
    databaseRedundant,
    replicasLeftToAutoscaler,
    resourcesRequested,
    evictionPossible,
    gracefulShutdown,
    objectiveHasAlert,
    alertHasRunbook,
    alertReachesSomeone,
  ],
};
