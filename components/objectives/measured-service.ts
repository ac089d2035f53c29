import type { ReleasePlan } from "../release/plan.ts";
import type { Environment } from "../scope.ts";
import type { Runtime } from "../service/spec.ts";
import type { NormalizedObjective } from "./objective.ts";

/** How a service names what it counts. What is left out is named as the convention has it ({@link METRICS}). */
export interface MetricNames {
  /** Counter of requests. */
  readonly requests: string;
  /** Histogram of their durations in seconds, without `_bucket`. */
  readonly duration: string;
  /** Counter of answers to probes. */
  readonly health: string;
  /** The labels that tell a request's status code and its route. */
  readonly code: string;
  readonly route: string;
  /** Edges of the histogram's buckets, in seconds, where they are known: a threshold has to be one of them. */
  readonly edges?: readonly number[];
}

/**
 * Names by convention. Every series has the labels `environment`, `system`, `service`, `revision` from whoever scrapes;
 * `http_requests_total` has `method`, `route`, `code`; `http_request_duration_seconds` has `route`;
 * `health_check_total` has `endpoint` (the probe) and `status` (`success`, `failure`).
 */
export const METRICS: MetricNames = {
  requests: "http_requests_total",
  duration: "http_request_duration_seconds",
  health: "health_check_total",
  code: "code",
  route: "route",
};

/** Labels that every series has from whoever scrapes it. */
export const SCRAPE_LABELS: readonly string[] = ["environment", "system", "service", "revision"];

/** A service as everything that watches it knows it: plain data. Seconds, requests per second. */
export interface MeasuredService {
  readonly environment: Environment;
  readonly system: string;
  readonly service: string;
  /** `elsewhere`: not deployed by this program; only what it exports is known. */
  readonly runtime: Runtime | "elsewhere";
  readonly metrics: MetricNames;
  readonly objectives: readonly NormalizedObjective[];
  /** What it can bear, where it is known: one instance, the most instances, and what is expected at peak. */
  readonly capacity?: { readonly perInstance: number; readonly max: number; readonly peak: number };
  /** Kubernetes: where it runs. */
  readonly namespace?: string;
  readonly release?: ReleasePlan;
}
