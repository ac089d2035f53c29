import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { eachService, FACT_TYPES, type ServiceFacts } from "../facts.ts";
import { gatesOf } from "./evidence.ts";

const TEXTS = {
  errors: "whether the new version fails",
  latency: "whether the new version is slow",
} as const;

const settings = z.strictObject({
  about: z
    .array(z.enum(["errors", "latency"]))
    .default(["errors", "latency"])
    .describe("What at least one gate of each release has to look at."),
});

function checkGates(facts: ServiceFacts, about: z.output<typeof settings>["about"]): readonly Finding[] {
  if (!facts.release.present) return [];
  const gates = gatesOf(facts);
  return about.flatMap((wanted) => {
    const telling = gates.filter((gate) => gate.about === wanted);
    if (telling.length === 0) return [violation(facts.release, `has no gate that tells ${TEXTS[wanted]}`)];
    return telling.every(({ skips }) => skips)
      ? [
          violation(
            facts.release,
            `asks ${TEXTS[wanted]} only by gates that don't count where nothing was measured (noData: "skip")`,
          ),
        ]
      : [];
  });
}

export const releaseGated: ResourcePolicy = {
  id: "release-gated",
  title: "A release plan must have a gate on errors and one on latency.",
  severity: "high",
  level: "mandatory",
  why: "A canary that nobody looks at is a slow deployment: a version that fails, or that takes ten times as long, comes to everybody all the same.",
  fix: "Name an objective on errors and one on latency in the plan's gates, or add thresholds; let at least one of each wait where nothing was measured.",
  example: {
    typescript: `const release: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
  gates: ["availability", "latency"],
};`,
  },
  requirements: ["EA-10", "OS-07", "P8-02"],
  settings,
  types: [...FACT_TYPES],
  check: (resource, context) => {
    const { about } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      eachService(resource, (facts) => checkGates(facts, about)),
    );
  },
};
