import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import { OBJECTIVE_TYPES, type StatedObjective, statedBy } from "../stated.ts";

const settings = z.strictObject({
  labels: z
    .array(z.string().min(1))
    .min(1)
    .default(["owner", "team"])
    .describe("Labels, annotations or fields that name who answers for an objective."),
});

function checkOwner({ labels }: StatedObjective, names: readonly string[]): Finding | undefined {
  const isNamed = labels.some((place) => names.some((name) => (place.at(name).text() ?? "").trim() !== ""));
  const first = labels[0];
  return isNamed || first === undefined
    ? undefined
    : violation(first.at(names[0] ?? "owner"), "is not set: nobody answers for this objective");
}

export const objectiveOwner: Policy = {
  id: "objective-has-owner",
  title: "An objective must have an owner.",
  severity: "low",
  level: "mandatory",
  why: "When the budget is spent somebody has to decide that reliability comes before features. What nobody owns nobody decides.",
  fix: "Name the team: an objective's owner, an SLO's userLabels.owner, or a label owner or team in Sloth, Pyrra and OpenSLO.",
  example: {
    yaml: `apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: shop
spec:
  service: shop
  labels:
    owner: shop-team
  slos:
    - name: availability
      objective: 99.5`,
  },
  requirements: ["OS-04"],
  settings,
  types: [...OBJECTIVE_TYPES],
  check: (resource, context) => {
    const { labels } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      parts(() => each(statedBy(resource), (objective) => checkOwner(objective, labels))),
    );
  },
};
