import { type Duration, seconds } from "../units.ts";
import type { Runtime } from "./spec.ts";

/** One way to ask a running container how it is. */
export interface Probe {
  /** Path that answers 2xx or 3xx when all is well. */
  readonly path: string;
  /** Time between two questions. */
  readonly period: Duration;
  /** Failures in a row after which the answer counts: restart (liveness), out of rotation (readiness), give up (startup). */
  readonly failureThreshold: number;
  /** How long one answer may take. Whole seconds on both runtimes: `"500 ms"` is probed with 1 s. Default `"1 s"`. */
  readonly timeout?: Duration;
  /** Port asked. Default: the service's. */
  readonly port?: number;
  /** What its answer covers, by the names that it gives: runbooks list them. Liveness covers nothing but the process. */
  readonly checks?: readonly string[];
}

/**
 * The three questions, all of them required:
 * - `startup`: may it take longer to begin? Nothing else is asked until this passes.
 * - `liveness`: must it be restarted? Never depends on anything outside the process.
 * - `readiness`: may it have requests?
 */
export interface Probes {
  readonly startup: Probe;
  readonly liveness: Probe;
  readonly readiness: Probe;
}

/** A probe in the numbers that the APIs take. */
export interface NormalizedProbe {
  path: string;
  port: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}

/** What bounds the probes of a runtime, in seconds. */
interface ProbeLimits {
  /** Longest period of each probe. */
  readonly period: Readonly<Record<keyof Probes, number>>;
  /** A container has to start within this time. */
  readonly startup: number;
  readonly why: string;
}

/** A rollout on Kubernetes that makes no progress for this long has failed: the API's own default, in seconds. */
export const PROGRESS_DEADLINE_SECONDS = 600;

const LIMITS: Readonly<Record<Runtime, ProbeLimits>> = {
  // The run v2 discovery document, 2026-10.
  "cloud-run": {
    period: { startup: 240, liveness: 3600, readiness: 300 },
    startup: 240,
    why: "a container has to start within 240 s",
  },
  kubernetes: {
    period: { startup: 240, liveness: 3600, readiness: 300 },
    startup: PROGRESS_DEADLINE_SECONDS - 60,
    why: `a rollout is given up after ${PROGRESS_DEADLINE_SECONDS} s, of which pulling the image takes up to 60`,
  },
};

/** Fills in defaults; rounds the timeout up to whole seconds. */
export function normalizeProbe(probe: Probe, port: number): NormalizedProbe {
  return {
    path: probe.path,
    port: probe.port ?? port,
    periodSeconds: seconds(probe.period),
    timeoutSeconds: Math.ceil(seconds(probe.timeout ?? "1 s")),
    failureThreshold: probe.failureThreshold,
  };
}

/** A probe as both runtimes write it. */
export function planProbe({ path, port, periodSeconds, timeoutSeconds, failureThreshold }: NormalizedProbe) {
  return { httpGet: { path, port }, periodSeconds, timeoutSeconds, failureThreshold };
}

/** Problems of a service's probes, each with its path, its value and what would do. */
export function probeProblems(
  probes: Record<keyof Probes, NormalizedProbe>,
  runtime: Runtime = "cloud-run",
): string[] {
  const limits = LIMITS[runtime];
  return (["startup", "liveness", "readiness"] as const).flatMap((name) => {
    const { path, periodSeconds, timeoutSeconds, failureThreshold } = probes[name];
    const at = `probes.${name}`;
    const problems: string[] = [];
    if (!path.startsWith("/")) problems.push(`${at}.path: "${path}" must begin with "/"`);
    const longest = limits.period[name];
    if (!Number.isInteger(periodSeconds) || periodSeconds < 1 || periodSeconds > longest) {
      problems.push(`${at}.period: ${periodSeconds} s must be whole seconds from 1 to ${longest}`);
    }
    if (!Number.isInteger(failureThreshold) || failureThreshold < 1) {
      problems.push(`${at}.failureThreshold: ${failureThreshold} must be a whole number from 1`);
    }
    if (timeoutSeconds > periodSeconds) {
      problems.push(
        `${at}.timeout: ${timeoutSeconds} s is longer than the period of ${periodSeconds} s; shorten the one or lengthen the other`,
      );
    }
    const budget = periodSeconds * failureThreshold;
    if (name === "startup" && budget > limits.startup) {
      problems.push(
        `${at}: ${periodSeconds} s × ${failureThreshold} allows ${budget} s, but ${limits.why}; lower the period or the threshold, or make it start faster`,
      );
    }
    return problems;
  });
}
