import type { Policy } from "../../core/policy.ts";
import { auditComplete, dataAccessAudited } from "./data-access.ts";
import { logSinkOn, logsKept, logsLocked, projectLogsExported } from "./logs.ts";

/** What is recorded, and kept. */
export const audit: readonly Policy[] = [
  auditComplete,
  dataAccessAudited,
  logSinkOn,
  logsLocked,
  logsKept,
  projectLogsExported,
];
