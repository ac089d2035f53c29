/** The load and the limits of one revision. */
export interface ScalingInput {
  /** Requests in flight and waiting. */
  readonly load: number;
  /** Instances that start or serve; those that drain do not count. */
  readonly instances: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly concurrency: number;
  /** 0–1: the share of an instance's concurrency that it shall carry. */
  readonly targetUtilization: number;
  /** Seconds since more than the wanted instances were last needed. */
  readonly surplusSeconds: number;
  /** Seconds that a surplus must last before instances go. */
  readonly idleSeconds: number;
}

/** Without a CPU target of its own a revision grows when its instances are 60 % busy, as Cloud Run does. */
export const DEFAULT_TARGET_UTILIZATION = 0.6;

/** Instances that this load wants, within the limits: one per `concurrency × targetUtilization` requests. */
export function wantedInstances(
  input: Pick<ScalingInput, "load" | "minInstances" | "maxInstances" | "concurrency" | "targetUtilization">,
): number {
  const each = Math.max(1, input.concurrency * input.targetUtilization);
  return Math.min(input.maxInstances, Math.max(input.minInstances, Math.ceil(input.load / each)));
}

/** Up at once, down only after a surplus has lasted. Returns how many instances there shall be. */
export function scale(input: ScalingInput): number {
  const wanted = wantedInstances(input);
  if (wanted >= input.instances) return wanted;
  return input.surplusSeconds >= input.idleSeconds ? wanted : input.instances;
}

/**
 * Seconds before the next instance may start after `failures` instances in a row ended too early:
 * 0.5, 1, 2, 4 … at most 30.
 */
export function backOffSeconds(failures: number): number {
  return failures <= 0 ? 0 : Math.min(30, 0.5 * 2 ** (failures - 1));
}
