import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE, GKE_CLUSTER } from "../../types.ts";
import { declared } from "../field.ts";

const ADMISSION_POLICY = "gcp:binaryauthorization/policy:Policy";

const settings = z.strictObject({
  everywhere: z
    .boolean()
    .default(false)
    .describe(
      "Whether Cloud Run's services and jobs must ask also where the stack declares no Binary Authorization policy.",
    ),
});

/** A service or job asks the project's policy, or one of its own. */
function asks({ props }: Subject): Finding | undefined {
  const place = props.at("binaryAuthorization");
  return place.at("useDefault").flag() === true || place.at("policy").text()
    ? undefined
    : violation(place, "asks nobody whether an image may run");
}

export const binaryAuthorizationAsked: Policy = {
  id: "binary-authorization-asked",
  title: "What runs images must ask whether they may run.",
  severity: "medium",
  level: "mandatory",
  why: "Whoever comes by a pipeline's or a person's account could otherwise run any image from anywhere.",
  fix: 'Set binaryAuthorization.evaluationMode of a GKE cluster to "PROJECT_SINGLETON_POLICY_ENFORCE"; binaryAuthorization.useDefault of a Cloud Run service or job.',
  example: declared(
    "container.Cluster",
    'binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" }',
  ),
  frameworks: { "cis-gke": ["5.10.4", "5.1.4"], owasp: ["A08"] },
  settings,
  types: [GKE_CLUSTER, CLOUD_RUN_SERVICE, CLOUD_RUN_JOB, ADMISSION_POLICY],
  check: (resource, context) => {
    if (resource.type === GKE_CLUSTER) {
      const place = resource.props.at("binaryAuthorization");
      const mode = place.at("evaluationMode");
      // The field's older form, in programs of former versions of the provider.
      const asked = mode.present ? mode.text() !== "DISABLED" : place.at("enabled").flag() === true;
      return asked
        ? []
        : adviceOutsideProduction(resource, [
            violation(mode, `is ${mode.present ? mode.quote() : "not set"}: any image may run`),
          ]);
    }
    if (resource.type === ADMISSION_POLICY || !context.settings(settings).everywhere) return [];
    return adviceOutsideProduction(
      resource,
      parts(() => asks(resource)),
    );
  },
  // Where a stack says which images may run in its project, what it runs there must ask.
  checkStack: (stack, context) => {
    if (context.settings(settings).everywhere || stack.ofType(ADMISSION_POLICY).length === 0) return [];
    const projects = new Set(stack.ofType(ADMISSION_POLICY).map(({ props }) => props.at("project").text()));
    return each(
      [CLOUD_RUN_SERVICE, CLOUD_RUN_JOB].flatMap((type) => stack.ofType(type)),
      (resource) => (projects.has(resource.props.at("project").text()) ? asks(resource) : undefined),
    );
  },
};

/** What is wrong with one rule of what may run. */
function checkRule(rule: Property): readonly Finding[] {
  return parts(
    () => {
      const mode = rule.at("evaluationMode");
      if (mode.text() === "ALWAYS_ALLOW") return violation(mode, 'is "ALWAYS_ALLOW": any image may run');
      const attestors = rule.at("requireAttestationsBies");
      return mode.text() === "REQUIRE_ATTESTATION" && attestors.items().length === 0
        ? violation(attestors, "names nobody who attests, so nothing is asked for")
        : undefined;
    },
    () => {
      const mode = rule.at("enforcementMode");
      return mode.text() === "DRYRUN_AUDIT_LOG_ONLY"
        ? violation(mode, `is ${mode.quote()}: what may not run runs all the same`)
        : undefined;
    },
  );
}

export const admissionPolicyRefuses: Policy = {
  id: "admission-policy-refuses",
  title: "A Binary Authorization policy must refuse images that nobody attested.",
  severity: "high",
  level: "mandatory",
  why: "A policy that allows everything, or only writes a log, looks like a lock and is none.",
  fix: 'Set evaluationMode to "REQUIRE_ATTESTATION" with attestors, and enforcementMode to "ENFORCED_BLOCK_AND_AUDIT_LOG"; list single repositories in admissionWhitelistPatterns.',
  example: declared(
    "binaryauthorization.Policy",
    `defaultAdmissionRule: {
  evaluationMode: "REQUIRE_ATTESTATION",
  enforcementMode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
  requireAttestationsBies: ["projects/shop/attestors/pipeline"],
}`,
  ),
  frameworks: { "cis-gke": ["5.1.4", "5.10.4"], owasp: ["A08"] },
  types: [ADMISSION_POLICY],
  check: (policy) =>
    adviceOutsideProduction(
      policy,
      parts(
        () => checkRule(policy.props.at("defaultAdmissionRule")),
        () => each(policy.props.at("clusterAdmissionRules").items(), checkRule),
        () =>
          each(policy.props.at("admissionWhitelistPatterns").items(), (entry) => {
            const pattern = entry.at("namePattern");
            return /^\*+(\/\*+)*$/.test(pattern.text() ?? "")
              ? violation(pattern, `is ${pattern.quote()}: any image may run`)
              : undefined;
          }),
      ),
    ),
};
