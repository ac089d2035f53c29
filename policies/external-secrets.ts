import type { Subject } from "./core/policy.ts";
import type { Property } from "./core/property.ts";

const VERSIONS = ["v1", "v1beta1"];

/** What asks the External Secrets operator to bring secrets: for one namespace, and for several. */
export const EXTERNAL_SECRETS = ["ExternalSecret", "ClusterExternalSecret"].flatMap((kind) =>
  VERSIONS.map((version) => `kubernetes:external-secrets.io/${version}:${kind}`),
);

/** The stores that they bring them from: one namespace's, and the cluster's. */
export const SECRET_STORES = VERSIONS.map(
  (version) => `kubernetes:external-secrets.io/${version}:SecretStore`,
);
export const CLUSTER_SECRET_STORES = VERSIONS.map(
  (version) => `kubernetes:external-secrets.io/${version}:ClusterSecretStore`,
);

function specOf({ type, props }: Subject): Property {
  return type.endsWith(":ClusterExternalSecret") ? props.at("spec", "externalSecretSpec") : props.at("spec");
}

/** Where an external secret names one of the store's: `key` and `version` lie below. What is generated is named nowhere. */
export function remoteReferences(external: Subject): Property[] {
  const spec = specOf(external);
  const single = spec
    .at("data")
    .items()
    .map((item) => item.at("remoteRef"));
  const whole = spec
    .at("dataFrom")
    .items()
    .map((item) => item.at("extract"))
    .filter((extract) => extract.present);
  return [...single, ...whole];
}

/** Where an external secret takes whatever the store has of a name or tag. */
export function searches(external: Subject): Property[] {
  return specOf(external)
    .at("dataFrom")
    .items()
    .map((item) => item.at("find"))
    .filter((find) => find.present);
}
