import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";
import { eachService, objectivesOf, type ServiceFacts } from "../facts.ts";

const KINDS = [
  "availability",
  "latency",
  "health",
  "ratio",
  "queries",
  "delta",
  "freshness",
  "saturation",
] as const;

const settings = z.strictObject({
  kinds: z
    .array(z.enum(KINDS))
    .default(["availability", "latency"])
    .describe("Kinds of objective that each service must have one of."),
});

function checkKinds(facts: ServiceFacts, kinds: readonly string[]): readonly Finding[] {
  if (!facts.objectives.present) return [];
  const stated = new Set(objectivesOf(facts).map((objective) => objective.at("kind").text()));
  return kinds
    .filter((kind) => !stated.has(kind))
    .map((kind) => violation(facts.objectives, `states no objective of the kind "${kind}"`));
}

export const objectiveKinds: ResourcePolicy = {
  id: "objective-kinds-covered",
  title: "A service's objectives should say how often it answers, and how fast; in production they must.",
  severity: "medium",
  level: "mandatory",
  why: "A service that answers everything after a minute is available and useless; one that fails at once is fast. Only both together say what a user gets.",
  fix: "State an objective of each kind: the share of requests without a server error, and the share answered in time.",
  example: {
    typescript: `const objectives: Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.5, owner: "shop" },
  { name: "latency", indicator: { kind: "latency", threshold: "500 ms" }, target: 95, owner: "shop" },
];`,
  },
  requirements: ["OS-04"],
  settings,
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT],
  check: (resource, context) => {
    const { kinds } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      eachService(resource, (facts) => checkKinds(facts, kinds)),
    );
  },
};
