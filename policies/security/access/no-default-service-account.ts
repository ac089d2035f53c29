import { CONTAINER_TYPES, instanceTemplate } from "../../cloud-run.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { POD_TYPES, serviceAccountOf } from "../../kubernetes.ts";
import {
  CLOUD_RUN_SERVICE_V1,
  FUNCTION,
  FUNCTION_V1,
  GKE_CLUSTER,
  MACHINES,
  NODE_POOL,
} from "../../types.ts";
import { isAutopilot, nodePools } from "../exposure/gke.ts";
import { declared } from "../field.ts";

/** The accounts that Google makes by itself, usually with the role editor. */
const DEFAULT_ACCOUNT = /(-compute@developer|@appspot)\.gserviceaccount\.com$/;

/** Where a resource of Google Cloud names the accounts that it runs as. */
function accountsOf(resource: Subject): readonly Property[] {
  const { type, props } = resource;
  if (type === FUNCTION) return [props.at("serviceConfig", "serviceAccountEmail")];
  if (type === CLOUD_RUN_SERVICE_V1) return [props.at("template", "spec", "serviceAccountName")];
  if (type === FUNCTION_V1) return [props.at("serviceAccountEmail")];
  // A machine that names no account at all has none.
  if (MACHINES.includes(type))
    return props.at("serviceAccount").present ? [props.at("serviceAccount", "email")] : [];
  if (type === GKE_CLUSTER && isAutopilot(resource))
    return [props.at("clusterAutoscaling", "autoProvisioningDefaults", "serviceAccount")];
  if (type === GKE_CLUSTER || type === NODE_POOL)
    return nodePools(resource).map((pool) => pool.at("nodeConfig", "serviceAccount"));
  return [instanceTemplate(resource).at("serviceAccount")];
}

function checkAccount(account: Property): readonly Finding[] {
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
  example: declared(
    "cloudrunv2.Service",
    'location: "us-east1", template: { serviceAccount: "api@shop.iam.gserviceaccount.com" }',
  ),
  frameworks: { "cis-gcp": ["4.1", "4.2"], "cis-gke": ["5.2.1"], "cis-kubernetes": ["5.1.5"] },
  types: [
    ...CONTAINER_TYPES,
    CLOUD_RUN_SERVICE_V1,
    ...POD_TYPES,
    ...MACHINES,
    GKE_CLUSTER,
    NODE_POOL,
    FUNCTION,
    FUNCTION_V1,
  ],
  check: (resource) =>
    resource.type.startsWith("kubernetes:") ? checkPods(resource) : each(accountsOf(resource), checkAccount),
};
