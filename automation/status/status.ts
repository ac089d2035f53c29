import type { Severity } from "../../components/alerting/alert.ts";
import type { Measured } from "./answers.ts";

/** How a promise stands. `no data`: nothing is known, which is never good. */
export type State = "kept" | "missed" | "no data";

/** Whom a burn rate reaches, where it lasts. */
export type BurnLevel = "none" | "ticket" | "page";

/** How fast a budget goes over one window. */
export interface BurnStatus {
  /** As Prometheus writes it: `1h`. */
  readonly window: string;
  /** 1 spends the budget exactly within the objective's window. Left out where there is no data. */
  readonly rate?: number;
  /** The worst tier of this window whose burn rate it passes. */
  readonly level: BurnLevel;
}

/** One of the series that an objective is held by: the only one, or one for each value of its `by`. */
export interface SeriesStatus {
  /** Values of the objective's `by`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly state: State;
  /** Good events (or time), in percent of all. Left out where there is no data. */
  readonly sharePercent?: number;
  /** Of the error budget, in percent; below 0 where more than all of it went. */
  readonly budgetLeftPercent?: number;
  /** Shortest window first. Empty where nobody records them. */
  readonly burns: readonly BurnStatus[];
}

export interface ObjectiveStatus {
  readonly name: string;
  /** In words. */
  readonly promise: string;
  /** Percent of good events. */
  readonly target: number;
  readonly owner: string;
  /** The worst of its series. */
  readonly state: State;
  /** One at least. */
  readonly series: readonly SeriesStatus[];
}

export interface ServiceStatus {
  readonly service: string;
  /** Left out where there is no data. */
  readonly requestsPerSecond?: number;
  /** Left out where there is no histogram, or no request. */
  readonly p95Seconds?: number;
  /** Requests/s of all instances that it may have, where that is declared. */
  readonly capacity?: { readonly requestsPerSecond: number; readonly usedPercent?: number };
  /** Those that answer requests, by their share of them. */
  readonly revisions: readonly { readonly revision: string; readonly percent: number }[];
  readonly objectives: readonly ObjectiveStatus[];
}

interface SystemStatus {
  readonly system: string;
  readonly environment: string;
  readonly services: readonly ServiceStatus[];
}

export interface AlertStatus {
  readonly name: string;
  readonly state: "firing" | "pending";
  readonly severity: Severity;
  readonly system: string;
  readonly service?: string;
  /** Labels that tell it from others of its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly since: string;
  readonly owner?: string;
  /** What is wrong. */
  readonly what: string;
  /** What to do first. */
  readonly first?: string;
  readonly runbook?: string;
}

/**
 * How a stack stands: what `--json` prints. `schemaVersion` changes when a reader of an older one would be misled; new fields
 * don't change it.
 */
export interface Status {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** ISO 8601. */
  readonly at: string;
  readonly source: Measured;
  readonly totals: {
    readonly objectives: number;
    readonly kept: number;
    readonly missed: number;
    readonly noData: number;
    /** Firing alerts, and those of them that are pages. */
    readonly firing: number;
    readonly pages: number;
    readonly pending: number;
  };
  /** Firing before pending, pages first, the oldest first. */
  readonly alerts: readonly AlertStatus[];
  readonly systems: readonly SystemStatus[];
  /** What the reader should know of how this was measured. */
  readonly notes: readonly string[];
}
