import { type Check, planChecks, stepTimes } from "./checks.ts";
import { engineNotes } from "./notes.ts";
import { type EngineFacts, type EngineObject, LEFT_OUT } from "./objects.ts";

/** `apiVersion` of Flagger's objects. */
const FLAGGER_API = "flagger.app/v1beta1";

/**
 * The label that Flagger tells its own copy of the pods by. It writes its own value there, so no policy and no budget selects by
 * it: they go on to mean both. Flagger has to be told: `-selector-labels=slipway.dev/workload`.
 */
export const FLAGGER_LABEL = "slipway.dev/workload";

function templateName(name: string, check: Check): string {
  return `${name}-${check.name}`;
}

function metricTemplate(facts: EngineFacts, check: Check): EngineObject {
  const { hold } = stepTimes(facts.plan, 0);
  return {
    suffix: `metric-${check.name}`,
    apiVersion: FLAGGER_API,
    kind: "MetricTemplate",
    name: templateName(facts.name, check),
    spec: {
      provider: { type: "prometheus", address: facts.surroundings.prometheus ?? "" },
      query: check.query(`${hold}s`, String(hold), "{{ variables.revision }}"),
    },
  };
}

/**
 * A plan as Flagger carries it out: a Canary, and a template for each gate. Flagger makes the Services, a second Deployment that
 * the users' requests go to (`-primary`) and its autoscaler; the declared Deployment is scaled to nothing between releases.
 */
export function planFlagger(facts: EngineFacts): EngineObject[] {
  const { service, plan, surroundings, name, revision, progressDeadlineSeconds } = facts;
  const checks = planChecks(service, plan);
  const interval = `${stepTimes(plan, 0).hold}s`;
  return [
    ...checks.map((check) => metricTemplate(facts, check)),
    {
      suffix: "canary",
      apiVersion: FLAGGER_API,
      kind: "Canary",
      name,
      annotations: { [LEFT_OUT]: engineNotes(plan).join(" ") },
      spec: {
        provider: "nginx",
        targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name },
        ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: surroundings.ingress ?? "" },
        progressDeadlineSeconds,
        service: { name, port: facts.port, portName: "http", targetPort: "http", appProtocol: "http" },
        analysis: {
          interval,
          // The first failed look takes the version back.
          threshold: 1,
          stepWeights: plan.steps.map(({ weight }) => weight),
          metrics: checks.map((check) => ({
            name: check.name,
            interval,
            templateRef: { name: templateName(name, check) },
            templateVariables: { revision: revision },
            thresholdRange: check.badWhen === "above" ? { max: check.limit } : { min: check.limit },
          })),
        },
      },
    },
  ];
}
