import type { Runbook } from "../../components/alerting/runbook.ts";
import { INCIDENT_RUNBOOK, MONITORING_RUNBOOK, RECOVERY_RUNBOOK } from "./runbook-operations.ts";
import { DEPLOYMENT_RUNBOOK, ROLLBACK_RUNBOOK } from "./runbook-rollout.ts";

/** What whoever is woken up by the assistant needs to know (P8-09). */
export const RUNBOOKS: readonly Runbook[] = [
  INCIDENT_RUNBOOK,
  MONITORING_RUNBOOK,
  ROLLBACK_RUNBOOK,
  DEPLOYMENT_RUNBOOK,
  RECOVERY_RUNBOOK,
];
