import { type Duration, seconds } from "../units.ts";
import { engineProblems } from "./engines/problems.ts";
import type { Comparison, Limit, ReleasePlan, ReleaseStep, Threshold } from "./plan.ts";

function time(path: string, value: Duration | undefined, why: string): string[] {
  return value === undefined || seconds(value) > 0 ? [] : [`${path}: "${value}" ${why}`];
}

function stepProblems(steps: readonly ReleaseStep[]): string[] {
  const last = steps.at(-1);
  return [
    ...(last === undefined
      ? ["release.steps: there are none; end with { weight: 100, … }"]
      : last.weight === 100
        ? []
        : [`release.steps: the last weight is ${last.weight}; a release ends with 100`]),
    ...steps.flatMap(({ weight, hold, every }, index) => [
      ...(Number.isInteger(weight) && weight >= 1 && weight <= 100
        ? []
        : [`release.steps[${index}].weight: ${weight} must be a whole number from 1 to 100`]),
      ...(index > 0 && weight <= (steps[index - 1] as ReleaseStep).weight
        ? [`release.steps[${index}].weight: ${weight} is no more than the step before it; weights rise`]
        : []),
      ...time(`release.steps[${index}].hold`, hold, "gives nothing time to show"),
      ...time(`release.steps[${index}].every`, every, "is no time from one look to the next"),
      ...(every !== undefined && seconds(hold) > 0 && seconds(every) > seconds(hold)
        ? [
            `release.steps[${index}].every: "${every}" is longer than the hold of "${hold}": nobody would look`,
          ]
        : []),
    ]),
  ];
}

function percentProblem(path: string, value: number, most = 100): string[] {
  return value > 0 && value < most ? [] : [`${path}: ${value} must be above 0 and below ${most} percent`];
}

function limitProblems(path: string, limit: Limit): string[] {
  switch (limit.kind) {
    case "errors":
    case "ratio":
      return percentProblem(`${path}.atMost`, limit.atMost);
    case "latency":
      return [
        ...percentProblem(`${path}.percentile`, limit.percentile),
        ...time(`${path}.under`, limit.under, "is faster than anything can be"),
      ];
    case "mean-latency":
      return time(`${path}.under`, limit.under, "is faster than anything can be");
    case "cpu":
    case "memory":
      return percentProblem(`${path}.under`, limit.under, 100.1);
    case "query":
      return limit.query.trim() === ""
        ? [`${path}.query: it is empty; write PromQL that gives one figure`]
        : [];
  }
}

/** The limit in percent, where it is a share that something may settle under. */
function shareOf(limit: Limit): number | undefined {
  if (limit.kind === "latency") return 100 - limit.percentile;
  return "atMost" in limit && limit.kind !== "query" ? limit.atMost : undefined;
}

function thresholdProblems({ name, limit, settled }: Threshold): string[] {
  const path = `release.thresholds["${name}"]`;
  const share = shareOf(limit);
  return [
    ...limitProblems(`${path}.limit`, limit),
    ...(settled === undefined
      ? []
      : share === undefined
        ? [`${path}.settled: a limit of kind "${limit.kind}" is passed or not; leave it out`]
        : settled > 0 && settled <= share
          ? []
          : [`${path}.settled: ${settled} must be above 0 and at most the limit, ${share} percent`]),
  ];
}

function comparisonProblems({ name, worseBy }: Comparison): string[] {
  return worseBy > 0 ? [] : [`release.comparisons["${name}"].worseBy: ${worseBy} must be above 0 percent`];
}

function repeatedNames({ gates, thresholds = [], comparisons = [] }: ReleasePlan): string[] {
  const names = [...gates, ...[...thresholds, ...comparisons].map(({ name }) => name)];
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map(
    (name) => `release: "${name}" is the name of two gates; a verdict has to say which one it means`,
  );
}

function strategyProblems({ strategy, tests = [], cohort }: ReleasePlan): string[] {
  return [
    ...(strategy === "blue-green" && tests.length === 0
      ? [
          'release.tests: "blue-green" needs at least one, which the new version passes before it gets requests',
        ]
      : []),
    ...(strategy === "cohort" && (cohort === undefined || cohort.operations.length === 0)
      ? ['release.cohort: "cohort" needs the operations that are turned on']
      : []),
    ...(strategy !== "cohort" && cohort !== undefined
      ? [
          `release.cohort: "${strategy}" shares out requests, not users; leave it out, or use strategy: "cohort"`,
        ]
      : []),
    ...tests
      .filter(({ path }) => !path.startsWith("/"))
      .map(({ name, path }) => `release.tests["${name}"].path: "${path}" must begin with "/"`),
  ];
}

/** Problems of a plan, each with its value and what would do. @param objectives names of those that the service has */
export function releaseProblems(plan: ReleasePlan, objectives: readonly string[]): string[] {
  const { steps, gates, thresholds = [], comparisons = [], every, undecided, budget, soak, emergency } = plan;
  return [
    ...stepProblems(steps),
    ...gates
      .filter((gate) => !objectives.includes(gate))
      .map((gate) => `release.gates: there is no objective "${gate}"; there are: ${objectives.join(", ")}`),
    ...(gates.length + thresholds.length + comparisons.length === 0
      ? ["release.gates: there are none, so nothing could ever be said against a version; name an objective"]
      : []),
    ...thresholds.flatMap(thresholdProblems),
    ...comparisons.flatMap(comparisonProblems),
    ...repeatedNames(plan),
    ...strategyProblems(plan),
    ...engineProblems(plan),
    ...time("release.every", every, "is no time from one look to the next"),
    ...time("release.undecided.after", undecided?.after, "leaves no time for more evidence"),
    ...(budget === undefined || (budget >= 0 && budget < 100)
      ? []
      : [`release.budget: ${budget} must be at least 0 and below 100 percent`]),
    ...(soak !== undefined && seconds(soak.every) >= seconds(soak.for)
      ? [`release.soak.every: "${soak.every}" leaves no two rounds in "${soak.for}"`]
      : []),
    ...(emergency !== undefined && Object.keys(emergency.flags).length === 0
      ? ["release.emergency.flags: name at least one flag and its value"]
      : []),
  ];
}
