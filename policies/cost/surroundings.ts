import type { Stack, Subject } from "../core/policy.ts";
import { attempt } from "../core/unknown.ts";
import { CLOUD_SCHEDULER_JOB, GKE_CLUSTER, NODE_POOL, SECRET } from "../types.ts";
import type { CostLine } from "./line.ts";
import { HOME_REGIONS } from "./prices.ts";
import { regionIn, runsPerMonth } from "./quantities.ts";
import type { ClusterKind, Range, Usage } from "./usage.ts";

/** What is known of the whole stack when one resource is priced. */
export interface Surroundings {
  readonly usage: Usage;
  readonly stack: Stack;
  /** Millions of requests that come in through load balancers in a month. */
  readonly edgeRequests: Range;
  /** Instances whose traffic may leave through NAT. */
  readonly instances: Range;
  /** What pods run on; `nodes` where the stack holds the nodes, whose price is then theirs. */
  readonly cluster: ClusterKind | "nodes";
  /** How many places a secret is kept in, by its id; one where nothing says so. */
  readonly secretPlaces: ReadonlyMap<string, number>;
  /** How often Cloud Run jobs are started in a month, by their names. */
  readonly runs: ReadonlyMap<string, number>;
}

/** How one resource is priced; nothing where it costs nothing by itself. */
export type Pricing = (
  resource: Subject,
  surroundings: Surroundings,
) => CostLine | readonly CostLine[] | undefined;

/** What can be read of each; a resource that can't be read says so in a line of its own. */
function readable<Key, Value>(
  resources: readonly Subject[],
  read: (resource: Subject) => readonly [Key | undefined, Value | undefined],
): Map<Key, Value> {
  const found = new Map<Key, Value>();
  for (const resource of resources) {
    const entry = attempt(() => read(resource));
    if (entry.unread !== undefined) continue;
    const [key, value] = entry.value;
    if (key !== undefined && value !== undefined) found.set(key, value);
  }
  return found;
}

/** See {@link Surroundings.secretPlaces}. */
export function secretPlaces(stack: Stack): ReadonlyMap<string, number> {
  return readable(stack.ofType(SECRET), ({ props }) => {
    const replicas = props.at("replication", "userManaged", "replicas").items().length;
    return [props.at("secretId").text(), Math.max(1, replicas)];
  });
}

/** See {@link Surroundings.runs}: Cloud Scheduler calls `…/jobs/NAME:run`. */
export function jobRuns(stack: Stack): ReadonlyMap<string, number> {
  return readable(stack.ofType(CLOUD_SCHEDULER_JOB), ({ props }) => {
    const job = /\/jobs\/([^/:]+):run$/.exec(props.at("httpTarget", "uri").text() ?? "")?.[1];
    return [job, runsPerMonth(props.at("schedule").text() ?? "")];
  });
}

/** See {@link Surroundings.cluster}. */
export function clusterKind(stack: Stack, usage: Usage): Surroundings["cluster"] {
  const clusters = stack.ofType(GKE_CLUSTER);
  const isAutopilot = (cluster: Subject) => {
    const flag = attempt(() => cluster.props.at("enableAutopilot").flag());
    return flag.unread === undefined && flag.value === true;
  };
  if (clusters.some(isAutopilot)) return "autopilot";
  return clusters.length > 0 || stack.ofType(NODE_POOL).length > 0 ? "nodes" : usage.cluster;
}

/** A line whose prices hold in some regions only; missing where the resource lies elsewhere, or doesn't say where. */
export function atHome(
  urn: string,
  what: string,
  location: string | undefined,
  line: () => CostLine,
): CostLine {
  const region = regionIn(location);
  if (region !== undefined && HOME_REGIONS.includes(region)) return line();
  const place = location === undefined ? "a region that it does not name" : `"${location}"`;
  return { urn, what, missing: `no price of it in ${place} is in the table` };
}
