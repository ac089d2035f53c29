import { type Duration, seconds } from "../units.ts";

/**
 * What a label's value has to be: a text, or a pattern that it matches as a whole (`matches`), or doesn't (`not`), in RE2.
 */
export type LabelMatch = string | { readonly matches: string } | { readonly not: string };

/** Which of a metric's series are meant, and how they are told apart. */
export interface Selection {
  /** Labels that the series have to have, beside the service's own. */
  readonly where?: Readonly<Record<string, LabelMatch>>;
  /** Labels whose every value is held by itself, such as `route` or `revision`: each has its own budget and alert. */
  readonly by?: readonly string[];
  /** Labels that the metrics named here have beside those of every scrape; only these may stand in `where` and `by`. */
  readonly labels?: readonly string[];
}

/**
 * What is counted. Most are a ratio of good to all events: "P95 under 2 s" is "95 % of requests under 2 s". The last three are
 * shares of time: a moment in which the limit is passed is a bad one.
 * - `availability`: requests that did not end in a 5xx.
 * - `latency`: requests answered within `threshold`; of one `route`, or of all. The histogram needs a bucket edge there.
 * - `health`: answers to one of the service's probes that said it is well.
 * - `ratio`: events of one counter (`total`), and those that another counted: as `bad` ones, or as `good` ones.
 * - `queries`: the same in PromQL, events per second, with `$window` where the range stands.
 * - `delta`: how much longer one route's requests take than another's, at a quantile (default 95, in percent).
 * - `freshness`: seconds since the moment that a gauge holds (Unix time), such as the last backup's.
 * - `saturation`: how much of a capacity is used, in percent, above which it is too much. A metric's name is read with the
 *   service's labels and aggregated over its instances (default `max`); anything else is PromQL and stands as it is.
 */
export type Indicator =
  | ({ readonly kind: "availability" } & Selection)
  | ({ readonly kind: "latency"; readonly threshold: Duration; readonly route?: string } & Selection)
  | ({ readonly kind: "health"; readonly probe: "startup" | "liveness" | "readiness" } & Selection)
  | ({ readonly kind: "ratio"; readonly bad: string; readonly total: string } & Selection)
  | ({ readonly kind: "ratio"; readonly good: string; readonly total: string } & Selection)
  | { readonly kind: "queries"; readonly bad: string; readonly total: string }
  | { readonly kind: "queries"; readonly good: string; readonly total: string }
  | ({
      readonly kind: "delta";
      readonly threshold: Duration;
      readonly route: string;
      readonly against: string;
      readonly quantile?: number;
    } & Selection)
  | ({ readonly kind: "freshness"; readonly lastSuccess: string; readonly maxAge: Duration } & Selection)
  | ({
      readonly kind: "saturation";
      readonly used: string;
      readonly capacity: string | number;
      readonly limit: number;
      readonly aggregate?: "max" | "sum" | "avg";
    } & Selection);

/** An indicator with its durations in seconds: plain data, as it is carried on resources. Which fields are there tells `kind`. */
export interface NormalizedIndicator {
  kind: Indicator["kind"];
  thresholdSeconds?: number;
  route?: string;
  against?: string;
  /** Percent. */
  quantile?: number;
  probe?: "startup" | "liveness" | "readiness";
  bad?: string;
  good?: string;
  total?: string;
  lastSuccess?: string;
  maxAgeSeconds?: number;
  used?: string;
  capacity?: string | number;
  /** Percent of the capacity. */
  limit?: number;
  aggregate?: "max" | "sum" | "avg";
  where?: Readonly<Record<string, LabelMatch>>;
  by?: readonly string[];
  labels?: readonly string[];
}

/** Whether an indicator is a share of events; otherwise it is a share of time. */
export function countsEvents({ kind }: Pick<NormalizedIndicator, "kind">): boolean {
  return kind !== "delta" && kind !== "freshness" && kind !== "saturation";
}

/** Resolves the units; what is not stated is left out. */
export function normalizeIndicator(indicator: Indicator): NormalizedIndicator {
  const { threshold, maxAge, ...rest } = indicator as Indicator & {
    threshold?: Duration;
    maxAge?: Duration;
  };
  return {
    ...rest,
    ...(threshold === undefined ? {} : { thresholdSeconds: seconds(threshold) }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: seconds(maxAge) }),
  };
}
