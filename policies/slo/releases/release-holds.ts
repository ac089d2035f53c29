import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";
import { PEAK_ANNOTATION } from "../capacity-covers-peak.ts";
import { durationAt, timeText } from "../duration.ts";
import { eachProductionService, type ServiceFacts } from "../facts.ts";
import { gateObjectives } from "./evidence.ts";

/** Kinds that count each request once. */
const OF_REQUESTS: readonly (string | undefined)[] = ["availability", "latency"];

const settings = z.strictObject({
  sure: z
    .number()
    .min(50)
    .lt(100)
    .default(99)
    .describe("How sure a release has to be that a limit holds, in percent."),
});

/** A share of requests that may be bad, and which gate says so. */
interface Limit {
  readonly name: string;
  readonly share: number;
}

function limitsOf(facts: ServiceFacts): Limit[] {
  const objectives = gateObjectives(facts).flatMap(({ objective }) => {
    const target = objective?.at("target").number();
    return objective === undefined ||
      target === undefined ||
      !OF_REQUESTS.includes(objective.at("kind").text())
      ? []
      : [{ name: objective.at("name").text() ?? "?", share: 1 - target / 100 }];
  });
  const thresholds = facts.release
    .at("thresholds")
    .items()
    .flatMap((threshold) => {
      const percent = threshold.at("settled").number() ?? threshold.at("limit", "atMost").number();
      return threshold.at("limit", "kind").text() !== "errors" || percent === undefined
        ? []
        : [{ name: threshold.at("name").text() ?? "?", share: percent / 100 }];
    });
  return [...objectives, ...thresholds].filter(({ share }) => share > 0 && share < 1);
}

/**
 * Requests without a bad one below which no test can be so sure that fewer than a share are bad: the likelihood ratio of
 * "none is" against "so many are" is (1 - share)^-n, and more than that nothing can be learned from n good ones.
 */
function leastRequests(share: number, sure: number): number {
  return Math.ceil(Math.log(1 / (1 - sure / 100)) / -Math.log1p(-share));
}

function checkHolds(facts: ServiceFacts, sure: number): readonly Finding[] {
  const peak = facts.annotations?.at(PEAK_ANNOTATION).number();
  const [strictest] = limitsOf(facts).sort((one, other) => one.share - other.share);
  if (peak === undefined || strictest === undefined) return [];
  const needed = leastRequests(strictest.share, sure);
  return each(facts.release.at("steps").items(), (step) => {
    const [hold, weight] = [durationAt(step.at("hold")), step.at("weight").number()];
    if (hold === undefined || weight === undefined) return undefined;
    const most = Math.floor((peak * hold * weight) / 100);
    return most >= needed
      ? undefined
      : violation(
          step.at("hold"),
          `is ${timeText(hold)}: at ${weight} % of the peak of ${peak} requests/s the new version gets ${most} requests, and "${strictest.name}" can't be told on fewer than ${needed}; hold it ${timeText(Math.ceil((needed * 100) / peak / weight / 60) * 60)}`,
        );
  });
}

export const releaseHolds: ResourcePolicy = {
  id: "release-holds-long-enough",
  title: "A release's steps should be held until the new version had requests enough to be judged.",
  severity: "low",
  level: "advisory",
  why: "With a limit of 0.5 %, no test is 99 % sure on fewer than 919 requests without an error. A shorter step promotes a version that nobody knows, or waits at its end every time.",
  fix: "Lengthen the hold, raise the step's weight, or widen the limit for releases.",
  example: {
    typescript: `const release: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "1 h" },
    { weight: 100, hold: "15 min" },
  ],
  gates: ["availability", "latency"],
};`,
  },
  requirements: ["EA-09", "OS-07"],
  settings,
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT],
  check: (resource, context) => {
    const { sure } = context.settings(settings);
    return eachProductionService(resource, (facts) => checkHolds(facts, sure));
  },
};
