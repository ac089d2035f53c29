import { violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import { KUBERNETES_SECRET } from "../../types.ts";

/** A Secret that the cluster fills with a token which never expires. */
const TOKEN = "kubernetes.io/service-account-token";

function checkSecret({ props }: Subject) {
  const type = props.at("type");
  return type.text() === TOKEN
    ? [violation(type, `is ${type.quote()}: the cluster puts a token into it that never expires`)]
    : [];
}

export const noServiceAccountKey: Policy = {
  id: "no-service-account-key",
  title: "There must be no key of a service account.",
  severity: "critical",
  level: "mandatory",
  why: "A key is a password that does not expire: whoever has the file is the account, from anywhere.",
  fix: "Attach the service account to what runs on Google Cloud; let everything else, such as CI, come by workload identity federation. In Kubernetes mount a projected token, or ask for one with `kubectl create token`.",
  requirements: ["EA-08"],
  example: {
    typescript: `new gcp.serviceaccount.IAMMember("ci", {
  serviceAccountId: "projects/shop/serviceAccounts/deployer@shop.iam.gserviceaccount.com",
  role: "roles/iam.workloadIdentityUser",
  member: "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/attribute.repository/shop/shop",
});`,
  },
  frameworks: { "cis-gcp": ["1.4", "1.7"], owasp: ["A07"] },
  types: ["gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey", KUBERNETES_SECRET],
  check: (resource) => {
    if (resource.type === KUBERNETES_SECRET) return checkSecret(resource);
    const kind = resource.type.endsWith(":Key") ? "a key" : "an HMAC key";
    return [{ message: `${kind} of a service account is created` }];
  },
};
