import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { eachService, FACT_TYPES, type ServiceFacts } from "../facts.ts";

const settings = z.strictObject({
  least: z
    .number()
    .min(0)
    .lt(100)
    .default(0)
    .describe("Percent of each gate's error budget that a plan has to ask for at least, before it releases."),
});

/** Cohorts are few users whose toggles are turned back in one write; these strategies move requests of everybody. */
const RISKY: readonly (string | undefined)[] = ["canary", "blue-green"];

function checkBudget({ release }: ServiceFacts, least: number): readonly Finding[] {
  if (!release.present || !RISKY.includes(release.at("strategy").text())) return [];
  return parts(
    () =>
      release.at("gates").items().length === 0
        ? violation(
            release.at("gates"),
            "names no objective, and only an objective has an error budget: it is released also when that is spent",
          )
        : undefined,
    () => {
      const at = release.at("budget");
      const percent = at.number() ?? 0;
      if (percent < 0 || percent >= 100)
        return violation(at, `is ${percent}: it has to be at least 0 and below 100 percent`);
      return percent < least
        ? violation(
            at,
            `is ${percent}: ${least} % of the error budget have to be left before anything is released`,
          )
        : undefined;
    },
    () => {
      const engine = release.at("engine").text() ?? "slipway";
      return engine === "slipway"
        ? undefined
        : {
            ...violation(
              release.at("engine"),
              `is "${engine}", which asks for no error budget: say in its pipeline what happens when it is spent`,
            ),
            level: "advisory" as const,
          };
    },
  );
}

export const releaseBudget: ResourcePolicy = {
  id: "release-asks-for-budget",
  title: "A release must not begin while the service's error budget is spent.",
  severity: "medium",
  level: "mandatory",
  why: "A spent budget says that users had enough failures this month. A new version is the likeliest cause of the next one; only what mends it should go out.",
  fix: "Name the service's objectives in the plan's gates, and in budget how much of each has to be left. What mends the trouble goes out with --fix and a reason.",
  example: {
    typescript: `const release: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
  gates: ["availability", "latency"],
  budget: 10,
};`,
  },
  requirements: ["EA-10", "OS-04"],
  settings,
  types: [...FACT_TYPES],
  check: (resource, context) => {
    const { least } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      eachService(resource, (facts) => checkBudget(facts, least)),
    );
  },
};
