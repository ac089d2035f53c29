import type { NormalizedIndicator } from "../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NoData } from "../../components/release/plan.ts";

/** What a gate looks at, whoever measures it. */
type Measure =
  /** Good and bad events, or a figure, as an objective or a threshold names them. */
  | { readonly kind: "indicator"; readonly indicator: NormalizedIndicator }
  /** Mean of a histogram in seconds. */
  | { readonly kind: "mean"; readonly metric: string }
  /** Percent of what the version's instances have. */
  | { readonly kind: "cpu" | "memory" }
  /** PromQL that gives one figure; `{labels}` and `$window` stand in it. */
  | { readonly kind: "query"; readonly query: string };

/** One question that a release asks of a version, as plain data: it is asked the same way until the release is over. */
export interface Gate {
  /** Unique in a release. */
  readonly name: string;
  /** What is promised, in words: `99.5 % of requests answered without a server error`. */
  readonly title: string;
  readonly measure: Measure;
  /** `share`: events are counted, and `limit` is the share of them that may be bad, 0 to 1. `value`: a figure in its own unit. */
  readonly unit: "share" | "value";
  /** Undefined: it is held against the stable version only. */
  readonly limit?: number;
  /** Share below which a version is good enough for the next step. Default: the limit. */
  readonly settled?: number;
  /** Of a value: whether it is bad above the limit, or below it. */
  readonly badWhen: "above" | "below";
  /** How many times stable's figure is too much: 1.2 is 20 % worse. Undefined: it is not held against stable. */
  readonly worseThan?: number;
  readonly noData: NoData;
}

/** What was measured of one version for one gate. */
export type Reading =
  /** Counted since the step began; may be fractions, since rates are extrapolated. */
  | { readonly kind: "events"; readonly total: number; readonly bad: number }
  | { readonly kind: "value"; readonly value: number }
  /** There was an answer, and nothing in it: no series, no traffic. */
  | { readonly kind: "nothing" }
  /** There was no answer. Says why; never healthy. */
  | { readonly kind: "unanswered"; readonly why: string };

/** What was measured for one gate. */
export interface GateReading {
  readonly gate: string;
  readonly candidate: Reading;
  /** Where the gate holds against stable, or wants to know whether stable itself is well. */
  readonly stable?: Reading;
}

/** Versions that are told apart by the label `revision` of their series. */
export interface Compared {
  readonly candidate: string;
  readonly stable: string | undefined;
}

/** Who measures for a release. */
export interface RolloutMetrics {
  /** Who is asked, as it may be shown. */
  readonly address: string;
  /**
   * Reads every gate, of both versions, since a moment. A question that fails is `unanswered` in its own place: this doesn't
   * throw.
   * @param memory what the last look of the same step gave back, for sources that keep no history
   */
  look(
    service: MeasuredService,
    gates: readonly Gate[],
    versions: Compared,
    since: Date,
    until: Date,
    memory: unknown,
  ): Promise<{ readonly readings: readonly GateReading[]; readonly memory?: unknown }>;
  /** Share of each objective's error budget that is left, 1 is all of it; undefined where nobody can tell. */
  budgets(service: MeasuredService, at: Date): Promise<Readonly<Record<string, number | undefined>>>;
}
