import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import { NEWEST_KNOWN, REMOVED_VERSIONS, type RemovedVersion } from "./api-versions.ts";

const SETTINGS = z.strictObject({
  cluster: z
    .string()
    .regex(/^1\.\d+$/, { error: 'must be a release of Kubernetes, such as "1.32"' })
    .default(NEWEST_KNOWN)
    .describe('The release of Kubernetes that the oldest cluster runs, such as "1.32".'),
});

const BY_VERSION: ReadonlyMap<string, RemovedVersion> = new Map(
  REMOVED_VERSIONS.flatMap((one) => one.kinds.map((kind) => [`${one.apiVersion}:${kind}`, one])),
);

/** Whether a release is another one or comes after it. */
function isFrom(release: string, other: string): boolean {
  return Number(release.split(".")[1]) >= Number(other.split(".")[1]);
}

/** What an object says of itself; Pulumi's token, `kubernetes:apps/v1:Deployment`, where it says nothing. */
function versionOf({ type, props }: Subject): { readonly apiVersion: string; readonly kind: string } {
  const [, group = "", kind = ""] = type.split(":");
  return {
    apiVersion: props.at("apiVersion").text() ?? group.replace(/^core\//, ""),
    kind: props.at("kind").text() ?? kind,
  };
}

export const apiVersionServed: Policy = {
  id: "api-version-served",
  title: "An object must be of a version that the cluster serves, and should be of one that it will.",
  severity: "high",
  level: "mandatory",
  why: "The API server refuses a version that it no longer serves: what was applied for years fails in the first deployment after an upgrade.",
  fix: 'Write the version that took its place; state the oldest cluster\'s release as the setting "cluster".',
  example: {
    yaml: `apiVersion: policy/v1
kind: PodDisruptionBudget
spec:
  maxUnavailable: 1`,
  },
  settings: SETTINGS,
  types: /^kubernetes:/,
  check: (object, context) => {
    const { apiVersion, kind } = versionOf(object);
    const removed = BY_VERSION.get(`${apiVersion}:${kind}`);
    if (removed === undefined) return [];
    const { cluster } = context.settings(SETTINGS);
    const { now, removedIn } = removed;
    const instead = now === undefined ? "nothing takes its place" : `write ${now.apiVersion}`;
    const at = object.props.at("apiVersion");
    if (isFrom(cluster, removedIn))
      return [
        violation(at, `is ${apiVersion}, which no cluster serves since ${removedIn}; ${instead} (${kind})`),
      ];
    // Before the other one is there, nobody can write it.
    if (now !== undefined && !isFrom(cluster, now.since)) return [];
    return [
      {
        ...violation(at, `is ${apiVersion}, which ${removedIn} takes away; ${instead} (${kind})`),
        level: "advisory" as const,
      },
    ];
  },
};
