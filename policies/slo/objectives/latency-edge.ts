import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT } from "../../types.ts";
import { durationAt } from "../duration.ts";
import { BUCKETS, eachService, objectivesOf, type ServiceFacts } from "../facts.ts";

/** Two edges that print alike are one. */
const SAME = 1e-9;

function edgesAt(at: Property): readonly number[] | undefined {
  const text = at.text();
  if (text === undefined) return undefined;
  const edges = text.split(",").map((edge) => (edge.trim() === "" ? Number.NaN : Number(edge)));
  if (edges.some((edge) => !Number.isFinite(edge)))
    throw new MalformedRead(at.path, at.urn, "a list of seconds with commas between");
  return edges;
}

/** Lengths of time that requests are held against, in seconds, and where they stand. */
function limitsOf(facts: ServiceFacts): { readonly seconds: number; readonly at: Property }[] {
  const objectives = objectivesOf(facts)
    .filter((objective) => objective.at("kind").text() === "latency")
    .map((objective) => objective.at("thresholdSeconds"))
    .flatMap((at) => {
      const seconds = at.number();
      return seconds === undefined ? [] : [{ seconds, at }];
    });
  const thresholds = facts.release
    .at("thresholds")
    .items()
    .map((threshold) => threshold.at("limit"))
    .filter((limit) => limit.at("kind").text() === "latency")
    .flatMap((limit) => {
      const seconds = durationAt(limit.at("under"));
      return seconds === undefined ? [] : [{ seconds, at: limit.at("under") }];
    });
  return [...objectives, ...thresholds];
}

function checkEdges(facts: ServiceFacts): readonly Finding[] {
  const { annotations, resource } = facts;
  const limits = limitsOf(facts);
  if (annotations === undefined || limits.length === 0) return [];
  const edges = edgesAt(annotations.at(BUCKETS));
  if (edges === undefined) {
    return [
      notEvaluated(
        resource.urn,
        `it does not state the edges of its histogram (${BUCKETS}), so it can't be told whether its latency is measurable`,
      ),
    ];
  }
  return each(limits, ({ seconds, at }) =>
    edges.some((edge) => Math.abs(edge - seconds) < SAME)
      ? undefined
      : violation(
          at,
          `is ${seconds} s, and the histogram has no edge there (${BUCKETS}: ${edges.join(", ")}): the share in time would be a guess`,
        ),
  );
}

export const latencyEdge: ResourcePolicy = {
  id: "latency-edge-in-histogram",
  title: "What requests' times are held against must be an edge of the service's histogram.",
  severity: "medium",
  level: "mandatory",
  why: "A histogram counts only at its edges. Between two of them the share in time is interpolated, so an alert fires, or a release is taken back, by a figure that nobody measured.",
  fix: "Give the service's histogram a bucket with that edge, and state it; or hold requests against an edge that is there.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/latency-buckets: "0.1,0.5,2"
    slipway.dev/objectives: |
      [{"name": "latency", "kind": "latency", "target": 95, "windowDays": 30, "owner": "shop", "thresholdSeconds": 0.5}]`,
  },
  requirements: ["OS-04"],
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT],
  check: (resource) => adviceOutsideProduction(resource, eachService(resource, checkEdges)),
};
