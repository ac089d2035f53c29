import type { Alert } from "../../sandbox/prometheus/client.ts";

/** One value, as Prometheus answers an instant query. Values are always numbers: what is none is left out. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Values over time: seconds since 1970, ascending, each with its value. */
export interface Track {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** Who is asked for measurements. Every method may throw a CommandFailure that names the address and the ways out. */
export interface MetricsSource {
  /** As it may be shown: it holds no password. */
  readonly address: string;
  query(promql: string, at: Date): Promise<Sample[]>;
  /** @param step seconds between two values */
  range(promql: string, from: Date, to: Date, step: number): Promise<Track[]>;
  alerts(): Promise<Alert[]>;
}
