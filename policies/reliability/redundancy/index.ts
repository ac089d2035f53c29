import type { Policy } from "../../core/policy.ts";
import { connectionsDrained } from "./connections-drained.ts";
import { storeKeepsData } from "./store-keeps-data.ts";
import { cacheSurvivesZone, clusterSurvivesZone, databaseSurvivesZone } from "./survives-zone.ts";

/** What the loss of one part takes with it. */
export const redundancy: readonly Policy[] = [
  databaseSurvivesZone,
  cacheSurvivesZone,
  clusterSurvivesZone,
  storeKeepsData,
  connectionsDrained,
];
