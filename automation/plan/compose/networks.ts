import type { Json } from "../wire.ts";
import { aliasesOf, type Front } from "./front.ts";
import type { Reach } from "./reach.ts";
import { instancesOf, type Workload } from "./workloads.ts";

/** Networks of a compose file, and what each service has on them. */
export interface Networks {
  readonly networks: ReadonlyMap<string, Json>;
  /** By service: its networks, with the names under which it is found there. */
  readonly memberships: ReadonlyMap<string, ReadonlyMap<string, Json>>;
}

/** What keeps a container from the outside although its ports are published: nobody answers to its own address. */
const NO_WAY_OUT = { driver_opts: { "com.docker.network.bridge.enable_ip_masquerade": "false" } };

/**
 * A network for each caller and whom it may call, from which nothing leads out; and one of its own for each service that
 * calls something outside, or is called from there. So nobody meets anybody whom the network policies keep apart. Unlike
 * in a cluster, the called one could call back. Where no policy keeps anything apart, all are on one network.
 */
export function networksOf(
  workloads: readonly Workload[],
  reach: Reach,
  facts: {
    readonly fronts: (workload: Workload) => readonly Front[];
    readonly isExposed: (workload: Workload) => boolean;
  },
): Networks {
  const networks = new Map<string, Json>();
  const memberships = new Map<string, Map<string, Json>>();
  const join = (workload: Workload, network: string, called: boolean) => {
    for (const instance of instancesOf(workload)) {
      const aliases = called ? aliasesOf(workload, instance, facts.fronts(workload)) : [];
      const membership = memberships.get(instance) ?? new Map<string, Json>();
      memberships.set(instance, membership.set(network, aliases.length === 0 ? {} : { aliases }));
    }
  };
  const open = workloads.length ** 2 === reach.pairs.length && reach.outside.length === workloads.length;
  if (open) {
    networks.set("default", {});
    for (const workload of workloads) join(workload, "default", true);
    return { networks, memberships };
  }
  for (const [from, to] of reach.pairs) {
    if (from === to && instancesOf(from).length === 1) continue;
    const network = from === to ? `${from.service}-peers` : `${from.service}-to-${to.service}`;
    networks.set(network, { internal: true });
    if (from !== to) join(from, network, false);
    join(to, network, true);
  }
  for (const workload of workloads) {
    const out = reach.outside.includes(workload);
    if (!out && !facts.isExposed(workload)) continue;
    const network = `${workload.service}-${out ? "outside" : "exposed"}`;
    networks.set(network, out ? {} : NO_WAY_OUT);
    join(workload, network, false);
  }
  return { networks, memberships };
}

/**
 * Whom each workload waits for: those that its policy names as called. Of those that call each other in a circle, in which
 * each would wait for the next, the ones later in the alphabet wait for the earlier ones only.
 */
export function startOrder({ declared }: Reach): ReadonlyMap<Workload, readonly Workload[]> {
  const calls = Map.groupBy(declared, ([from]) => from);
  const called = (workload: Workload) => (calls.get(workload) ?? []).map(([, to]) => to);
  const reaches = (from: Workload, to: Workload, seen = new Set<Workload>()): boolean =>
    called(from).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      return reaches(next, to, seen.add(next));
    });
  return new Map(
    [...calls.keys()].map((from) => [
      from,
      called(from).filter((to) => to.service < from.service || !reaches(to, from)),
    ]),
  );
}
