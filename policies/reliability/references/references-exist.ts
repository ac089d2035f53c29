import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { type Property, quoted } from "../../core/property.ts";
import { allContainers, namespaceOf, POD_TYPES, podSpec, serviceAccountOf } from "../../kubernetes.ts";
import { AUTOSCALERS, once } from "../../kubernetes-stack.ts";
import {
  CONFIG_MAP,
  KUBERNETES_SERVICE,
  NAMESPACE,
  PERSISTENT_VOLUME_CLAIM,
  SERVICE_ACCOUNT,
  STATEFUL_SET,
} from "../../types.ts";
import { declaredNamespaces } from "../declared.ts";
import { directoryOf } from "./pods.ts";

/** What a reference is to: how messages call it, and where such objects are. */
interface Kind {
  readonly name: string;
  readonly of: ReturnType<typeof directoryOf>;
}

const kind = (name: string, type: string): Kind => ({ name, of: directoryOf((one) => one === type) });
const CONFIG = kind("ConfigMap", CONFIG_MAP);
const ACCOUNT = kind("ServiceAccount", SERVICE_ACCOUNT);
const CLAIM = kind("PersistentVolumeClaim", PERSISTENT_VOLUME_CLAIM);
const SERVICE = kind("Service", KUBERNETES_SERVICE);

/** What a cluster, or a mesh in it, puts into every namespace. */
const GIVEN = new Set([
  "ConfigMap/kube-root-ca.crt",
  "ConfigMap/openshift-service-ca.crt",
  "ConfigMap/istio-ca-root-cert",
  "ConfigMap/linkerd-identity-trust-roots",
  "ServiceAccount/default",
]);

function look(stack: Stack, kind: Kind, namespace: string, name: Property): Finding | undefined {
  const wanted = name.text();
  if (wanted === undefined || wanted === "" || GIVEN.has(`${kind.name}/${wanted}`)) return undefined;
  if (!declaredNamespaces(stack).has(namespace)) return undefined;
  const { byName, unread } = kind.of(stack);
  if (byName.has(`${namespace}/${wanted}`)) return undefined;
  if (unread[0] !== undefined) throw unread[0];
  return violation(name, `is ${name.quote()}, and ${quoted(namespace)} has no ${kind.name} of that name`);
}

/** A reference that may come to nothing is none. */
function required(references: readonly Property[]): Property[] {
  return references.filter((one) => one.present && one.at("optional").flag() !== true);
}

/** Where pods name ConfigMaps. */
function configMaps(resource: Subject): Property[] {
  const volumes = podSpec(resource).at("volumes").items();
  const projected = volumes.flatMap((volume) => volume.at("projected", "sources").items());
  const containers = allContainers(resource);
  return required([
    ...[...volumes, ...projected].map((volume) => volume.at("configMap")),
    ...containers.flatMap((container) =>
      container
        .at("envFrom")
        .items()
        .map((source) => source.at("configMapRef")),
    ),
    ...containers.flatMap((container) =>
      container
        .at("env")
        .items()
        .map((variable) => variable.at("valueFrom", "configMapKeyRef")),
    ),
  ]).map((reference) => reference.at("name"));
}

const EXAMPLE = {
  yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: shop
spec:
  template:
    spec:
      serviceAccountName: api
      containers:
        - name: api
          envFrom:
            - configMapRef: { name: api }`,
} as const;

const WHY =
  "A pod that names what is not there never starts: it waits, and the rollout stands still until its deadline.";
const FIX = "Declare it in the same namespace, or mend the name. What another stack declares is left alone.";

const podMakers = once((stack: Stack) => POD_TYPES.flatMap((type) => stack.ofType(type)));

export const configMapExists: Policy = {
  id: "config-map-exists",
  title: "A ConfigMap that pods name must be there.",
  severity: "high",
  level: "mandatory",
  why: WHY,
  fix: FIX,
  example: EXAMPLE,
  types: [...POD_TYPES, CONFIG_MAP, NAMESPACE],
  checkStack: (stack) =>
    each(podMakers(stack), (resource) =>
      each(configMaps(resource), (name) => look(stack, CONFIG, namespaceOf(resource), name)),
    ),
};

export const serviceAccountExists: Policy = {
  id: "service-account-exists",
  title: "The ServiceAccount that pods run as must be there.",
  severity: "high",
  level: "mandatory",
  why: "The API server refuses a pod whose ServiceAccount is not there: the rollout stands still with no pod of it.",
  fix: FIX,
  example: EXAMPLE,
  types: [...POD_TYPES, SERVICE_ACCOUNT, NAMESPACE],
  checkStack: (stack) =>
    each(podMakers(stack), (resource) =>
      look(stack, ACCOUNT, namespaceOf(resource), serviceAccountOf(resource).at),
    ),
};

export const volumeClaimExists: Policy = {
  id: "volume-claim-exists",
  title: "A PersistentVolumeClaim that pods name must be there.",
  severity: "high",
  level: "mandatory",
  why: WHY,
  fix: FIX,
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: shop
spec:
  template:
    spec:
      volumes:
        - name: data
          persistentVolumeClaim: { claimName: data }`,
  },
  types: [...POD_TYPES, PERSISTENT_VOLUME_CLAIM, NAMESPACE],
  checkStack: (stack) =>
    each(podMakers(stack), (resource) =>
      each(podSpec(resource).at("volumes").items(), (volume) =>
        look(stack, CLAIM, namespaceOf(resource), volume.at("persistentVolumeClaim", "claimName")),
      ),
    ),
};

export const statefulSetHasService: Policy = {
  id: "stateful-set-has-service",
  title: "The Service by which a StatefulSet's members find each other must be there.",
  severity: "medium",
  level: "mandatory",
  why: "Without it no member has a name of its own: those that replicate by name never find each other.",
  fix: "Declare the Service that spec.serviceName says, with clusterIP None.",
  example: {
    yaml: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  namespace: shop
spec:
  serviceName: store`,
  },
  types: [STATEFUL_SET, KUBERNETES_SERVICE, NAMESPACE],
  checkStack: (stack) =>
    each(stack.ofType(STATEFUL_SET), (set) =>
      look(stack, SERVICE, namespaceOf(set), set.props.at("spec", "serviceName")),
    ),
};

/** Kinds that an autoscaler may scale, and that a stack would declare itself. */
const SCALED: Readonly<Record<string, string>> = {
  Deployment: "kubernetes:apps/v1:Deployment",
  StatefulSet: "kubernetes:apps/v1:StatefulSet",
  ReplicaSet: "kubernetes:apps/v1:ReplicaSet",
};
const SCALED_KINDS = new Map(Object.entries(SCALED).map(([name, type]) => [name, kind(name, type)]));

export const scaleTargetExists: Policy = {
  id: "scale-target-exists",
  title: "What an autoscaler scales must be there.",
  severity: "high",
  level: "mandatory",
  why: "An autoscaler whose target has another name scales nothing, and says so only in its own status.",
  fix: "Write the kind and the name of the workload into scaleTargetRef.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  namespace: shop
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }`,
  },
  requirements: ["OS-01"],
  types: [...AUTOSCALERS, ...Object.values(SCALED), NAMESPACE],
  checkStack: (stack) =>
    each(
      AUTOSCALERS.flatMap((type) => stack.ofType(type)),
      (scaler) => {
        const target = scaler.props.at("spec", "scaleTargetRef");
        const found = SCALED_KINDS.get(target.at("kind").text() ?? "Deployment");
        return found === undefined ? undefined : look(stack, found, namespaceOf(scaler), target.at("name"));
      },
    ),
};
