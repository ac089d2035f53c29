import type { Stack, Subject } from "./core/policy.ts";
import type { Property } from "./core/property.ts";
import { attempt, type Unread } from "./core/unknown.ts";
import {
  isForMetrics,
  lastingContainers,
  listens,
  nameOf,
  namespaceOf,
  podLabels,
  selects,
  WORKLOADS,
} from "./kubernetes.ts";
import { AUTOSCALER, AUTOSCALER_V1, DAEMON_SET, KUBERNETES_SERVICE, SCALED_OBJECT } from "./types.ts";

/** What changes the number of a workload's pods: Kubernetes' own autoscaler, and KEDA, which brings it along. */
export const AUTOSCALERS = [AUTOSCALER, AUTOSCALER_V1, SCALED_OBJECT] as const;

/** How many pods a workload has, and where that is said. */
export interface PodCount {
  readonly count: number;
  readonly at: Property;
  /** The autoscaler that says so. */
  readonly scaler: Subject | undefined;
}

/** Something worked out once for a stack, so that asking for it of each resource is linear in the resources. */
export function once<Result>(make: (stack: Stack) => Result): (stack: Stack) => Result {
  const made = new WeakMap<Stack, Result>();
  return (stack) => {
    const known = made.get(stack) ?? make(stack);
    made.set(stack, known);
    return known;
  };
}

/** The workloads of a stack. */
export function workloadsOf(stack: Stack): Subject[] {
  return WORKLOADS.flatMap((type) => stack.ofType(type));
}

function kindOf({ type }: Subject): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function keyOf(namespace: string, kind: string, name: string | undefined): string {
  return JSON.stringify([namespace, kind, name]);
}

const workloadKeys = once((stack) => {
  const byKey = new Map<string, Subject>();
  for (const workload of workloadsOf(stack)) {
    const key = attempt(() => keyOf(namespaceOf(workload), kindOf(workload), nameOf(workload)));
    if (key.unread === undefined) byKey.set(key.value, workload);
  }
  return byKey;
});

/** A Rollout of Argo Rollouts takes its pods from the Deployment of its name, so what scales it scales that one's pods. */
function scaledKind(kind = "Deployment"): string {
  return kind === "Rollout" ? "Deployment" : kind;
}

/** Autoscalers by the workload that each scales, those beside the one that counts, and why some can't be told. */
const scalers = once((stack) => {
  const of = new Map<Subject, Subject>();
  const all: (readonly [workload: Subject, scaler: Subject])[] = [];
  const unread: Unread[] = [];
  for (const scaler of AUTOSCALERS.flatMap((type) => stack.ofType(type))) {
    const target = scaler.props.at("spec", "scaleTargetRef");
    const key = attempt(() =>
      keyOf(namespaceOf(scaler), scaledKind(target.at("kind").text()), target.at("name").text()),
    );
    const workload = key.unread === undefined ? workloadKeys(stack).get(key.value) : madeFrom(stack, scaler);
    if (workload !== undefined) {
      of.set(workload, scaler);
      all.push([workload, scaler]);
    } else if (key.unread !== undefined) unread.push(key.unread);
  }
  return { of, all, unread };
});

/** Every autoscaler of each workload that has one; those whose target can't be told are left out. */
export function scalersByWorkload(stack: Stack): ReadonlyMap<Subject, readonly Subject[]> {
  const pairs = Map.groupBy(scalers(stack).all, ([workload]) => workload);
  return new Map([...pairs].map(([workload, found]) => [workload, found.map(([, scaler]) => scaler)]));
}

/** The one workload that an autoscaler's target was made from, while its name is not known. */
function madeFrom(stack: Stack, scaler: Subject): Subject | undefined {
  const sources = scaler.propertyDependencies?.spec ?? [];
  const found = workloadsOf(stack).filter(({ urn }) => sources.includes(urn));
  return found.length === 1 ? found[0] : undefined;
}

/**
 * The autoscaler of a workload. Whose types are not in `types` of the policy that asks is not seen.
 * @throws UnknownRead, MalformedRead where one of the stack's might be it, and that can't be told
 */
export function scalerOf(stack: Stack, workload: Subject): Subject | undefined {
  const { of, unread } = scalers(stack);
  const found = of.get(workload);
  if (found !== undefined) return found;
  if (unread[0] !== undefined) throw unread[0];
  // Where it is not known yet what a workload is called, an autoscaler whose target is not here might mean it.
  if (AUTOSCALERS.some((type) => stack.ofType(type).length > 0))
    keyOf(namespaceOf(workload), kindOf(workload), nameOf(workload));
  return undefined;
}

/** The fewest pods that a workload always has; undefined for one that has as many as there are nodes. */
export function fewestPods(stack: Stack, workload: Subject): PodCount | undefined {
  if (workload.type === DAEMON_SET) return undefined;
  const scaler = scalerOf(stack, workload);
  if (scaler === undefined) {
    const at = workload.props.at("spec", "replicas");
    return { count: at.number() ?? 1, at, scaler };
  }
  const keda = scaler.type === SCALED_OBJECT;
  const at = scaler.props.at("spec", keda ? "minReplicaCount" : "minReplicas");
  return { count: at.number() ?? (keda ? 0 : 1), at, scaler };
}

/** KEDA's own default (reference of ScaledObject). */
const MOST_BY_KEDA = 100;

/** The most pods that a workload may have. */
export function mostPods(stack: Stack, workload: Subject): PodCount | undefined {
  if (workload.type === DAEMON_SET) return undefined;
  const scaler = scalerOf(stack, workload);
  if (scaler === undefined) return fewestPods(stack, workload);
  const keda = scaler.type === SCALED_OBJECT;
  const at = scaler.props.at("spec", keda ? "maxReplicaCount" : "maxReplicas");
  return { count: at.number() ?? (keda ? MOST_BY_KEDA : 1), at, scaler };
}

/** Workloads by namespace, and by each label of their pods; and those of which neither is known. */
const byLabel = once((stack) => {
  const found = new Map<string, Subject[]>();
  const unread: Unread[] = [];
  const add = (key: string, workload: Subject) => {
    const known = found.get(key);
    if (known === undefined) found.set(key, [workload]);
    else known.push(workload);
  };
  for (const workload of workloadsOf(stack)) {
    const labels = attempt(() => ({
      namespace: namespaceOf(workload),
      labels: podLabels(workload)
        .entries()
        .map(([label, value]) => [label, value.text()]),
    }));
    if (labels.unread !== undefined) unread.push(labels.unread);
    else {
      add(JSON.stringify([labels.value.namespace]), workload);
      for (const [label, value] of labels.value.labels)
        add(JSON.stringify([labels.value.namespace, label, value]), workload);
    }
  }
  return { found, unread };
});

/**
 * Workloads whose pods a selector of a namespace selects.
 * @throws UnknownRead, MalformedRead where a workload's labels can't be told
 */
export function selectedBy(stack: Stack, namespace: string, selector: Property): readonly Subject[] {
  const { found, unread } = byLabel(stack);
  const [first] = selector.at("matchLabels").entries();
  const key = first === undefined ? [namespace] : [namespace, first[0], first[1].text()];
  const candidates = found.get(JSON.stringify(key)) ?? [];
  const selected = candidates.filter((workload) => selects(selector, podLabels(workload)));
  if (unread[0] !== undefined) throw unread[0];
  return selected;
}

/** Workloads that a Service sends requests to; and why some can't be told. */
const served = once((stack) => {
  const { found } = byLabel(stack);
  const workloads = new Set<Subject>();
  const unread: Unread[] = [...byLabel(stack).unread];
  for (const service of stack.ofType(KUBERNETES_SERVICE)) {
    const result = attempt(() => {
      const wanted = service.props.at("spec", "selector").entries();
      const [first] = wanted;
      const ports = service.props.at("spec", "ports").items();
      if (first === undefined || (ports.length > 0 && ports.every(isForMetrics))) return;
      const key = JSON.stringify([namespaceOf(service), first[0], first[1].text()]);
      for (const workload of found.get(key) ?? []) {
        const labels = podLabels(workload);
        if (wanted.every(([label, value]) => labels.at(label).text() === value.text()))
          workloads.add(workload);
      }
    });
    if (result.unread !== undefined) unread.push(result.unread);
  }
  return { workloads, unread };
});

/**
 * Whether a workload takes requests: one of its containers says that it listens, or a Service sends some.
 * @throws UnknownRead, MalformedRead where that can't be told
 */
export function serves(stack: Stack, workload: Subject): boolean {
  if (lastingContainers(workload).some(listens)) return true;
  const { workloads, unread } = served(stack);
  if (workloads.has(workload)) return true;
  if (unread[0] !== undefined) throw unread[0];
  return false;
}
