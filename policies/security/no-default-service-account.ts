import { CONTAINER_TYPES, instanceTemplate } from "../cloud-run.ts";
import { violation } from "../core/finding.ts";
import type { Policy } from "../core/policy.ts";

/** The accounts that Google makes by itself, usually with the role editor. */
const DEFAULT_ACCOUNT = /(-compute@developer|@appspot)\.gserviceaccount\.com$/;

export const noDefaultServiceAccount: Policy = {
  id: "no-default-service-account",
  title: "Nothing may run as a default service account.",
  severity: "high",
  level: "mandatory",
  why: "The default accounts are shared by everything in the project, and most have the role editor.",
  fix: "Make a service account for it, with the roles that it needs, and name it in template.serviceAccount.",
  requirements: ["EA-03"],
  types: CONTAINER_TYPES,
  check: (resource) => {
    const account = instanceTemplate(resource).at("serviceAccount");
    const email = account.text() ?? "";
    if (email === "") return [violation(account, "is not set: it would run as the default service account")];
    return DEFAULT_ACCOUNT.test(email)
      ? [violation(account, `is ${account.quote()}, a default service account`)]
      : [];
  },
};
