import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { durationAt } from "../duration.ts";
import { eachService, FACT_TYPES, type ServiceFacts } from "../facts.ts";

const settings = z.strictObject({
  first: z
    .number()
    .positive()
    .max(100)
    .default(25)
    .describe("Largest share that the first step of a canary or a cohort may have, in percent."),
});

/** Strategies that begin with few; blue-green may move all at once, since the new version was tested beside the old one. */
const GRADUAL: readonly (string | undefined)[] = ["canary", "cohort"];

function checkStep(step: Property, before: Property | undefined): Finding[] {
  const [at, hold] = [step.at("weight"), step.at("hold")];
  return parts(
    () => {
      const weight = at.number();
      if (weight === undefined) return violation(at, "is not set");
      if (weight <= 0 || weight > 100)
        return violation(at, `is ${weight}, not a share above 0 and up to 100`);
      const least = before?.at("weight").number();
      return least !== undefined && weight <= least
        ? violation(at, `is ${weight}, no more than the ${least} of the step before it`)
        : undefined;
    },
    () => {
      const seconds = durationAt(hold);
      return seconds === undefined || seconds <= 0
        ? violation(hold, "is no time: nothing is measured before the next step")
        : undefined;
    },
  );
}

function checkSteps({ release }: ServiceFacts, first: number): readonly Finding[] {
  if (!release.present) return [];
  const at = release.at("steps");
  const steps = at.items();
  const [one, last] = [steps[0], steps.at(-1)];
  if (one === undefined || last === undefined) return [violation(at, "has none: all of it comes at once")];
  const gradual = GRADUAL.includes(release.at("strategy").text());
  return [
    ...each([...steps.entries()], ([index, step]) => checkStep(step, steps[index - 1])),
    ...parts(
      () => {
        const weight = one.at("weight").number();
        return gradual && weight !== undefined && weight > first
          ? violation(
              one.at("weight"),
              `is ${weight}: the first to meet a new version should be ${first} % at most`,
            )
          : undefined;
      },
      () => {
        const weight = last.at("weight").number();
        return weight !== undefined && weight < 100
          ? violation(
              last.at("weight"),
              `is ${weight}: what all requests do to it was never looked at; end with 100`,
            )
          : undefined;
      },
    ),
  ];
}

export const releaseSteps: ResourcePolicy = {
  id: "release-steps-rise",
  title: "A release's steps must rise from few to all, each held for a while.",
  severity: "medium",
  level: "mandatory",
  why: "The first step decides how many meet a bad version. Load that only the last one brings shows what the others could not.",
  fix: "Begin with some percent, raise the weight with each step up to 100, and hold each long enough to measure something.",
  example: {
    typescript: `const release: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "15 min" },
    { weight: 50, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
  gates: ["availability", "latency"],
};`,
  },
  requirements: ["EA-09", "OS-07", "P8-02", "AC-04"],
  settings,
  types: [...FACT_TYPES],
  check: (resource, context) => {
    const { first } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      eachService(resource, (facts) => checkSteps(facts, first)),
    );
  },
};
