import { z } from "zod";
import { each, violation } from "../../../core/finding.ts";
import type { Policy } from "../../../core/policy.ts";
import { POD_TYPES, podSpec } from "../../../kubernetes.ts";

const settings = z.strictObject({
  longestSeconds: z
    .int()
    .min(600)
    .default(86_400)
    .describe(
      "How long a token may live, in seconds. Default 86400, a day; Kubernetes gives an hour where nothing is said, and no less than 600.",
    ),
});

export const shortLivedToken: Policy = {
  id: "short-lived-token",
  title: "A token that is mounted into a pod must end soon.",
  severity: "medium",
  level: "mandatory",
  why: "A token that was copied out works elsewhere until it ends; the kubelet brings a new one in time, so a long life is of no use.",
  fix: "Leave expirationSeconds out, which means an hour.",
  example: {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  volumes:
    - name: token
      projected:
        sources:
          - serviceAccountToken: { audience: payments, expirationSeconds: 3600, path: token }`,
  },
  frameworks: { "nsa-cisa": ["protecting-pod-service-account-tokens"], "owasp-kubernetes": ["K06"] },
  requirements: ["EA-08"],
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const { longestSeconds } = context.settings(settings);
    return each(podSpec(resource).at("volumes").items(), (volume) =>
      each(volume.at("projected", "sources").items(), (source) => {
        const life = source.at("serviceAccountToken", "expirationSeconds");
        const seconds = life.number() ?? 0;
        return seconds > longestSeconds
          ? violation(life, `is ${seconds}, over ${longestSeconds}: a copy of the token works as long`)
          : undefined;
      }),
    );
  },
};
