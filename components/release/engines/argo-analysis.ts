import { seconds } from "../../units.ts";
import type { ReleasePlan, ReleaseTest } from "../plan.ts";
import { type Check, lengthText, planChecks, stepTimes } from "./checks.ts";
import type { EngineFacts, EngineObject } from "./objects.ts";

/** `apiVersion` of Argo Rollouts' objects. */
export const ARGO_API = "argoproj.io/v1alpha1";

/** Questions in a row that may get no answer, ten seconds apart: five minutes without Prometheus are no reason to go back. */
const UNANSWERED = 30;

/** What an analysis is told: which revision, and how long its step is. */
const ARGUMENTS = ["revision", "window", "seconds", "every", "looks", "inconclusive"] as const;

type Argument = (typeof ARGUMENTS)[number];

/** `result` is a list: empty where there was too little to go by, and a figure of NaN says nothing either. */
const MEASURED = "len(result) > 0 && !isNaN(result[0])";

function conditions({ limit, settled = limit, badWhen, noData }: Check) {
  const [good, bad] = badWhen === "above" ? ["<=", ">"] : [">=", "<"];
  const failed = `${MEASURED} && result[0] ${bad} ${limit}`;
  return {
    successCondition: `${MEASURED} && result[0] ${good} ${settled}`,
    failureCondition:
      noData === "fail" ? `len(result) == 0 || isNaN(result[0]) || result[0] ${bad} ${limit}` : failed,
  };
}

/** Neither condition holds: the look is inconclusive, never a success. A gate that may be skipped is let be so throughout. */
function metric(check: Check, prometheus: string) {
  return {
    name: check.name,
    initialDelay: "{{args.every}}",
    interval: "{{args.every}}",
    count: "{{args.looks}}",
    ...conditions(check),
    failureLimit: 0,
    inconclusiveLimit: check.noData === "skip" ? "{{args.looks}}" : "{{args.inconclusive}}",
    consecutiveErrorLimit: UNANSWERED,
    provider: {
      prometheus: {
        address: prometheus,
        query: check.query("{{args.window}}", "{{args.seconds}}", "{{args.revision}}"),
      },
    },
  };
}

/** Any answer between 200 and 299 will do; one that is late or another is asked for twice more. */
function testMetric({ name, path, within = "10 s" }: ReleaseTest, url: string) {
  return {
    name,
    count: 1,
    failureLimit: 0,
    consecutiveErrorLimit: 2,
    provider: { web: { url: `${url}${path}`, timeoutSeconds: Math.max(1, Math.round(seconds(within))) } },
  };
}

/** Names of the templates of a service. */
export const templates = {
  gates: (name: string) => `${name}-gates`,
  tests: (name: string) => `${name}-tests`,
};

/** The plan's gates, and its tests where it has any, as templates of analyses. */
export function planTemplates(facts: EngineFacts): EngineObject[] {
  const { service, plan, surroundings, name, candidateUrl } = facts;
  const { tests = [] } = plan;
  const template = { apiVersion: ARGO_API, kind: "AnalysisTemplate" };
  return [
    {
      ...template,
      suffix: "gates",
      name: templates.gates(name),
      spec: {
        // Values too, though each step gives its own: the engine refuses a template that by itself would never end.
        args: ARGUMENTS.map((argument) => ({
          name: argument,
          ...(argument === "revision" ? {} : { value: stepValues(plan, 0)[argument] }),
        })),
        metrics: planChecks(service, plan).map((check) => metric(check, surroundings.prometheus ?? "")),
      },
    },
    ...(tests.length === 0
      ? []
      : [
          {
            ...template,
            suffix: "tests",
            name: templates.tests(name),
            spec: { metrics: tests.map((test) => testMetric(test, candidateUrl)) },
          },
        ]),
  ];
}

/** What a step's analysis is told of its length. More looks without evidence than with any, and it waits for a person. */
function stepValues(plan: ReleasePlan, step: number): Record<Exclude<Argument, "revision">, string> {
  const { hold, every, looks } = stepTimes(plan, step);
  return {
    window: lengthText(hold),
    seconds: String(hold),
    every: lengthText(every),
    looks: String(looks),
    inconclusive: String(Math.floor(looks / 2)),
  };
}

/** What a step's analysis is told. */
export function analysisArguments({ plan }: EngineFacts, step: number): object[] {
  return ARGUMENTS.map((name) =>
    name === "revision"
      ? { name, valueFrom: { fieldRef: { fieldPath: "metadata.labels['slipway.dev/revision']" } } }
      : { name, value: stepValues(plan, step)[name] },
  );
}
