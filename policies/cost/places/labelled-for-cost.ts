import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Context, Props, ResourcePolicy, Subject } from "../../core/policy.ts";
import { isSecret, type Property } from "../../core/property.ts";
import * as types from "../../types.ts";

const settings = z.strictObject({
  labels: z
    .array(z.string().min(1))
    .default(["environment", "system"])
    .describe("Labels that bills are divided by."),
  add: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("What is written into those that are missing, by label, where enforcement is remediate."),
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

/** Writes labels that are missing, and that the stack has a value for. One more label changes nothing else of a resource. */
function labelled(props: Props, type: string, context: Context): Props | undefined {
  const { labels, add } = context.settings(settings);
  let place = props;
  for (const key of LABELS_AT[type] ?? []) {
    const next = place[key] ?? {};
    if (typeof next !== "object" || Array.isArray(next) || isSecret(next)) return undefined; // Unknown, or misshapen.
    place[key] = next;
    place = next as Props;
  }
  const missing = labels.filter((label) => !place[label] && add[label] !== undefined);
  for (const label of missing) place[label] = add[label];
  return missing.length === 0 ? undefined : props;
}

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
  remediate: labelled,
  check: (resource, context) => {
    const { labels } = context.settings(settings);
    return each(labels, (label) => {
      const at = labelsOf(resource).at(label);
      return at.text() ? [] : [violation(at, "is not set")];
    });
  },
};
