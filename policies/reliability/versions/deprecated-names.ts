import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { POD_TYPES, podSpec, podTemplate } from "../../kubernetes.ts";
import { INGRESS, KUBERNETES_SERVICE, PERSISTENT_VOLUME_CLAIM } from "../../types.ts";

/** A name that went out of use. */
interface FormerName {
  /** Exact, or how it begins where it ends in `/`. */
  readonly name: string;
  readonly now: string;
  /** Since when it does nothing at all; absent where it still works. */
  readonly deadSince?: string;
}

/** Annotations (Kubernetes' page "Well-Known Labels, Annotations and Taints", and its changelogs). */
const ANNOTATIONS: readonly FormerName[] = [
  {
    name: "seccomp.security.alpha.kubernetes.io/pod",
    now: "securityContext.seccompProfile",
    deadSince: "1.27",
  },
  {
    name: "container.seccomp.security.alpha.kubernetes.io/",
    now: "the container's securityContext.seccompProfile",
    deadSince: "1.27",
  },
  {
    name: "container.apparmor.security.beta.kubernetes.io/",
    now: "the container's securityContext.appArmorProfile",
  },
  {
    name: "scheduler.alpha.kubernetes.io/critical-pod",
    now: "priorityClassName",
    deadSince: "1.16",
  },
  { name: "kubernetes.io/ingress.class", now: "spec.ingressClassName" },
  { name: "volume.beta.kubernetes.io/storage-class", now: "spec.storageClassName" },
  {
    name: "service.alpha.kubernetes.io/tolerate-unready-endpoints",
    now: "spec.publishNotReadyAddresses",
  },
];

/** Labels of nodes that pods choose them by (same page). */
const NODE_LABELS: readonly FormerName[] = [
  { name: "beta.kubernetes.io/arch", now: "kubernetes.io/arch" },
  { name: "beta.kubernetes.io/os", now: "kubernetes.io/os" },
  { name: "beta.kubernetes.io/instance-type", now: "node.kubernetes.io/instance-type" },
  { name: "failure-domain.beta.kubernetes.io/zone", now: "topology.kubernetes.io/zone" },
  { name: "failure-domain.beta.kubernetes.io/region", now: "topology.kubernetes.io/region" },
  {
    name: "node-role.kubernetes.io/master",
    now: "node-role.kubernetes.io/control-plane",
  },
];

function former(list: readonly FormerName[], name: string): FormerName | undefined {
  return list.find((one) => (one.name.endsWith("/") ? name.startsWith(one.name) : name === one.name));
}

function said(at: Property, name: string, found: FormerName | undefined): Finding | undefined {
  if (found === undefined) return undefined;
  const { deadSince, now } = found;
  if (deadSince !== undefined)
    return violation(at, `(${name}) does nothing since Kubernetes ${deadSince}: write ${now}`);
  return { ...violation(at, `(${name}) is out of use: write ${now}`), level: "advisory" };
}

/** GKE's own controller knows an Ingress by its annotation alone, and takes no class (GKE's documentation of Ingress, 2026). */
function isGkes(resource: Subject, name: string, value: Property): boolean {
  return (
    resource.type === INGRESS &&
    name === "kubernetes.io/ingress.class" &&
    ["gce", "gce-internal"].includes(value.text() ?? "")
  );
}

function annotations(resource: Subject, at: Property): Finding[] {
  return each(at.entries(), ([name, value]) =>
    isGkes(resource, name, value) ? undefined : said(value, name, former(ANNOTATIONS, name)),
  );
}

/** Labels of nodes that a pod asks for, and where. */
function nodeLabels(spec: Property): (readonly [at: Property, label: string | undefined])[] {
  const near = spec.at("affinity", "nodeAffinity");
  const terms = [
    ...near.at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").items(),
    ...near
      .at("preferredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((one) => one.at("preference")),
  ];
  const expressions = terms.flatMap((term) => term.at("matchExpressions").items());
  return [
    ...spec
      .at("nodeSelector")
      .entries()
      .map(([label, at]) => [at, label] as const),
    ...expressions.map((one) => [one.at("key"), one.at("key").text()] as const),
    ...spec
      .at("topologySpreadConstraints")
      .items()
      .map((one) => [one.at("topologyKey"), one.at("topologyKey").text()] as const),
  ];
}

function ofPods(resource: Subject): Finding[] {
  const spec = podSpec(resource);
  return parts(
    () => annotations(resource, podTemplate(resource).at("metadata", "annotations")),
    () => {
      const account = spec.at("serviceAccount");
      return account.present && !spec.at("serviceAccountName").present
        ? {
            ...violation(account, "is out of use: write serviceAccountName"),
            level: "advisory" as const,
          }
        : undefined;
    },
    () => each(nodeLabels(spec), ([at, label]) => said(at, label ?? "", former(NODE_LABELS, label ?? ""))),
    () =>
      each(spec.at("volumes").items(), (volume) =>
        volume.at("gitRepo").present
          ? violation(
              volume.at("gitRepo"),
              "is out of use, and clusters refuse it: clone in an initContainer",
            )
          : undefined,
      ),
  );
}

export const namesInUse: Policy = {
  id: "names-in-use",
  title: "An object must not rely on annotations, labels and fields that went out of use.",
  severity: "medium",
  level: "mandatory",
  why: "An annotation that nobody reads any more protects nothing: a seccomp profile, a class of Ingress. It fails without a word.",
  fix: "Write what took its place.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      serviceAccountName: api
      nodeSelector: { kubernetes.io/arch: amd64 }
      securityContext:
        seccompProfile: { type: RuntimeDefault }`,
  },
  types: [...POD_TYPES, INGRESS, KUBERNETES_SERVICE, PERSISTENT_VOLUME_CLAIM],
  check: (resource) => {
    const isPods = (POD_TYPES as readonly string[]).includes(resource.type);
    return parts(
      () => (isPods ? ofPods(resource) : undefined),
      () => annotations(resource, resource.props.at("metadata", "annotations")),
    );
  },
};
