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

/** An alert that fires, or is about to. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "firing" | "pending";
  /** ISO 8601: since when its condition holds. */
  readonly activeAt: string;
}

/** Who is asked for measurements. Every method may throw a CommandFailure that names the address and the ways out. */
export interface MetricsSource {
  /** As it may be shown: it holds no password. */
  readonly address: string;
  query(promql: string, at: Date): Promise<Sample[]>;
  /** @param step seconds between two values */
  range(promql: string, from: Date, to: Date, step: number): Promise<Track[]>;
  alerts(): Promise<ActiveAlert[]>;
}
