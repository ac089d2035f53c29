import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";
import { PEAK_ANNOTATION } from "../capacity-covers-peak.ts";
import { DAY, figure } from "../duration.ts";
import { eachProductionService, objectivesOf, type ServiceFacts } from "../facts.ts";

/** Kinds that count each request once. */
const OF_REQUESTS: readonly (string | undefined)[] = ["availability", "latency"];

const settings = z.strictObject({
  leastBad: z
    .number()
    .positive()
    .default(10)
    .describe("Fewest requests that must be allowed to fail in an objective's window."),
});

function checkTraffic(facts: ServiceFacts, leastBad: number): readonly Finding[] {
  const peak = facts.annotations?.at(PEAK_ANNOTATION).number();
  if (peak === undefined || peak <= 0) return [];
  return objectivesOf(facts).flatMap((objective) => {
    if (!OF_REQUESTS.includes(objective.at("kind").text())) return [];
    const [at, days] = [objective.at("target"), objective.at("windowDays").number() ?? 30];
    const target = at.number();
    if (target === undefined || target <= 0 || target >= 100) return [];
    const bad = figure((1 - target / 100) * peak * days * DAY);
    return bad >= leastBad
      ? []
      : [
          violation(
            at,
            `is ${target} % of at most ${figure(peak * days * DAY)} requests in ${days} days, the peak of ${peak} requests/s all the time: ${bad} may fail, fewer than ${leastBad}, so chance decides whether it is kept`,
          ),
        ];
  });
}

export const objectiveTraffic: ResourcePolicy = {
  id: "objective-fits-traffic",
  title: "An objective should allow some failures in the traffic that there is.",
  severity: "low",
  level: "advisory",
  why: "Where one failed request spends the whole budget, the budget says nothing of the service: alerts fire by chance, and a release waits for evidence that never comes.",
  fix: "Lower the target, lengthen the window, or count probes of the service instead of its users' requests.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/peak: "0.01"
    slipway.dev/objectives: |
      [{"name": "availability", "kind": "availability", "target": 99, "windowDays": 30, "owner": "shop"}]`,
  },
  requirements: ["OS-04"],
  settings,
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT],
  check: (resource, context) => {
    const { leastBad } = context.settings(settings);
    return eachProductionService(resource, (facts) => checkTraffic(facts, leastBad));
  },
};
