import { z } from "zod";
import { parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Stack } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { FACT_TYPES, factsOf, objectivesOf, ofTypes, type ServiceFacts } from "../facts.ts";

const promised = z.strictObject({
  kind: z
    .string()
    .min(1)
    .describe("Kind of the objective: availability, latency, ratio, saturation and so on."),
  name: z.string().min(1).optional().describe("Its name, where several are of the kind."),
  target: z.number().positive().max(100).describe("Lowest target, in percent."),
  seconds: z.number().positive().optional().describe("Longest time within which requests are answered."),
  limit: z.number().positive().optional().describe("Highest share of a capacity, in percent."),
});

const gated = z.strictObject({
  kind: z.string().min(1).describe("Kind of a release's threshold: cpu, memory, errors and so on."),
  atMost: z.number().positive().describe("Highest limit, in percent."),
});

const settings = z.strictObject({
  services: z
    .record(
      z.string().regex(/^[^/]+\/[^/]+$/, { error: 'must be "system/service"' }),
      z.strictObject({
        objectives: z.array(promised).default([]).describe("Objectives that it must have, or stricter ones."),
        thresholds: z.array(gated).default([]).describe("Thresholds that its releases must be held to."),
      }),
    )
    .default({})
    .describe('What services must promise, by "system/service".'),
});

type Wanted = z.output<typeof settings>["services"][string];

function fits(objective: Property, wanted: z.output<typeof promised>): boolean {
  const within = (field: string, most: number | undefined) =>
    most === undefined || (objective.at(field).number() ?? Number.POSITIVE_INFINITY) <= most;
  return (
    objective.at("kind").text() === wanted.kind &&
    (wanted.name === undefined || objective.at("name").text() === wanted.name) &&
    (objective.at("target").number() ?? 0) >= wanted.target &&
    within("thresholdSeconds", wanted.seconds) &&
    within("limit", wanted.limit)
  );
}

function limitOf(threshold: Property): number {
  const limit = threshold.at("limit");
  return limit.at("under").number() ?? limit.at("atMost").number() ?? Number.POSITIVE_INFINITY;
}

function textOf({ kind, name, target, seconds, limit }: z.output<typeof promised>): string {
  const within = seconds === undefined ? "" : ` within ${seconds} s`;
  const most = limit === undefined ? "" : ` at most ${limit} % used`;
  return `${target} % ${kind}${name === undefined ? "" : ` "${name}"`}${within}${most}`;
}

function checkService(facts: ServiceFacts, wanted: Wanted): readonly Finding[] {
  const { objectives, release, name } = facts;
  return parts(
    () => {
      const stated = objectivesOf(facts);
      return wanted.objectives
        .filter((one) => !stated.some((objective) => fits(objective, one)))
        .map((one) => violation(objectives, `does not hold ${name} to ${textOf(one)}`));
    },
    () => {
      const thresholds = release.at("thresholds").items();
      return wanted.thresholds
        .filter(
          ({ kind, atMost }) =>
            !thresholds.some((one) => one.at("limit", "kind").text() === kind && limitOf(one) <= atMost),
        )
        .map(({ kind, atMost }) =>
          violation(release.at("thresholds"), `holds no release of ${name} to ${kind} at most ${atMost} %`),
        );
    },
  );
}

function checkStack(stack: Stack, context: Context): readonly Finding[] {
  const { services } = context.settings(settings);
  if (Object.keys(services).length === 0) return [];
  const byName = new Map<string, ServiceFacts>();
  const unread = ofTypes(stack, FACT_TYPES).flatMap((resource) =>
    parts(() => {
      for (const facts of factsOf(resource)) byName.set(facts.name, facts);
      return undefined;
    }),
  );
  const found = Object.entries(services).flatMap(([name, wanted]) => {
    const facts = byName.get(name);
    if (facts !== undefined) return checkService(facts, wanted);
    return unread.length > 0
      ? []
      : [{ message: `${name} has to promise something, and is not in the stack` }];
  });
  return [...unread, ...found];
}

export const servicePromises: Policy = {
  id: "service-promises",
  title: "A service must promise what the stack says that it has to.",
  severity: "high",
  level: "mandatory",
  why: "A gate that was agreed on and is declared nowhere lets everything through, and nobody sees that it is gone.",
  fix: "Declare the objective or the threshold with the figure that was agreed on, or change what the stack asks for (settings.service-promises.services).",
  example: {
    yaml: `slipway:policies:
  settings:
    service-promises:
      services:
        acgs/policy:
          objectives:
            - { kind: availability, target: 99.9 }
            - { kind: latency, target: 95, seconds: 0.05 }
            - { kind: ratio, name: cache, target: 80 }
          thresholds:
            - { kind: cpu, atMost: 80 }`,
  },
  requirements: ["AC-05", "OS-04"],
  settings,
  types: [...FACT_TYPES],
  checkStack,
};
