import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { nameOf, namespaceOf } from "../../kubernetes.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, FLAGGER_CANARY, ROLLOUT } from "../../types.ts";
import { EDGE_TYPES, type Edge, edgeOf, isAtEdge } from "../edge.ts";
import { annotationsOf, factsOf, objectivesOf, RELEASE } from "../facts.ts";

/** Deployments that a controller releases, by namespace and name. */
function released(stack: Stack): {
  readonly names: ReadonlySet<string>;
  readonly unread: readonly Finding[];
} {
  const names = new Set<string>();
  const note = (field: string) => (resource: Subject) => {
    const name = resource.props.at("spec", field, "name").text();
    if (name !== undefined) names.add(JSON.stringify([namespaceOf(resource), name]));
    return undefined;
  };
  const unread = [
    ...each(stack.ofType(ROLLOUT), note("workloadRef")),
    ...each(stack.ofType(FLAGGER_CANARY), note("targetRef")),
  ];
  return { names, unread };
}

function checkService(
  edge: Edge,
  { names, unread }: ReturnType<typeof released>,
  resource: Subject,
): readonly Finding[] {
  if (!isProduction(resource)) return [];
  return factsOf(resource).flatMap((facts) => {
    // Who states no objectives releases by a pipeline that isn't seen here.
    if (facts.release.present || objectivesOf(facts).length === 0 || !isAtEdge(edge, resource)) return [];
    if (resource.type === DEPLOYMENT && names.has(JSON.stringify([namespaceOf(resource), nameOf(resource)])))
      return [];
    if (resource.type === DEPLOYMENT && unread.length > 0) return unread.slice(0, 1);
    return [
      violation(
        annotationsOf(resource).at(RELEASE),
        "is not set: users reach it from outside, and each new version comes to all of them at once",
      ),
    ];
  });
}

export const releasePlanAtEdge: Policy = {
  id: "edge-service-has-release-plan",
  title: "What users reach from outside should be released step by step.",
  severity: "medium",
  level: "advisory",
  why: "A rolling update asks only whether a version starts. Whether it answers well its users find out, all of them at once.",
  fix: "Give the service a release plan with gates on its objectives; or an Argo Rollout or a Flagger Canary that refers to the Deployment.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/objectives: |
      [{"name": "availability", "kind": "availability", "target": 99.5, "windowDays": 30, "owner": "shop"}]
    slipway.dev/release: |
      {"strategy": "canary", "steps": [{"weight": 10, "hold": "15 min"}, {"weight": 100, "hold": "15 min"}], "gates": ["availability"]}`,
  },
  requirements: ["EA-09", "OS-07"],
  types: [...EDGE_TYPES, ROLLOUT, FLAGGER_CANARY],
  checkStack: (stack) => {
    const edge = edgeOf(stack);
    const controlled = released(stack);
    return each([...stack.ofType(CLOUD_RUN_SERVICE), ...stack.ofType(DEPLOYMENT)], (resource) =>
      parts(() => checkService(edge, controlled, resource)),
    );
  },
};
