import { parts, violation } from "../../../core/finding.ts";
import type { Policy } from "../../../core/policy.ts";
import { declared } from "../../field.ts";

/** Who may send a key, one kind for each kind of client. */
const SENDERS = [
  "serverKeyRestrictions",
  "browserKeyRestrictions",
  "androidKeyRestrictions",
  "iosKeyRestrictions",
];

export const apiKeyRestricted: Policy = {
  id: "api-key-restricted",
  title: "An API key must be good for named services and named callers only.",
  severity: "high",
  level: "mandatory",
  why: "An API key is in every browser that uses it: unrestricted, whoever reads it uses every service of the project at your cost.",
  fix: "Set restrictions.apiTargets, and one of serverKeyRestrictions, browserKeyRestrictions, androidKeyRestrictions and iosKeyRestrictions.",
  example: declared(
    "projects.ApiKey",
    'restrictions: { apiTargets: [{ service: "maps-backend.googleapis.com" }], browserKeyRestrictions: { allowedReferrers: ["https://shop.example.com/*"] } }',
  ),
  frameworks: { "cis-gcp": ["1.13", "1.14"], owasp: ["A05"] },
  types: ["gcp:projects/apiKey:ApiKey"],
  check: ({ props }) => {
    const restrictions = props.at("restrictions");
    return parts(
      () => {
        const targets = restrictions.at("apiTargets");
        return targets.items().length > 0
          ? undefined
          : violation(targets, "is not set: the key is good for every service of the project");
      },
      () =>
        SENDERS.some((sender) => restrictions.at(sender).present)
          ? undefined
          : violation(restrictions, "names no callers: whoever reads the key can use it"),
    );
  },
};
