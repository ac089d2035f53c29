import { each, parts, violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import { membersOf } from "./iam.ts";

const PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const GRANTS = ["Member", "Binding", "Policy"].map((kind) => `gcp:serviceaccount/iAM${kind}:IAM${kind}`);
const GITHUB = "token.actions.githubusercontent.com";

function provider({ props }: Subject) {
  const condition = props.at("attributeCondition");
  return parts(() => {
    const text = condition.text()?.trim() ?? "";
    if (text === "") return violation(condition, "is not set: anyone whom the issuer knows is let in");
    if (!/assertion|attribute|google\./.test(text)) {
      return violation(condition, "asks nothing about who comes: anyone whom the issuer knows is let in");
    }
    const github = props.at("oidc", "issuerUri").text()?.includes(GITHUB) ?? false;
    return github && !/repository|sub\b|subject/.test(text)
      ? violation(condition, "names no repository or owner: every workflow on GitHub that meets it is let in")
      : undefined;
  });
}

/** A member that stands for everyone in a pool, whatever repository they come from. */
const WHOLE_POOL = /^principalSet:\/\/iam\.googleapis\.com\/.*\/workloadIdentityPools\/[^/]+\/\*$/;

export const ciTrust: Policy = {
  id: "ci-trust",
  title: "A federated identity must be let in only from where it belongs.",
  severity: "critical",
  level: "mandatory",
  why: "GitHub signs tokens for everyone: without a condition on the repository, every workflow in the world may become this account.",
  fix: "Set attributeCondition, such as assertion.repository_id == '123456', and grant to principalSet://…/attribute.repository/OWNER/NAME.",
  requirements: ["EA-08"],
  example: {
    typescript: `new gcp.iam.WorkloadIdentityPoolProvider("github", {
  workloadIdentityPoolId: "ci",
  workloadIdentityPoolProviderId: "github",
  oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
  attributeMapping: { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" },
  attributeCondition: "assertion.repository_id == '123456'",
});`,
  },
  frameworks: { "cis-gcp": ["1.4"], owasp: ["A07"] },
  types: [PROVIDER, ...GRANTS],
  check: (resource) =>
    resource.type === PROVIDER
      ? provider(resource)
      : each(membersOf(resource), (read) => {
          const grant = read();
          return grant !== undefined && WHOLE_POOL.test(grant.member)
            ? violation(grant.at, "lets everyone in the workload identity pool become this account")
            : undefined;
        }),
};
