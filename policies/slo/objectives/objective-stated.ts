import { adviceOutsideProduction, isProduction } from "../../core/environment.ts";
import { each, notEvaluated, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { WORKLOADS } from "../../kubernetes.ts";
import { serves } from "../../kubernetes-stack.ts";
import {
  CLOUD_RUN_SERVICE,
  CUSTOM_SERVICE,
  DEPLOYMENT,
  KUBERNETES_SERVICE,
  OPENSLO,
  PYRRA,
  SLO,
  SLOTH,
} from "../../types.ts";
import { factsOf, OBJECTIVES, objectivesOf, ofTypes, type ServiceFacts } from "../facts.ts";
import { type Spoken, spokenOf } from "../tokens.ts";

/** A service of Cloud Monitoring that stands for one of Google's own kinds. */
const GENERIC_SERVICE = "gcp:monitoring/genericService:GenericService";

/** What states objectives about services that it names somewhere. */
const ABOUT = [SLO, CUSTOM_SERVICE, GENERIC_SERVICE, SLOTH, PYRRA, OPENSLO] as const;

function isManaged({ type, props }: Subject): boolean {
  return type === CLOUD_RUN_SERVICE
    ? props.at("labels", "managed-by").text() === "slipway"
    : props.at("metadata", "labels", "app.kubernetes.io/managed-by").text() === "slipway";
}

function checkService(facts: ServiceFacts, spoken: Spoken): readonly Finding[] {
  const { resource, objectives, service } = facts;
  if (objectives.present) {
    return objectivesOf(facts).length > 0
      ? []
      : [violation(objectives, "is empty: the service takes requests, and promises nothing")];
  }
  if (service !== undefined && spoken.names.has(service)) return [];
  if (isManaged(resource))
    return [violation(objectives, "is not set: the service takes requests, and promises nothing")];
  if (!isProduction(resource)) return [];
  // What names are not known yet may be this one's.
  const [unread] = spoken.unread;
  return [
    unread ??
      notEvaluated(
        resource.urn,
        `nothing in the stack says what it promises: neither ${OBJECTIVES} nor an SLO that names it`,
      ),
  ];
}

function checkStack(stack: Stack): readonly Finding[] {
  const spoken = spokenOf(ofTypes(stack, ABOUT));
  return each([...stack.ofType(CLOUD_RUN_SERVICE), ...stack.ofType(DEPLOYMENT)], (resource) =>
    adviceOutsideProduction(
      resource,
      parts(() =>
        resource.type === DEPLOYMENT && !serves(stack, resource)
          ? []
          : factsOf(resource).flatMap((facts) => checkService(facts, spoken)),
      ),
    ),
  );
}

export const objectiveStated: Policy = {
  id: "service-has-objectives",
  title: "A service that takes requests should say what it promises; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "Without an objective nobody can say whether a service is well, whether an alert is worth waking for, or whether a new version is worse.",
  fix: `State the service's objectives (${OBJECTIVES}), or keep an SLO that names it in the same stack: of Cloud Monitoring, Sloth, Pyrra or OpenSLO.`,
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/objectives: |
      [{"name": "availability", "kind": "availability", "target": 99.5, "windowDays": 30, "owner": "shop"}]`,
  },
  requirements: ["OS-04"],
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS, KUBERNETES_SERVICE, ...ABOUT],
  checkStack,
};
