import type { KubernetesObject } from "../kubernetes/objects.ts";
import { at, entriesAt, listAt, numberAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { markedBody } from "./variables.ts";

/** An object with a variable in the place of each value that a plan doesn't have. */
export interface Source {
  readonly object: KubernetesObject;
  readonly body: Json;
}

/** What runs: the pods of one Deployment or StatefulSet. */
export interface Workload {
  /** Name of its service in the compose file; for a set of several, of which each is a service, what those begin with. */
  readonly service: string;
  readonly source: Source;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** The pod's spec. */
  readonly pod: Json;
  /** Its first container. */
  readonly container: Json;
  readonly replicas: number;
  /** Whether each pod has a name and volumes of its own. */
  readonly stateful: boolean;
}

/** What one compose file is made from. */
export interface System {
  readonly name: string;
  readonly workloads: readonly Workload[];
  /** Every object of the system, and of the namespaces that its workloads are in. */
  readonly sources: readonly Source[];
  /** Workloads of a release under way, which are not run: one version is. */
  readonly candidates: readonly KubernetesObject[];
}

const RUN = ["Deployment", "StatefulSet"];

/** The systems that have anything to run, by the label `app.kubernetes.io/part-of`, else by their namespace. */
export function systemsOf(objects: readonly KubernetesObject[]): System[] {
  const sources = objects.map((object) => ({ object, body: markedBody(object) }));
  const running = sources.filter(
    ({ object }) => object.apiVersion === "apps/v1" && RUN.includes(object.kind),
  );
  const bySystem = [...Map.groupBy(running, systemName)].sort(([a], [b]) => (a < b ? -1 : 1));
  return bySystem.map(([name, members]) => {
    const namespaces = new Set(members.map(({ object }) => object.namespace));
    const mine = sources.filter(
      (source) =>
        systemName(source) === name ||
        (labelOf(source) === undefined &&
          (namespaces.has(source.object.namespace) || namespaces.has(source.object.name))),
    );
    const [candidates, stable] = partition(members, isCandidate);
    return {
      name,
      workloads: workloadsOf(stable, sources),
      sources: mine,
      candidates: candidates.map(({ object }) => object),
    };
  });
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function labelOf({ body }: Source): string | undefined {
  return textAt(body, "metadata", "labels", "app.kubernetes.io/part-of");
}

function systemName(source: Source): string {
  return (labelOf(source) ?? source.object.namespace ?? "default").toLowerCase().replace(/[^a-z0-9_-]/g, "-");
}

function isCandidate({ body }: Source): boolean {
  return textAt(body, "spec", "template", "metadata", "labels", "slipway.dev/track") === "candidate";
}

function workloadsOf(members: readonly Source[], all: readonly Source[]): Workload[] {
  const taken = new Set<string>();
  return members
    .flatMap((source) => {
      const { object, body } = source;
      const pod = at(body, "spec", "template", "spec");
      const container = listAt(pod, "containers")[0];
      if (pod === undefined || container === undefined) return [];
      const name = object.name ?? object.logicalName;
      const names = [name, `${object.namespace}-${name}`, `${object.namespace}-${name}-${object.kind}`];
      const service = names.find((each) => !taken.has(each)) ?? `${names[1]}-${taken.size}`;
      taken.add(service);
      return {
        service,
        source,
        namespace: object.namespace ?? "default",
        podLabels: textsAt(body, "spec", "template", "metadata", "labels"),
        pod,
        container,
        replicas: replicasOf(source, all),
        stateful: object.kind === "StatefulSet",
      };
    })
    .sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** The replicas that are stated, or the least that the autoscaler keeps. */
function replicasOf({ object, body }: Source, all: readonly Source[]): number {
  const stated = numberAt(body, "spec", "replicas");
  if (stated !== undefined) return stated;
  const scaler = all.find(
    (each) =>
      each.object.kind === "HorizontalPodAutoscaler" &&
      each.object.namespace === object.namespace &&
      textAt(each.body, "spec", "scaleTargetRef", "kind") === object.kind &&
      textAt(each.body, "spec", "scaleTargetRef", "name") === object.name,
  );
  return numberAt(scaler?.body, "spec", "minReplicas") ?? 1;
}

/** Entries whose values are texts. */
export function textsAt(value: Json | undefined, ...path: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entriesAt(value, ...path).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Names of the services of a workload: one, or for a set of several one for each pod. */
export function instancesOf({ service, stateful, replicas }: Workload): string[] {
  if (!stateful || replicas <= 1) return [service];
  return Array.from({ length: replicas }, (_, ordinal) => `${service}-${ordinal}`);
}
