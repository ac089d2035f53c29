import { ARGO_API, analysisArguments, planTemplates, templates } from "./argo-analysis.ts";
import { stepTimes } from "./checks.ts";
import { engineNotes } from "./notes.ts";
import { type EngineFacts, type EngineObject, LEFT_OUT } from "./objects.ts";

/** What the autoscaler scales: the Deployment only says what a pod is. */
export const ROLLOUT = { apiVersion: ARGO_API, kind: "Rollout" } as const;

/** How long pods that lost their requests go on, in seconds, until nothing sends them any. */
const LINGER = 60;

function gates(facts: EngineFacts, step: number) {
  return {
    templates: [{ templateName: templates.gates(facts.name) }],
    args: analysisArguments(facts, step),
  };
}

function tests({ name, plan: { tests = [] } }: EngineFacts) {
  return tests.length === 0 ? undefined : { templates: [{ templateName: templates.tests(name) }] };
}

/** Whether the new version takes over all at once. Several steps need shares of the requests, and so a canary at full size. */
export function switchesAtOnce({ strategy, steps }: EngineFacts["plan"]): boolean {
  return strategy === "blue-green" && steps.length === 1;
}

function blueGreen(facts: EngineFacts) {
  const { name, candidate, plan } = facts;
  const before = tests(facts);
  return {
    activeService: name,
    previewService: candidate,
    autoPromotionEnabled: true,
    ...(before === undefined ? {} : { prePromotionAnalysis: before }),
    // There are no requests to judge by before the switch; the old pods stay until it is judged, and are the way back.
    postPromotionAnalysis: gates(facts, 0),
    scaleDownDelaySeconds: stepTimes(plan, 0).hold + LINGER,
    abortScaleDownDelaySeconds: LINGER,
  };
}

/** Steps at a weight of 0: the new version's pods, and its tests. */
function beforeAnyRequest(facts: EngineFacts): object[] {
  const before = tests(facts);
  const test = before === undefined ? [] : [{ analysis: before }];
  if (facts.plan.strategy === "blue-green") return [{ setCanaryScale: { weight: 100 } }, ...test];
  if (before === undefined) return [];
  return [{ setCanaryScale: { replicas: 1 } }, ...test, { setCanaryScale: { matchTrafficWeight: true } }];
}

function canary(facts: EngineFacts) {
  const { name, candidate, plan, surroundings } = facts;
  const { ingress } = surroundings;
  const { header } = plan;
  return {
    stableService: name,
    canaryService: candidate,
    maxUnavailable: 0,
    maxSurge: "25%",
    ...(ingress === undefined
      ? {}
      : {
          trafficRouting: {
            nginx: {
              stableIngress: ingress,
              ...(header === undefined
                ? {}
                : {
                    additionalIngressAnnotations: {
                      "canary-by-header": header.name,
                      "canary-by-header-value": header.value,
                    },
                  }),
            },
          },
          scaleDownDelaySeconds: LINGER,
          abortScaleDownDelaySeconds: LINGER,
        }),
    steps: [
      ...beforeAnyRequest(facts),
      ...plan.steps.flatMap(({ weight }, index) => [
        { setWeight: weight },
        // The analysis lasts as long as the hold; a pause beside it would double it.
        { analysis: gates(facts, index) },
      ]),
    ],
  };
}

/**
 * A plan as Argo Rollouts carries it out: a Rollout that takes its pods from the Deployment, and the templates of its analyses.
 * The Deployment is scaled to nothing once the Rollout's pods are ready.
 */
export function planArgoRollouts(facts: EngineFacts): EngineObject[] {
  const { name, plan, revision, progressDeadlineSeconds } = facts;
  return [
    ...planTemplates(facts),
    {
      ...ROLLOUT,
      suffix: "rollout",
      name,
      labels: { "slipway.dev/revision": revision },
      annotations: { [LEFT_OUT]: engineNotes(plan).join(" ") },
      spec: {
        workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name, scaleDown: "onsuccess" },
        minReadySeconds: 5,
        revisionHistoryLimit: 5,
        progressDeadlineSeconds,
        progressDeadlineAbort: true,
        strategy: switchesAtOnce(plan) ? { blueGreen: blueGreen(facts) } : { canary: canary(facts) },
      },
    },
  ];
}
