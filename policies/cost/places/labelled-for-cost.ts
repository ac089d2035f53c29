import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import * as types from "../../types.ts";

const settings = z.strictObject({
  labels: z
    .array(z.string().min(1))
    .default(["environment", "system"])
    .describe("Labels that bills are divided by."),
});

/** Where each type that costs money has its labels. */
const LABELS_AT: Readonly<Record<string, readonly string[]>> = {
  [types.CLOUD_RUN_SERVICE]: ["labels"],
  [types.CLOUD_RUN_JOB]: ["labels"],
  [types.BUCKET]: ["labels"],
  [types.REDIS_INSTANCE]: ["labels"],
  [types.MACHINE]: ["labels"],
  [types.DISK]: ["labels"],
  [types.GKE_CLUSTER]: ["resourceLabels"],
  [types.SQL_INSTANCE]: ["settings", "userLabels"],
  [types.ATLAS_CLUSTER]: ["tags"],
};

function labelsOf({ type, props }: Subject): Property {
  return props.at(...(LABELS_AT[type] ?? ["labels"]));
}

export const labelledForCost: ResourcePolicy = {
  id: "labelled-for-cost",
  title: "What costs money should say what it is for.",
  severity: "low",
  level: "advisory",
  why: "A bill can be divided by labels alone: what has none is in nobody's share.",
  fix: "Give it the labels; the provider's `defaultLabels` give them to all that it makes.",
  example: {
    typescript:
      'new gcp.storage.Bucket("uploads", {\n  location: "US-EAST1",\n  labels: { environment: "production", system: "shop" },\n});',
  },
  types: Object.keys(LABELS_AT),
  settings,
  check: (resource, context) => {
    const { labels } = context.settings(settings);
    return each(labels, (label) => {
      const at = labelsOf(resource).at(label);
      return at.text() ? [] : [violation(at, "is not set")];
    });
  },
};
