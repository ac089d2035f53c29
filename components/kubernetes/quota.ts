import type * as k8s from "@pulumi/kubernetes";
import type { WorkloadSize } from "./namespace.ts";
import { quantityOf } from "./quantity.ts";

const MEBIBYTE = 2 ** 20;

/** What all workloads take at once when each has its most pods, and is rolled over. */
interface Footprint {
  readonly pods: number;
  /** CPUs requested, and at most used. */
  readonly cpu: number;
  readonly cpuLimit: number;
  /** Bytes; requests and limits are the same. */
  readonly memory: number;
  /** Bytes of persistent volumes. */
  readonly storage: number;
}

/** Adds up workloads. Pure. */
function footprint(workloads: readonly WorkloadSize[]): Footprint {
  return workloads.reduce<Footprint>(
    (sum, { most, cpu, cpuLimit, memory, storage = 0 }) => ({
      pods: sum.pods + most,
      cpu: sum.cpu + most * cpu,
      cpuLimit: sum.cpuLimit + most * cpuLimit,
      memory: sum.memory + most * memory,
      storage: sum.storage + most * storage,
    }),
    { pods: 0, cpu: 0, cpuLimit: 0, memory: 0, storage: 0 },
  );
}

/** The namespace's quota: what is declared, and no more. A pod that nobody declared finds no room. */
export function planQuota(workloads: readonly WorkloadSize[]): k8s.types.input.core.v1.ResourceQuotaSpec {
  const { pods, cpu, cpuLimit, memory, storage } = footprint(workloads);
  return {
    hard: {
      pods: String(pods),
      "requests.cpu": quantityOf(cpu),
      "limits.cpu": quantityOf(cpuLimit),
      "requests.memory": `${Math.ceil(memory / MEBIBYTE)}Mi`,
      "limits.memory": `${Math.ceil(memory / MEBIBYTE)}Mi`,
      "requests.storage": `${Math.ceil(storage / MEBIBYTE)}Mi`,
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    },
  };
}
