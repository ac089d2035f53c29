import type { Duration } from "../units.ts";

/**
 * How a new version takes over. `canary`: a growing share of requests goes to the candidate. `blue-green`: the candidate stands
 * there at full size and passes its tests before it gets any. `cohort`: a growing share of the users, the same ones at each step.
 */
export type ReleaseStrategy = "canary" | "blue-green" | "cohort";

/** One stretch of a release: how much of the traffic the candidate has, and for how long at least. */
export interface ReleaseStep {
  /** Percent of the requests, or of the users; above the step before it. */
  readonly weight: number;
  readonly hold: Duration;
  /** From one look at the gates to the next. Default: the plan's. */
  readonly every?: Duration;
}

/**
 * What it means for a gate that nothing was measured: `wait`, as for too few requests; `fail`, the candidate is taken back;
 * `skip`, the gate doesn't count, as long as another one has evidence.
 */
export type NoData = "wait" | "fail" | "skip";

/** What a threshold holds a version against. Percentages are of requests or events, or of what an instance has. */
export type Limit =
  /** Requests answered with a server error. */
  | { readonly kind: "errors"; readonly atMost: number }
  /** `{ percentile: 95, under: "2 s" }` is a limit of 5 % of requests that may take longer. */
  | { readonly kind: "latency"; readonly percentile: number; readonly under: Duration }
  /** Mean duration of a request. */
  | { readonly kind: "mean-latency"; readonly under: Duration }
  /** Use of CPU or memory, in percent of what its instances have. */
  | { readonly kind: "cpu" | "memory"; readonly under: number }
  /** The share of two counters. */
  | { readonly kind: "ratio"; readonly bad: string; readonly total: string; readonly atMost: number }
  /**
   * A figure in PromQL of one's own. `{labels}` stands for the labels of the version within a selector's braces
   * (`depth{{labels}}`, `depth{queue="in",{labels}}`), `$window` for the time since the step began.
   */
  | { readonly kind: "query"; readonly query: string; readonly atMost: number }
  | { readonly kind: "query"; readonly query: string; readonly atLeast: number };

/** A limit on a version's figures, beside the service's objectives. */
export interface Threshold {
  /** Unique among a plan's thresholds, comparisons and gates. */
  readonly name: string;
  readonly limit: Limit;
  /** Only below it is a version good enough for the next step, in percent; between the two it waits. Default: the limit. */
  readonly settled?: number;
  /** Default `"wait"`. */
  readonly noData?: NoData;
}

/** A figure of the candidate that is held against the stable version's, beside the service's objectives. */
export interface Comparison {
  /** Unique among a plan's thresholds, comparisons and gates. */
  readonly name: string;
  /** Metric that both give: a histogram in seconds, or the share of two counters. */
  readonly metric: string | { readonly good: string; readonly total: string };
  /** How much worse than stable is too much, in percent of stable's. */
  readonly worseBy: number;
  /** Default `"wait"`. */
  readonly noData?: NoData;
}

/** Rounds of probes that a version has to stand before it may be released (a soak). */
export interface Soak {
  /** Every objective has to hold throughout. */
  readonly for: Duration;
  /** One round begins after each of these. */
  readonly every: Duration;
  /** What a round is made of. */
  readonly rounds: readonly SoakRound[];
}

/** One kind of probe in a round. */
export interface SoakRound {
  readonly name: string;
  /** Turns of each conversation, or requests that follow one another. */
  readonly turns: number;
  /** How many go on at once. Default 1. */
  readonly parallel?: number;
  /** Size of each turn in tokens, where that is the point of it. */
  readonly tokens?: number;
}

/** A request to the candidate's own address that it has to answer before it gets any of the users'. */
export interface ReleaseTest {
  readonly name: string;
  readonly path: string;
  /** Default 200. */
  readonly status?: number;
  /** Text that the answer holds, if it has to. */
  readonly contains?: string;
  /** Longest that it may take. Default `"10 s"`. */
  readonly within?: Duration;
}

/** The quickest way back, without a deployment: flags that turn off what is new. */
export interface EmergencyStop {
  /** Runtime flags and the values that they are set to, all at once. */
  readonly flags: Readonly<Record<string, string>>;
  /** Time from the decision to the last request served the new way. */
  readonly within: Duration;
}

/** Whose toggles a `cohort` turns: a table with one row for each user and operation. */
export interface Cohort {
  /** Operations that are turned on together, such as `email-compose`. */
  readonly operations: readonly string[];
}

/** Who carries a release out. `slipway`: one run of the command. The others: a controller that a fleet has anyway. */
export type ReleaseEngine = "slipway" | "argo-rollouts" | "flagger" | "google-cloud-deploy";

/** How a service's new versions reach its users. */
export interface ReleasePlan {
  readonly strategy: ReleaseStrategy;
  readonly steps: readonly ReleaseStep[];
  /** Objectives of the service, by name, that each step has to hold. */
  readonly gates: readonly string[];
  readonly thresholds?: readonly Threshold[];
  readonly comparisons?: readonly Comparison[];
  /** From one look at the gates to the next. Default `"15 s"`. */
  readonly every?: Duration;
  /**
   * `sequential`: decides as soon as the evidence is there, however often it is looked at. `fixed-window`: the figures of the
   * whole hold, at its end, and a limit that is passed in between. Default `"sequential"`.
   */
  readonly judging?: "sequential" | "fixed-window";
  /** What is done when a step's hold is long over and there is still too little evidence. Default: pause after an hour more. */
  readonly undecided?: { readonly after: Duration; readonly do: "pause" | "roll-back" };
  /** Requests with this header always reach the candidate, also before it has a share of the others. */
  readonly header?: { readonly name: string; readonly value: string };
  /** Percent of each gate's error budget that has to be left, or only its own mend is released. Default 0: some of it. */
  readonly budget?: number;
  /** `blue-green` needs at least one. */
  readonly tests?: readonly ReleaseTest[];
  /** `cohort` needs it. */
  readonly cohort?: Cohort;
  readonly soak?: Soak;
  readonly emergency?: EmergencyStop;
  /** Default `"slipway"`. */
  readonly engine?: ReleaseEngine;
}
