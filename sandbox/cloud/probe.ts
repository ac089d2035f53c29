import type { CloudProbe } from "./api.ts";

/** What an instance's answers to one probe add up to. */
export interface ProbeCount {
  /** `undefined` until the first threshold is reached. */
  readonly passing: boolean | undefined;
  /** Passes since the last failure. */
  readonly successes: number;
  /** Failures since the last pass. */
  readonly failures: number;
}

/** The thresholds alone. */
export type ProbeThresholds = Pick<CloudProbe, "failureThreshold" | "successThreshold">;

/** A count before the first answer. Liveness starts as passing; startup and readiness start undecided. */
export function newCount(passing?: boolean): ProbeCount {
  return { passing, successes: 0, failures: 0 };
}

/**
 * Counts one answer. `turned` is there only at the very answer that reaches a threshold: `failed` at the
 * `failureThreshold`-th failure in a row, `passed` at the `successThreshold`-th pass in a row.
 */
export function countProbe(
  probe: ProbeThresholds,
  before: ProbeCount,
  ok: boolean,
): { readonly count: ProbeCount; readonly turned?: "passed" | "failed" } {
  const successes = ok ? before.successes + 1 : 0;
  const failures = ok ? 0 : before.failures + 1;
  if (ok && before.passing !== true && successes >= (probe.successThreshold ?? 1)) {
    return { count: { passing: true, successes, failures }, turned: "passed" };
  }
  if (!ok && before.passing !== false && failures >= probe.failureThreshold) {
    return { count: { passing: false, successes, failures }, turned: "failed" };
  }
  return { count: { passing: before.passing, successes, failures } };
}

/** What Cloud Run checks when a service names no startup probe: the port opens within four minutes. */
export const DEFAULT_STARTUP_PROBE: CloudProbe = {
  kind: "tcp",
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  failureThreshold: 240,
};

/** A probe in words, for messages: `GET /health/startup` or `a TCP connection`. */
export function describeProbe(probe: CloudProbe): string {
  return probe.kind === "tcp" ? "a TCP connection" : `GET ${probe.path ?? "/"}`;
}
