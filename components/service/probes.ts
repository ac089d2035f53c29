import { type Duration, seconds } from "../units.ts";

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

/** Longest period of each probe on Cloud Run, in seconds (run v2 discovery document, 2026-10). */
const LONGEST_PERIOD = { startup: 240, liveness: 3600, readiness: 300 } as const;

/** A Cloud Run container has to start within 4 minutes (run v2 discovery document, 2026-10). */
const STARTUP_BUDGET_SECONDS = 240;

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

/** Problems of a service's probes, each with its path, its value and what would do. */
export function probeProblems(probes: Record<keyof Probes, NormalizedProbe>): string[] {
  return (["startup", "liveness", "readiness"] as const).flatMap((name) => {
    const { path, periodSeconds, timeoutSeconds, failureThreshold } = probes[name];
    const at = `probes.${name}`;
    const problems: string[] = [];
    if (!path.startsWith("/")) problems.push(`${at}.path: "${path}" must begin with "/"`);
    const longest = LONGEST_PERIOD[name];
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
    if (name === "startup" && budget > STARTUP_BUDGET_SECONDS) {
      problems.push(
        `${at}: ${periodSeconds} s × ${failureThreshold} allows ${budget} s, but a container has to start within ${STARTUP_BUDGET_SECONDS} s; lower the period or the threshold, or make it start faster`,
      );
    }
    return problems;
  });
}
