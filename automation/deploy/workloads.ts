import { at } from "../plan/read.ts";
import type { Json } from "../plan/wire.ts";
import type { StateResource } from "./state.ts";

/** A workload of a cluster, as its deployment left it. */
export interface WorkloadSummary {
  /** `SYSTEM/NAME`. */
  readonly workload: string;
  /** Pods that were ready, and that there were; absent where no cluster took it. */
  readonly pods?: { readonly ready: number; readonly all: number };
}

const WORKLOADS = new Set(["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"]);

/** The Kubernetes workloads in a state, sorted by name. */
export function workloadsIn(resources: readonly StateResource[]): WorkloadSummary[] {
  return resources
    .filter(({ type }) => WORKLOADS.has(type))
    .map(({ outputs }) => {
      const { metadata, status } = outputs as { metadata?: Json; status?: Json };
      const workload = `${at(metadata, "labels", "app.kubernetes.io/part-of") ?? at(metadata, "namespace")}/${at(metadata, "name")}`;
      if (status === undefined) return { workload };
      const count = (name: string) => Number(at(status, name) ?? 0);
      return { workload, pods: { ready: count("readyReplicas"), all: count("replicas") } };
    })
    .sort((a, b) => (a.workload < b.workload ? -1 : 1));
}

/** A workload in words. */
export function workloadText({ workload, pods }: WorkloadSummary): string {
  const state = pods === undefined ? "checked and recorded" : `${pods.ready} of ${pods.all} pods ready`;
  return `${workload.padEnd(24)} ${state}`;
}
