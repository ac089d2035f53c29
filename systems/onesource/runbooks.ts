import type { Runbook } from "../../components/alerting/runbook.ts";
import { REDIS_RUNBOOK } from "./runbook-redis.ts";
import { ROLLOUT_RUNBOOK } from "./runbook-rollout.ts";
import { SCHEMA_GUARD_RUNBOOK } from "./runbook-schema-guard.ts";

/** What whoever is woken up by ONESource needs to know (OS-10). */
export const RUNBOOKS: readonly Runbook[] = [ROLLOUT_RUNBOOK, SCHEMA_GUARD_RUNBOOK, REDIS_RUNBOOK];
