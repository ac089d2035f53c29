import type { Policy } from "../../core/policy.ts";
import { cronJobAlone, cronJobLeavesTrace, cronJobStarts, jobCleanedUp, jobEnds } from "./cron-jobs.ts";

/** What runs to an end. */
export const jobs: readonly Policy[] = [
  cronJobAlone,
  cronJobStarts,
  cronJobLeavesTrace,
  jobEnds,
  jobCleanedUp,
];
