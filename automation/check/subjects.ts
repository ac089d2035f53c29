import type { PolicyResource } from "../../policies/core/policy.ts";
import { collectTexts, type KnownTexts, secretWire, type Wire, type WireMap } from "../plan/wire.ts";
import type { ManifestObject } from "./objects.ts";

/** Versions that some kinds had before the one that policies know; no cluster since 1.26 has any of them. */
const FORMER: Readonly<Record<string, { readonly now: string; readonly groups: readonly string[] }>> = {
  Deployment: { now: "apps/v1", groups: ["extensions", "apps"] },
  ReplicaSet: { now: "apps/v1", groups: ["extensions", "apps"] },
  DaemonSet: { now: "apps/v1", groups: ["extensions", "apps"] },
  StatefulSet: { now: "apps/v1", groups: ["apps"] },
  CronJob: { now: "batch/v1", groups: ["batch"] },
  PodDisruptionBudget: { now: "policy/v1", groups: ["policy"] },
  HorizontalPodAutoscaler: { now: "autoscaling/v2", groups: ["autoscaling"] },
  NetworkPolicy: { now: "networking.k8s.io/v1", groups: ["extensions"] },
  Ingress: { now: "networking.k8s.io/v1", groups: ["extensions", "networking.k8s.io"] },
  RoleBinding: { now: "rbac.authorization.k8s.io/v1", groups: ["rbac.authorization.k8s.io"] },
  ClusterRoleBinding: { now: "rbac.authorization.k8s.io/v1", groups: ["rbac.authorization.k8s.io"] },
};

/** The version that an object of a version which is gone is judged by; undefined where its own is current, or unknown. */
export function successorOf({ apiVersion, kind }: ManifestObject): string | undefined {
  const former = Object.hasOwn(FORMER, kind) ? FORMER[kind] : undefined;
  const [group = "", version = ""] = apiVersion.split("/");
  return former?.groups.includes(group) && /^v\d+(alpha|beta)\d+$/.test(version) ? former.now : undefined;
}

/** Pulumi's token of an object's type. The kinds without a group are `core` there. */
function tokenOf(object: ManifestObject): string {
  const apiVersion = successorOf(object) ?? object.apiVersion;
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${object.kind}`;
}

/** Stands in a URN for the stack where nobody says what manifests are for: policies take it for production. */
const UNSTATED = "manifests";

/** Something like a URN for what no stack holds: stable, readable, and with the file in it. */
export function urnOf(object: ManifestObject, environment: string = UNSTATED): string {
  return `${fileUrn(object.document.source.file, environment, tokenOf(object))}${nameOf(object)}`;
}

/** What stands for a file in the tree of what was checked. */
export function fileUrn(file: string, environment: string = UNSTATED, type = "file"): string {
  return `urn:kubernetes:${environment}::${file.replaceAll("::", "%3A%3A")}::${type}::`;
}

function nameOf({ namespace, name }: ManifestObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** An object as packs read it. Its secrets are marked as such, and become known to `texts`. */
export function subjectOf(object: ManifestObject, urn: string, texts: KnownTexts): PolicyResource {
  const props =
    object.kind === "Secret" ? withMarkedData(object.value as WireMap, texts) : (object.value as WireMap);
  collectTexts(props, texts);
  return { urn, type: tokenOf(object), name: nameOf(object), props };
}

/** Where kubectl keeps the whole object as it was applied, data and all. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** A Secret with its data marked; in messages neither its encoded nor its plain form may stand. */
function withMarkedData(secret: WireMap, texts: KnownTexts): WireMap {
  const marked: Record<string, Wire> = { ...secret };
  for (const field of ["data", "stringData"]) {
    const data = mapOf(secret[field]);
    if (data === undefined) {
      if (secret[field] !== undefined && secret[field] !== null) marked[field] = secretWire(secret[field]);
      continue;
    }
    for (const value of Object.values(data)) {
      if (typeof value === "string" && field === "data")
        texts.secret.add(Buffer.from(value, "base64").toString("utf8"));
    }
    marked[field] = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, secretWire(value)]));
  }
  const metadata = mapOf(secret.metadata);
  const annotations = mapOf(metadata?.annotations);
  const applied = annotations?.[LAST_APPLIED];
  if (applied !== undefined) {
    marked.metadata = { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: secretWire(applied) } };
  }
  return marked;
}

function mapOf(value: Wire | undefined): WireMap | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as WireMap)
    : undefined;
}
