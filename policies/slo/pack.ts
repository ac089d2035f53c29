import type { Pack } from "../core/policy.ts";
import { alertHasRunbook } from "./alert-has-runbook.ts";
import { alertReachesSomeone } from "./alert-reaches-someone.ts";
import { alerts } from "./alerts/index.ts";
import { capacity } from "./capacity/index.ts";
import { objectiveHasAlert } from "./objective-has-alert.ts";
import { objectives } from "./objectives/index.ts";
import { releases } from "./releases/index.ts";

/**
 * What a service needs to keep its objectives, and to be noticed where it doesn't. A new policy is one file in the folder of
 * its subject, and one line in that folder's index.
 */
export const slo: Pack = {
  name: "slo",
  description: "What a service needs to keep its objectives: capacity, alerts, gates of its releases.",
  policies: [
    ...capacity,
    ...objectives,
    objectiveHasAlert,
    ...alerts,
    alertHasRunbook,
    alertReachesSomeone,
    ...releases,
  ],
};
