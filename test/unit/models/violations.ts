import { alertViolations } from "./violations-alerts.ts";
import { deployViolations } from "./violations-deploy.ts";
import { gcpViolations } from "./violations-gcp.ts";
import { jobViolations } from "./violations-jobs.ts";
import { monitoringViolations } from "./violations-monitoring.ts";
import { otherViolations } from "./violations-other.ts";
import { redisViolations } from "./violations-redis.ts";
import { runViolations } from "./violations-run.ts";

/** One field of a good resource made wrong: type, path of the change, value, and the one failure that must come of it. */
export type Violation = readonly [token: string, at: string, value: unknown, path: string, reason: string];

export const violations: readonly Violation[] = [
  ...runViolations,
  ...gcpViolations,
  ...redisViolations,
  ...monitoringViolations,
  ...alertViolations,
  ...deployViolations,
  ...jobViolations,
  ...otherViolations,
];
