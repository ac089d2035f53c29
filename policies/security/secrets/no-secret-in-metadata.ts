import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { POD_TYPES, podMetadata } from "../../kubernetes.ts";
import { KUBERNETES_SECRET, POD } from "../../types.ts";
import { secretLine } from "./secret-text.ts";

/** Where kubectl keeps the whole of what it applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** By the published formats alone: what only looks random is most often a checksum. */
function checkMetadata(metadata: Property, isSecret: boolean): Finding[] {
  return each(["annotations", "labels"], (field) =>
    each(metadata.at(field).entries(), ([name, value]) => {
      if (value.secret) return violation(value, "holds a value that the program marks as a secret");
      if (isSecret && name === LAST_APPLIED && value.present)
        return violation(value, "holds the Secret's data once more");
      const kind = secretLine(value.text() ?? "");
      return kind === undefined ? undefined : violation(value, `holds what looks like ${kind}`);
    }),
  );
}

function check(resource: Subject): Finding[] {
  const makesPods = resource.type !== POD && (POD_TYPES as readonly string[]).includes(resource.type);
  return parts(
    () => checkMetadata(resource.props.at("metadata"), resource.type === KUBERNETES_SECRET),
    () => (makesPods ? checkMetadata(podMetadata(resource), false) : undefined),
  );
}

export const noSecretInMetadata: Policy = {
  id: "no-secret-in-metadata",
  title: "An annotation or a label must hold no secret.",
  severity: "critical",
  level: "mandatory",
  why: "Whoever may look at an object sees them, in every list; controllers write them into their logs, and labels become labels of metrics.",
  fix: "Keep the value in a secret store, and name the Secret in the annotation where a controller asks for one.",
  example: {
    yaml: `apiVersion: v1
kind: Service
metadata:
  name: api
  annotations: { example.com/credentials-secret: api-credentials-v3 }`,
  },
  frameworks: { "nsa-cisa": ["secrets"], "owasp-kubernetes": ["K08"] },
  requirements: ["EA-07", "P8-01"],
  types: /^kubernetes:[^:]+:\w+$/,
  check,
};
