import type { Policy } from "../core/policy.ts";

export const noServiceAccountKey: Policy = {
  id: "no-service-account-key",
  title: "There must be no key of a service account.",
  severity: "critical",
  level: "mandatory",
  why: "A key is a password that does not expire: whoever has the file is the account, from anywhere.",
  fix: "Attach the service account to what runs on Google Cloud; let everything else, such as CI, come by workload identity federation.",
  requirements: ["EA-08"],
  types: ["gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey"],
  check: (resource) => [
    {
      message: resource.type.endsWith(":Key")
        ? "a key of a service account is created"
        : "an HMAC key of a service account is created",
    },
  ],
};
