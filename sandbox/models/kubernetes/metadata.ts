import type { Rule } from "../model.ts";
import { pattern } from "../rules.ts";
import type { KubernetesType } from "./declared.ts";
import {
  annotations,
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  isQualifiedName,
  labels,
  pathSegment,
} from "./names.ts";
import type { Place } from "./place.ts";

/** Rules of names that differ from those of most kinds. */
const nameRules: Readonly<Record<string, Rule>> = {
  "/Namespace": dnsLabel,
  "/Service": dns1035Label,
  "batch/CronJob": pattern(
    /^(?=.{1,52}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "a name of 1 to 52 small letters, digits, `-` and `.`: each of its jobs gets 11 characters more",
  ),
  "rbac.authorization.k8s.io/Role": pathSegment,
  "rbac.authorization.k8s.io/ClusterRole": pathSegment,
  "rbac.authorization.k8s.io/RoleBinding": pathSegment,
  "rbac.authorization.k8s.io/ClusterRoleBinding": pathSegment,
};

/** What every object's metadata must be. */
export function metadata(place: Place, type: KubernetesType, isApart: boolean, isTyped: boolean): void {
  if (place.isUnknown) return;
  const rule = nameRules[`${type.group}/${type.kind}`] ?? dnsSubdomain;
  place.at("name").follow(rule);
  if (type.isPatch) place.at("name").need();
  const prefix = place.at("generateName");
  if (prefix.text) rule(prefix.text.replace(/-+$/, "x"), (reason) => prefix.refuse(reason));
  const namespace = place.at("namespace").follow(dnsLabel);
  // Of a definition that isn't ours only the cluster knows for sure.
  if (!isApart && isTyped && namespace.isSet && !namespace.isEmpty)
    namespace.fail(`must not be given: a ${type.kind} lies in no namespace`, namespace.value);
  place.at("labels").follow(labels);
  place.at("annotations").follow(annotations);
  for (const finalizer of place.at("finalizers").items)
    if (finalizer.text !== undefined && !isQualifiedName(finalizer.text))
      finalizer.refuse("must be `prefix/name`");
}

/** Kubernetes itself has no fractions: reports each number in an object that isn't whole. */
export function wholeNumbers(place: Place): void {
  if (place.number !== undefined && !Number.isInteger(place.number)) place.refuse("must be a whole number");
  for (const item of place.items) wholeNumbers(item);
  for (const [, field] of place.entries) wholeNumbers(field);
}
