import type { Json } from "../wire.ts";
import { instancesOf, type Workload } from "./workloads.ts";

/** Below it only an administrator may publish. */
const FIRST_FREE = 1024;

/**
 * Published ports of each service, on this machine's loopback address alone: nothing before them has TLS or limits rates.
 * Each has the container's number, or the next that is free; of several copies each has one of a range.
 */
export function hostPorts(
  workloads: readonly Workload[],
  exposed: ReadonlyMap<Workload, readonly number[]>,
): ReadonlyMap<string, readonly Json[]> {
  const taken = new Set<number>();
  const take = (target: number, copies: number): string => {
    let first = target < FIRST_FREE ? 8000 + target : target;
    const range = () => Array.from({ length: copies }, (_, index) => first + index);
    while (range().some((port) => taken.has(port))) first += 1;
    for (const port of range()) taken.add(port);
    return copies === 1 ? String(first) : `${first}-${first + copies - 1}`;
  };
  return new Map(
    workloads.flatMap((workload) =>
      instancesOf(workload).map((name): [string, Json[]] => [
        name,
        (exposed.get(workload) ?? []).map((target) => ({
          target,
          published: take(target, workload.stateful ? 1 : Math.max(1, workload.replicas)),
          host_ip: "127.0.0.1",
          protocol: "tcp",
        })),
      ]),
    ),
  );
}
