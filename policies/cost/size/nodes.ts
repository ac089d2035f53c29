import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, StackPolicy } from "../../core/policy.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { GKE_CLUSTER, NODE_POOL } from "../../types.ts";
import { requestsOf } from "../pods-cost.ts";
import { clusterKind } from "../surroundings.ts";
import { ASSUMED_USAGE } from "../usage.ts";

export const nodesScale: ResourcePolicy = {
  id: "nodes-scale",
  title: "A pool of nodes should grow and shrink with its pods.",
  severity: "low",
  level: "advisory",
  why: "A fixed number of nodes is the number for the peak, and is paid for at night and on weekends too.",
  fix: "Give the pool `autoscaling` with a least and a most, and leave `nodeCount` out.",
  example: {
    typescript:
      'new gcp.container.NodePool("pool", {\n  cluster: cluster.name,\n  autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 9 },\n});',
  },
  types: [NODE_POOL],
  check: ({ props }) =>
    props.at("autoscaling").present
      ? []
      : [violation(props.at("autoscaling"), "is not set: there are as many nodes at night as at the peak")],
};

export const nodesSpotOutsideProduction: ResourcePolicy = {
  id: "nodes-spot-outside-production",
  title: "Outside production, nodes may be spot machines.",
  severity: "low",
  level: "advisory",
  why: "Spot machines cost much less, and a stack that people try things out in can do without one for a minute.",
  fix: "Set `nodeConfig.spot`.",
  example: {
    typescript:
      'new gcp.container.NodePool("pool", {\n  cluster: cluster.name,\n  nodeConfig: { spot: true, labels: { environment: "staging" } },\n  autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 3 },\n});',
  },
  types: [NODE_POOL],
  check: (pool) => {
    const node = pool.props.at("nodeConfig");
    const isSpot = node.at("spot").flag() === true || node.at("preemptible").flag() === true;
    return isProduction(pool) || isSpot ? [] : [violation(node.at("spot"), "is not true")];
  },
};

const pairs = z.strictObject({
  cluster: z
    .enum(["unstated", "autopilot", "standard"])
    .default("unstated")
    .describe("What pods run on, where the stack holds no cluster."),
  least: z.number().positive().default(1).describe("GiB for each CPU that Autopilot bills at least."),
  most: z.number().positive().default(6.5).describe("GiB for each CPU that Autopilot takes at most."),
});

export const autopilotPairs: StackPolicy = {
  id: "autopilot-pairs",
  title: "On Autopilot, pods should ask for CPU and memory in a ratio that is billed as it is.",
  severity: "low",
  level: "advisory",
  why: "Autopilot raises the smaller of the two until the ratio fits, and bills what it raised.",
  fix: "Ask for 1 to 6.5 GiB for each CPU, or let the service use what is billed anyway.",
  example: {
    yaml: "resources:\n  requests:\n    cpu: 500m\n    memory: 1Gi\n",
  },
  types: [...WORKLOADS, GKE_CLUSTER, NODE_POOL],
  settings: pairs,
  checkStack: (stack, context) => {
    const { cluster, least, most } = context.settings(pairs);
    if (clusterKind(stack, { ...ASSUMED_USAGE, cluster }) !== "autopilot") return [];
    const workloads = WORKLOADS.flatMap((type) => stack.ofType(type));
    return each(workloads, (workload): Finding[] => {
      const size = requestsOf(workload);
      if (size === undefined || size.cpu === 0 || size.memory === 0) return [];
      const ratio = size.memory / size.cpu;
      if (ratio >= least && ratio <= most) return [];
      const billed =
        ratio < least ? `${size.cpu * least} GiB` : `${Number((size.memory / most).toFixed(3))} CPU`;
      return [
        {
          message: `a pod asks for ${size.cpu} CPU and ${Number(size.memory.toFixed(3))} GiB: ${billed} is billed`,
          urn: workload.urn,
        },
      ];
    });
  },
};
