import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import { DAY, type Duration, seconds, secondsText } from "../units.ts";

/**
 * Who makes new versions of a secret, and how often:
 * - `every`: Secret Manager announces it on the rotation topic; a subscriber makes the version.
 * - `by`: the provider named renews it; no announcement.
 */
export type Rotation = { readonly every: Duration } | { readonly by: string };

/** Secret Manager's bounds for a rotation period, in seconds (secretmanager v1 discovery document, 2026-08). */
const SHORTEST = 3600;
const LONGEST = 3_153_600_000;

/** What is wrong with a rotation, or undefined. */
export function rotationProblem(rotation: Rotation): string | undefined {
  if ("by" in rotation) return rotation.by === "" ? "rotation.by: name who renews it" : undefined;
  const period = seconds(rotation.every);
  return period >= SHORTEST && period <= LONGEST
    ? undefined
    : `rotation.every: "${rotation.every}" must be 1 h to 36500 days; Secret Manager takes nothing else`;
}

/** Annotation of a secret that nobody announces: who renews it. Policies ask for it where there is no period. */
const ROTATED_BY = "rotated-by";

/** The secret's arguments that announce rotation, or say who else renews it. */
export function planRotation(
  rotation: Rotation,
  topic: Input<string>,
  first: (days: number) => Input<string>,
): Pick<gcp.secretmanager.SecretArgs, "annotations" | "rotation" | "topics"> {
  if ("by" in rotation) return { annotations: { [ROTATED_BY]: rotation.by } };
  return {
    topics: [{ name: topic }],
    rotation: {
      rotationPeriod: secondsText(rotation.every),
      nextRotationTime: first(Math.ceil(seconds(rotation.every) / DAY)),
    },
  };
}
