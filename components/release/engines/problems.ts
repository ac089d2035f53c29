import { seconds } from "../../units.ts";
import type { ReleaseEngine, ReleasePlan, Threshold } from "../plan.ts";

type Foreign = Exclude<ReleaseEngine, "slipway">;

/** What every engine but Slipway's own lacks. Each problem says how to go on with the engine, and Slipway's is another way. */
function lackedByAll(plan: ReleasePlan, engine: Foreign): string[] {
  const { strategy, judging, comparisons = [], soak, emergency, budget, undecided } = plan;
  return [
    ...(strategy === "cohort"
      ? [`strategy: "cohort": it shares out requests, not users; use strategy: "canary"`]
      : []),
    ...(judging === "fixed-window"
      ? []
      : [
          `judging: ${judging === undefined ? 'the default, "sequential",' : `"${judging}"`} weighs the evidence over all looks, and it judges each by itself; say judging: "fixed-window"`,
        ]),
    ...comparisons.map(
      ({ name }) =>
        `comparisons["${name}"]: it holds no version against another; state a limit under \`thresholds\``,
    ),
    ...(soak === undefined
      ? []
      : ["soak: it probes nothing; soak the version in a stack with Slipway's engine"]),
    ...(emergency === undefined
      ? []
      : ["emergency: it turns no flags; leave them out here, and turn them by `slipway flags`"]),
    ...(budget === undefined
      ? []
      : [`budget: ${budget}: it knows no error budget; leave it out, and look at \`slipway status\` before`]),
    ...(undecided === undefined || (engine === "flagger" && undecided.do === "roll-back")
      ? []
      : [`undecided: it has a way of its own where evidence is missing; leave it out (docs/engines.md)`]),
  ];
}

function thresholdsLacked(thresholds: readonly Threshold[], engine: Foreign): string[] {
  return thresholds.flatMap(({ name, limit, settled, noData }) => {
    const at = `thresholds["${name}"]`;
    return [
      ...(limit.kind === "cpu" || limit.kind === "memory"
        ? [
            `${at}.limit: "${limit.kind}" of one revision is in no series that it could read; write the figure's PromQL: { kind: "query", … }`,
          ]
        : []),
      ...(settled === undefined || engine === "argo-rollouts"
        ? []
        : [`${at}.settled: ${settled}: it passes a limit or not; leave it out`]),
      ...((noData ?? "wait") === "fail" || engine === "argo-rollouts"
        ? []
        : [`${at}.noData: no evidence is a failed look to it; say noData: "fail"`]),
    ];
  });
}

function argoProblems({ gates, thresholds = [], tests = [] }: ReleasePlan): string[] {
  return [
    ...(gates.length === 0 && thresholds.length > 0 && thresholds.every(({ noData }) => noData === "skip")
      ? [
          'thresholds: each may be skipped where nothing was measured, so a version without any request would pass; say noData: "wait" of one',
        ]
      : []),
    ...tests.flatMap(({ name, status = 200, contains }) => [
      ...(status === 200
        ? []
        : [`tests["${name}"].status: ${status}: it takes any answer from 200 to 299, and no other`]),
      ...(contains === undefined
        ? []
        : [`tests["${name}"].contains: "${contains}": it looks into no text; leave it out`]),
    ]),
  ];
}

function flaggerProblems({ strategy, steps, tests = [], header }: ReleasePlan): string[] {
  const holds = [...new Set(steps.map(({ hold }) => seconds(hold)))];
  return [
    ...(strategy === "blue-green"
      ? ['strategy: "blue-green" with shares is a canary to it; use strategy: "canary"']
      : []),
    ...(holds.length > 1
      ? [
          `steps: it has one interval for all, and they are held for ${steps.map(({ hold }) => hold).join(", ")}; hold each as long`,
        ]
      : []),
    ...(tests.length === 0
      ? []
      : [
          "tests: it leaves them to a service that answers its webhooks; leave them out, or set them by a transform",
        ]),
    ...(header === undefined
      ? []
      : [`header: "${header.name}": with shares it leads nobody by a header; leave it out`]),
  ];
}

/** Longest hold of Google Cloud Deploy: a job of it ends after 24 hours (`executionTimeout`, the API's discovery document, 2026-10). */
const LONGEST_HOLD = "23 h";

function cloudDeployProblems({ strategy, steps, tests = [], header }: ReleasePlan): string[] {
  return [
    ...(strategy === "blue-green" ? ['strategy: "blue-green": it has none; use strategy: "canary"'] : []),
    ...(steps.at(0)?.weight === 100
      ? ["steps: there is no share below 100, so it would be no canary; begin with a smaller one"]
      : []),
    ...steps
      .filter(({ hold }) => seconds(hold) > seconds(LONGEST_HOLD))
      .map(({ hold }) => `steps: a hold of "${hold}": it looks for ${LONGEST_HOLD} at most`),
    ...(tests.length === 0
      ? []
      : ["tests: it has none of its own; leave them out, or add a task of your own by a transform"]),
    ...(header === undefined ? [] : [`header: "${header.name}": it leads nobody by a header; leave it out`]),
  ];
}

const OWN: Readonly<Record<Foreign, (plan: ReleasePlan) => string[]>> = {
  "argo-rollouts": argoProblems,
  flagger: flaggerProblems,
  "google-cloud-deploy": cloudDeployProblems,
};

/**
 * What an engine can't do of a plan, each with its value and what would do: it is refused, and never dropped in silence. What it
 * does in another way is said by `engineNotes`.
 */
export function engineProblems(plan: ReleasePlan): string[] {
  const { engine = "slipway", thresholds = [] } = plan;
  if (engine === "slipway") return [];
  return [...lackedByAll(plan, engine), ...thresholdsLacked(thresholds, engine), ...OWN[engine](plan)].map(
    (problem) => `release.engine: "${engine}" can't carry out release.${problem}`,
  );
}
