import { type Duration, seconds } from "../units.ts";

/** One stretch of a release: how much of the traffic the candidate has, and for how long at least. */
export interface ReleaseStep {
  /** Percent of the requests, above the step before it. */
  readonly weight: number;
  readonly hold: Duration;
}

/** A figure of the candidate that is held against the stable version's, beside the service's objectives. */
export interface Comparison {
  /** Unique among a plan's comparisons. */
  readonly name: string;
  /** Metric that both give: a histogram in seconds, or the share of two counters. */
  readonly metric: string | { readonly good: string; readonly total: string };
  /** How much worse than stable is too much, in percent of stable's. */
  readonly worseBy: number;
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

/** The quickest way back, without a deployment: flags that turn off what is new. */
export interface EmergencyStop {
  /** Runtime flags and the values that they are set to, all at once. */
  readonly flags: Readonly<Record<string, string>>;
  /** Time from the decision to the last request served the new way. */
  readonly within: Duration;
}

/** How a service's new versions reach its users. */
export interface ReleasePlan {
  /** `canary`: a growing share of requests goes to the candidate, as long as it holds what the service promises. */
  readonly strategy: "canary";
  readonly steps: readonly ReleaseStep[];
  /** Objectives of the service, by name, that each step has to hold. */
  readonly gates: readonly string[];
  readonly comparisons?: readonly Comparison[];
  readonly soak?: Soak;
  readonly emergency?: EmergencyStop;
}

/** Problems of a plan, each with its value and what would do. @param objectives names of those that the service has */
export function releaseProblems(plan: ReleasePlan, objectives: readonly string[]): string[] {
  const { steps, gates, comparisons = [], soak, emergency } = plan;
  const last = steps.at(-1);
  return [
    ...(last === undefined
      ? ["release.steps: there are none; end with { weight: 100, … }"]
      : last.weight === 100
        ? []
        : [`release.steps: the last weight is ${last.weight}; a release ends with 100`]),
    ...steps.flatMap(({ weight, hold }, index) => [
      ...(Number.isInteger(weight) && weight >= 1 && weight <= 100
        ? []
        : [`release.steps[${index}].weight: ${weight} must be a whole number from 1 to 100`]),
      ...(index > 0 && weight <= (steps[index - 1] as ReleaseStep).weight
        ? [`release.steps[${index}].weight: ${weight} is no more than the step before it; weights rise`]
        : []),
      ...(seconds(hold) > 0 ? [] : [`release.steps[${index}].hold: "${hold}" gives nothing time to show`]),
    ]),
    ...gates
      .filter((gate) => !objectives.includes(gate))
      .map((gate) => `release.gates: there is no objective "${gate}"; there are: ${objectives.join(", ")}`),
    ...comparisons
      .filter(({ worseBy }) => !(worseBy > 0))
      .map(
        ({ name, worseBy }) => `release.comparisons["${name}"].worseBy: ${worseBy} must be above 0 percent`,
      ),
    ...(soak !== undefined && seconds(soak.every) >= seconds(soak.for)
      ? [`release.soak.every: "${soak.every}" leaves no two rounds in "${soak.for}"`]
      : []),
    ...(emergency !== undefined && Object.keys(emergency.flags).length === 0
      ? ["release.emergency.flags: name at least one flag and its value"]
      : []),
  ];
}
