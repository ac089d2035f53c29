import type { MeasuredService } from "../objectives/measured-service.ts";
import type { Environment } from "../scope.ts";
import type { NormalizedAlert } from "./alert.ts";
import type { Escalation } from "./escalation.ts";
import type { Runbook } from "./runbook.ts";

/** A page that is asked for from outside, again and again. */
export interface UptimeCheck {
  readonly name: string;
  /** Without a scheme: `backend.ethixai.com`. */
  readonly host: string;
  readonly path: string;
  /** 60, 300, 600 or 900. */
  readonly periodSeconds: number;
  /** Text that the answer holds, if it has to. */
  readonly contains?: string;
  /** Checks in a row that fail before somebody is told. */
  readonly failures: number;
  readonly owner: string;
  readonly runbook: string;
}

/** Smoke tests of a system that are run again and again. */
export interface SmokeRuns {
  /** Which tests: a suite of `slipway smoke`. */
  readonly suite: string;
  /** From the beginning of one run to that of the next; whole seconds. */
  readonly everySeconds: number;
  /** Runs in a row that fail before somebody is woken. */
  readonly failures: number;
  /** The Cloud Run job that runs them. Default: none, what runs them serves its own metrics to Prometheus. */
  readonly job?: string;
}

/**
 * All that is promised of a system and watched in it, as plain data: what `Monitoring` carries as its inputs. Rules, routes,
 * dashboards, OpenSLO, runbooks and status pages are pure functions of it.
 */
export interface MonitoringFacts {
  readonly schemaVersion: 1;
  readonly system: string;
  readonly environment: Environment;
  readonly services: readonly MeasuredService[];
  readonly alerts: readonly NormalizedAlert[];
  readonly uptime: readonly UptimeCheck[];
  readonly smoke?: SmokeRuns;
  /** Secrets by their id in Secret Manager. */
  readonly escalation: Escalation<string>;
  readonly runbooks: readonly Runbook[];
  /** Address or folder of all runbooks, without a slash at the end: `docs/runbooks`. */
  readonly runbookBase: string;
}

/** Type token of the component whose inputs are {@link MonitoringFacts}. */
export const MONITORING = "slipway:alerting:Monitoring";
