import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import { DEPLOYMENT, ROLLOUT } from "../../types.ts";

const settings = z.strictObject({
  least: z.int().min(1).default(1).describe("Fewest former versions to keep."),
});

function checkHistory({ props }: Subject, least: number): Finding[] {
  const at = props.at("spec", "revisionHistoryLimit");
  return parts(() => {
    // Kubernetes and Argo Rollouts keep ten where nothing is said.
    const kept = at.number() ?? 10;
    return kept >= least
      ? undefined
      : violation(
          at,
          `is ${kept}: ${kept === 0 ? "no former version is" : "too few former versions are"} kept to go back to; use ${least} or more`,
        );
  });
}

export const releaseWayBack: ResourcePolicy = {
  id: "release-can-go-back",
  title: "A workload must keep the version to go back to.",
  severity: "medium",
  level: "mandatory",
  why: "The quickest mend of a bad release is the version before it. Without its ReplicaSet it has to be found and deployed anew, in the middle of the trouble.",
  fix: "Leave revisionHistoryLimit out (10 are kept), or set it to some.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  revisionHistoryLimit: 5`,
  },
  requirements: ["EA-10", "OS-08"],
  settings,
  types: [DEPLOYMENT, ROLLOUT],
  check: (resource, context) =>
    adviceOutsideProduction(resource, checkHistory(resource, context.settings(settings).least)),
};
