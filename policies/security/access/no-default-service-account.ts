import { CONTAINER_TYPES, instanceTemplate } from "../../cloud-run.ts";
import { violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { POD_TYPES, serviceAccountOf } from "../../kubernetes.ts";

/** The accounts that Google makes by itself, usually with the role editor. */
const DEFAULT_ACCOUNT = /(-compute@developer|@appspot)\.gserviceaccount\.com$/;

function checkInstances(resource: Subject): readonly Finding[] {
  const account = instanceTemplate(resource).at("serviceAccount");
  const email = account.text() ?? "";
  if (email === "") return [violation(account, "is not set: it would run as the default service account")];
  return DEFAULT_ACCOUNT.test(email)
    ? [violation(account, `is ${account.quote()}, a default service account`)]
    : [];
}

function checkPods(resource: Subject): readonly Finding[] {
  const { name, at } = serviceAccountOf(resource);
  if (name !== "default") return [];
  return [
    violation(
      at,
      `is ${at.present ? at.quote() : "not set"}: pods would run as the namespace's default account`,
    ),
  ];
}

export const noDefaultServiceAccount: Policy = {
  id: "no-default-service-account",
  title: "Nothing may run as a default service account.",
  severity: "high",
  level: "mandatory",
  why: "The default accounts are shared by everything in the project, and most have the role editor; a namespace's is shared by all of its pods.",
  fix: "Make a service account for it, with the roles that it needs, and name it in template.serviceAccount (in Kubernetes serviceAccountName).",
  requirements: ["EA-03"],
  types: [...CONTAINER_TYPES, ...POD_TYPES],
  check: (resource) =>
    resource.type.startsWith("kubernetes:") ? checkPods(resource) : checkInstances(resource),
};
