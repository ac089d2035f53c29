import { each, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import { eachService, FACT_TYPES, objectivesOf, type ServiceFacts } from "../facts.ts";
import { gateObjectives } from "./evidence.ts";

function checkGates(facts: ServiceFacts): readonly Finding[] {
  const names = objectivesOf(facts).map((objective) => objective.at("name").text());
  return each(gateObjectives(facts), ({ at, objective }) =>
    objective === undefined
      ? violation(
          at,
          `is ${at.quote()}, and the service has no such objective; ${names.length === 0 ? "it has none" : `there are ${names.join(", ")}`}`,
        )
      : undefined,
  );
}

export const releaseGatesExist: ResourcePolicy = {
  id: "release-gates-exist",
  title: "A release's gates must name objectives that the service has.",
  severity: "high",
  level: "mandatory",
  why: "A gate on an objective that is not there is never measured: the release waits for it for ever, or goes past it.",
  fix: "Name one of the service's objectives, or state the one that is meant.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/objectives: |
      [{"name": "availability", "kind": "availability", "target": 99.5, "windowDays": 30, "owner": "shop"}]
    slipway.dev/release: |
      {"strategy": "canary", "steps": [{"weight": 10, "hold": "15 min"}, {"weight": 100, "hold": "15 min"}], "gates": ["availability"]}`,
  },
  requirements: ["EA-10", "OS-07"],
  types: [...FACT_TYPES],
  check: (resource) => eachService(resource, checkGates),
};
