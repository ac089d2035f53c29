import type { Runbook } from "../../components/alerting/runbook.ts";
import { RELEASE_RUNBOOK } from "./runbook-release.ts";
import { SERVICE_RUNBOOK } from "./runbook-service.ts";
import { SMOKE_RUNBOOK } from "./runbook-smoke.ts";

/** What whoever is woken up by EthixAI needs to know (EA-10, EA-11, EA-16). */
export const RUNBOOKS: readonly Runbook[] = [SERVICE_RUNBOOK, RELEASE_RUNBOOK, SMOKE_RUNBOOK];
