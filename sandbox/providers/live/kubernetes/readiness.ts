import { isObject, type Properties, valueAt } from "../../../models/values.ts";
import type { KubernetesClient } from "./client.ts";
import { conditionsReason, endpointsReason, podsReasons } from "./reasons.ts";

/** How far an object is. */
export type Readiness =
  | { readonly state: "ready" }
  /** It may become ready: what it waits for. */
  | { readonly state: "waiting"; readonly reasons: readonly string[] }
  /** It will not become ready by itself. */
  | { readonly state: "failed"; readonly reasons: readonly string[] };

/** What looking at an object needs. */
export interface Look {
  readonly client: KubernetesClient;
  /** Whether something in the cluster gives load balancers and ingresses their addresses. */
  readonly givesAddresses: boolean;
  readonly signal: AbortSignal;
}

/** Looks whether a live object is ready. */
export type ReadinessLook = (live: Properties, look: Look) => Promise<Readiness>;

const ready: Readiness = { state: "ready" };
const waiting = (...reasons: readonly string[]): Readiness => ({ state: "waiting", reasons });

function count(live: Properties, ...path: readonly string[]): number {
  const value = valueAt(live, ...path);
  return typeof value === "number" ? value : 0;
}

/** The condition of this type. */
export function condition(live: Properties, type: string): Properties | undefined {
  const conditions = valueAt(live, "status", "conditions");
  return Array.isArray(conditions) ? conditions.filter(isObject).find((one) => one.type === type) : undefined;
}

function isObserved(live: Properties): boolean {
  return count(live, "status", "observedGeneration") >= count(live, "metadata", "generation");
}

const deployment: ReadinessLook = async (live, look) => {
  if (!isObserved(live)) return waiting("its controller has not seen the change yet");
  if (valueAt(live, "spec", "paused") === true) return ready;
  const wanted = Number(valueAt(live, "spec", "replicas") ?? 1);
  const [all, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map((field) =>
    count(live, "status", field),
  ) as [number, number, number];
  if (updated >= wanted && all <= updated && available >= updated) return ready;
  const reasons = [
    `${available} of ${wanted} pods are available; ${updated} are of the new revision${all > updated ? `, ${all - updated} old ones still there` : ""}`,
    ...conditionsReason(live, ["ReplicaFailure"]),
    ...(await podsReasons(live, look)),
  ];
  const progress = condition(live, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded")
    return { state: "failed", reasons: [String(progress.message), ...reasons] };
  return { state: "waiting", reasons };
};

const statefulSet: ReadinessLook = async (live, look) => {
  if (!isObserved(live)) return waiting("its controller has not seen the change yet");
  const wanted = Number(valueAt(live, "spec", "replicas") ?? 1);
  const readyPods = count(live, "status", "readyReplicas");
  const byHand = valueAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  const partition = count(live, "spec", "updateStrategy", "rollingUpdate", "partition");
  const [current, next] = [
    valueAt(live, "status", "currentRevision"),
    valueAt(live, "status", "updateRevision"),
  ];
  const isUpdated =
    byHand || partition > 0 || current === next || count(live, "status", "updatedReplicas") >= wanted;
  if (readyPods >= wanted && isUpdated) return ready;
  return waiting(
    `${readyPods} of ${wanted} pods are ready, ${count(live, "status", "updatedReplicas")} of the new revision`,
    ...(await podsReasons(live, look)),
  );
};

const daemonSet: ReadinessLook = async (live, look) => {
  if (!isObserved(live)) return waiting("its controller has not seen the change yet");
  const wanted = count(live, "status", "desiredNumberScheduled");
  const available = count(live, "status", "numberAvailable");
  const updated = count(live, "status", "updatedNumberScheduled");
  const byHand = valueAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  if (available >= wanted && (byHand || updated >= wanted)) return ready;
  return waiting(`${available} of ${wanted} pods are available`, ...(await podsReasons(live, look)));
};

const replicaSet: ReadinessLook = async (live, look) => {
  const wanted = Number(valueAt(live, "spec", "replicas") ?? 1);
  const available = count(live, "status", "availableReplicas");
  if (isObserved(live) && available >= wanted) return ready;
  return waiting(`${available} of ${wanted} pods are available`, ...(await podsReasons(live, look)));
};

const pod: ReadinessLook = async (live, look) => {
  const phase = valueAt(live, "status", "phase");
  if (phase === "Succeeded" || condition(live, "Ready")?.status === "True") return ready;
  const reasons = await podsReasons(live, look);
  return phase === "Failed" ? { state: "failed", reasons } : { state: "waiting", reasons };
};

const job: ReadinessLook = async (live, look) => {
  if (valueAt(live, "spec", "suspend") === true || condition(live, "Complete")?.status === "True")
    return ready;
  const failed = condition(live, "Failed");
  const reasons = [
    ...conditionsReason(live, ["Failed"]),
    `${count(live, "status", "succeeded")} pods succeeded, ${count(live, "status", "failed")} failed`,
    ...(await podsReasons(live, look)),
  ];
  return { state: failed?.status === "True" ? "failed" : "waiting", reasons };
};

function hasAddress(live: Properties): boolean {
  const addresses = valueAt(live, "status", "loadBalancer", "ingress");
  return Array.isArray(addresses) && addresses.length > 0;
}

const service: ReadinessLook = async (live, look) => {
  const type = valueAt(live, "spec", "type");
  if (type === "ExternalName") return ready;
  const selector = valueAt(live, "spec", "selector");
  const isHeadless = valueAt(live, "spec", "clusterIP") === "None";
  const reasons =
    isObject(selector) && Object.keys(selector).length > 0 && !isHeadless
      ? await endpointsReason(live, look)
      : [];
  if (type === "LoadBalancer" && look.givesAddresses && !hasAddress(live))
    reasons.push("it has no address yet");
  return reasons.length === 0 ? ready : { state: "waiting", reasons };
};

const ingress: ReadinessLook = async (live, look) =>
  look.givesAddresses && !hasAddress(live)
    ? waiting("it has no address yet: does an ingress controller run?")
    : ready;

const claim: ReadinessLook = async (live, look) => {
  const phase = valueAt(live, "status", "phase");
  if (phase === "Bound") return ready;
  const classes = await look.client.list("/apis/storage.k8s.io/v1/storageclasses", {}, look.signal);
  const name = valueAt(live, "spec", "storageClassName");
  const storageClass = classes.find((one) => valueAt(one, "metadata", "name") === name);
  // Its volume is made with the first pod that wants it.
  if (storageClass?.volumeBindingMode === "WaitForFirstConsumer") return ready;
  const why =
    name === undefined || name === ""
      ? "it names no storage class, and the cluster has no default one"
      : storageClass === undefined
        ? `there is no storage class "${String(name)}"`
        : `its phase is ${String(phase)}`;
  return waiting(why, ...(await podsReasons(live, look)));
};

const inPhase =
  (...phases: readonly string[]): ReadinessLook =>
  async (live) => {
    const phase = String(valueAt(live, "status", "phase"));
    return phases.includes(phase) ? ready : waiting(`its phase is ${phase}, not ${phases.join(" or ")}`);
  };

const withCondition =
  (type: string): ReadinessLook =>
  async (live) =>
    condition(live, type)?.status === "True"
      ? ready
      : waiting(`it is not ${type} yet`, ...conditionsReason(live, [type, "NamesAccepted"]));

/** What the official provider waits for, by API group and kind. Other kinds are ready as soon as they are there. */
export const readinessLooks: Readonly<Record<string, ReadinessLook>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "apps/ReplicaSet": replicaSet,
  "batch/Job": job,
  "/Pod": pod,
  "/Service": service,
  "/PersistentVolumeClaim": claim,
  "/PersistentVolume": inPhase("Available", "Bound"),
  "/Namespace": inPhase("Active"),
  "networking.k8s.io/Ingress": ingress,
  "apiextensions.k8s.io/CustomResourceDefinition": withCondition("Established"),
  "apiregistration.k8s.io/APIService": withCondition("Available"),
};
