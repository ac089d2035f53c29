import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { CLUSTER_SECRET_STORES, SECRET_STORES } from "../../external-secrets.ts";

/** Where each kind of store names a password or key that lies in the cluster. */
const STATIC = [
  ["gcpsm", "auth", "secretRef"],
  ["aws", "auth", "secretRef"],
  ["azurekv", "authSecretRef"],
  ["vault", "auth", "tokenSecretRef"],
  ["vault", "auth", "userPass"],
  ["vault", "auth", "appRole"],
];

export const storeByIdentity: Policy = {
  id: "store-by-identity",
  title: "A cluster must come to its secret store by its identity, with no key.",
  severity: "high",
  level: "mandatory",
  why: "A key that lies in the cluster opens the whole store, from anywhere, until somebody thinks of changing it.",
  fix: "Let the operator come as a service account: workloadIdentity on Google Cloud, jwt on AWS, WorkloadIdentity on Azure, kubernetes or jwt with Vault.",
  example: {
    yaml: `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: api, namespace: shop }
spec:
  provider:
    gcpsm:
      projectID: shop
      auth:
        workloadIdentity:
          serviceAccountRef: { name: api }`,
  },
  frameworks: { "cis-kubernetes": ["5.4.2"], "owasp-kubernetes": ["K08"] },
  requirements: ["EA-08"],
  types: [...SECRET_STORES, ...CLUSTER_SECRET_STORES],
  check: ({ props }) =>
    each(STATIC, (path) => {
      const key = props.at("spec", "provider", ...path);
      return key.present ? violation(key, "is a key that lies in the cluster") : undefined;
    }),
};

export const storeForNamespaces: Policy = {
  id: "store-for-namespaces",
  title: "A secret store of the cluster must say which namespaces may use it.",
  severity: "high",
  level: "mandatory",
  why: "Otherwise whoever may create an ExternalSecret in any namespace reads every secret of the store.",
  fix: "State spec.conditions with the namespaces, or declare a SecretStore in each.",
  example: {
    yaml: `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: { name: shop }
spec:
  conditions:
    - namespaces: [shop]
  provider:
    gcpsm: { projectID: shop }`,
  },
  frameworks: { "owasp-kubernetes": ["K08"] },
  requirements: ["EA-06"],
  types: CLUSTER_SECRET_STORES,
  check: ({ props }) => {
    const conditions = props.at("spec", "conditions");
    return conditions.items().length > 0
      ? []
      : [violation(conditions, "is not set: every namespace reads every secret of the store")];
  },
};
