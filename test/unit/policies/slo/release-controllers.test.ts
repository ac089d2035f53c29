import { describe, expect, test } from "vitest";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { releaseNoData } from "../../../../policies/slo/releases/release-no-data.ts";
import { releasePlanAtEdge } from "../../../../policies/slo/releases/release-plan-at-edge.ts";
import { releaseShortcut } from "../../../../policies/slo/releases/release-shortcut.ts";
import { releaseVerified } from "../../../../policies/slo/releases/release-verified.ts";
import * as types from "../../../../policies/types.ts";
import { INGRESS, object, ROUTE, SERVICE } from "../kubernetes-support.ts";
import { resource, says } from "../support.ts";
import { AVAILABILITY, custom, deployment, RELEASE, service } from "./slo-support.ts";

const UNSEEN = "nothing is measured on the way";
const rollout = (strategy: unknown, spec: object = {}) =>
  custom("argoproj.io/v1alpha1", "Rollout", { strategy, ...spec });
const flagger = (spec: object) => custom("flagger.app/v1beta1", "Canary", spec);
const pipeline = (canary: object, more: object = {}) =>
  resource(types.DELIVERY_PIPELINE, "pipeline", {
    serialPipeline: { stages: [{ targetId: "staging" }, { targetId: "production", strategy: { canary } }] },
    ...more,
  });
const steps = (...more: object[]) => ({ canary: { steps: [{ setWeight: 10 }, ...more] } });

describe("OS-07 a controller's canary is measured", () => {
  const stage = "pipeline: serialPipeline.stages[1].strategy.canary";
  test.each<[string, PolicyResource, string[]]>([
    ["an analysis of a step", rollout(steps({ analysis: { templates: [] } })), []],
    ["an analysis of all", rollout({ canary: { analysis: {}, steps: [] } }), []],
    ["an experiment", rollout(steps({ experiment: { analyses: [{ name: "a" }] } })), []],
    [
      "time only",
      rollout(steps({ pause: { duration: "1h" } })),
      [`api: spec.strategy.canary.steps has no analysis, and neither has the canary: ${UNSEEN}`],
    ],
    [
      "a person",
      rollout(steps({ pause: {} })),
      [
        `~api: spec.strategy.canary.steps has no analysis, and neither has the canary: ${UNSEEN} but what a person looks at`,
      ],
    ],
    [
      "no steps",
      rollout({ canary: {} }),
      [`api: spec.strategy.canary.steps has none, and there is no analysis: ${UNSEEN}`],
    ],
    ["blue-green, analysed", rollout({ blueGreen: { prePromotionAnalysis: {} } }), []],
    [
      "blue-green",
      rollout({ blueGreen: { activeService: "a" } }),
      [`api: spec.strategy.blueGreen has neither prePromotionAnalysis nor postPromotionAnalysis: ${UNSEEN}`],
    ],
    [
      "blue-green by hand",
      rollout({ blueGreen: { autoPromotionEnabled: false } }),
      [`~api: spec.strategy.blueGreen has neither prePromotionAnalysis nor postPromotionAnalysis: ${UNSEEN}`],
    ],
    ["no strategy", rollout(undefined), ["api: spec.strategy is neither canary nor blueGreen"]],
    ["not known", rollout(unknownValue), ["?api: spec.strategy is not known before deployment"]],
    ["Flagger's metrics", flagger({ analysis: { metrics: [{ name: "request-success-rate" }] } }), []],
    [
      "Flagger's older field",
      flagger({ canaryAnalysis: { metrics: [{ name: "request-success-rate" }] } }),
      [],
    ],
    [
      "no metrics",
      flagger({ analysis: { interval: "1m" } }),
      [`api: spec.analysis.metrics has none: ${UNSEEN}`],
    ],
    ["Cloud Deploy, verified", pipeline({ canaryDeployment: { percentages: [10], verify: true } }), []],
    ["Cloud Deploy, analysed", pipeline({ canaryDeployment: { percentages: [10], analysis: {} } }), []],
    [
      "Cloud Deploy",
      pipeline({ canaryDeployment: { percentages: [10] } }),
      [`${stage}.canaryDeployment.verify is not true: ${UNSEEN}`],
    ],
    ["phases, verified", pipeline({ customCanaryDeployment: { phaseConfigs: [{ verify: true }, {}] } }), []],
    [
      "phases",
      pipeline({ customCanaryDeployment: { phaseConfigs: [{}, {}] } }),
      [`${stage}.customCanaryDeployment.phaseConfigs has no phase that is verified: ${UNSEEN}`],
    ],
    [
      "a truth that is none",
      pipeline({ canaryDeployment: { verify: "yes" } }),
      [`${stage}.canaryDeployment.verify is not true or false`],
    ],
  ])("%s", (_, one, expected) => {
    expect(says(releaseVerified, one)).toEqual(expected);
  });
});

describe("OS-07 no data is not good", () => {
  const template = (successCondition: unknown, query: unknown = "a / b") =>
    custom("argoproj.io/v1alpha1", "AnalysisTemplate", {
      metrics: [{ successCondition, provider: { prometheus: { query } } }],
    });
  const met = [
    "api: spec.metrics[0].successCondition is met where nothing was measured: a version without requests is promoted",
  ];
  test.each([
    ["result[0] >= 0.95", []],
    ["len(result) > 0 && result[0] >= 0.95", []],
    ["len(result) == 0 || result[0] >= 0.95", met],
    ["result[0] >= 0.95 || len(result) == 0", met],
    ["isNaN(result[0]) || result[0] < 0.05", met],
    ["!isNaN(result[0]) || false", []],
    ["(isNaN(result[0])) || result[0] < 0.05", met],
    [undefined, []],
    [unknownValue, ["?api: spec.metrics[0].successCondition is not known before deployment"]],
  ])("%s", (condition, expected) => {
    expect(says(releaseNoData, template(condition))).toEqual(expected);
  });

  const filled = (figure: string) =>
    `answers ${figure} where nothing was measured: whoever judges it can't tell the two apart`;
  test.each([
    ["sum(rate(good[5m])) / sum(rate(all[5m])) or vector(1)", [`~api: spec.query ${filled("1")}`]],
    ["rate(bad[5m]) OR on() vector(0) ", [`~api: spec.query ${filled("0")}`]],
    ["(rate(bad[5m]) or vector(0)) / rate(all[5m])", []],
    ["rate(bad[5m]) / rate(all[5m])", []],
  ])("%s", (query, expected) => {
    expect(says(releaseNoData, custom("flagger.app/v1beta1", "MetricTemplate", { query }))).toEqual(expected);
  });
});

test("EA-10 what a hotfix turned off does not stay off", () => {
  const unseen = "is true: every new version is promoted unseen, not only the hotfix that it was set for";
  expect(says(releaseShortcut, flagger({ skipAnalysis: true }))).toEqual([
    `api: spec.skipAnalysis ${unseen}`,
  ]);
  expect(says(releaseShortcut, flagger({ skipAnalysis: false }))).toEqual([]);
  expect(says(releaseShortcut, flagger({}))).toEqual([]);
  expect(says(releaseShortcut, flagger({ skipAnalysis: unknownValue }))).toEqual([
    "?api: spec.skipAnalysis is not known before deployment",
  ]);
  expect(says(releaseShortcut, rollout({}, { paused: true }))).toEqual([
    "api: spec.paused is true: no new version is rolled out, also the one that mends something",
  ]);
  expect(says(releaseShortcut, pipeline({}, { suspended: true }))).toEqual([
    "pipeline: suspended is true: no release can be made, also the one that mends something",
  ]);
});

describe("EA-09 what users reach from outside is released step by step", () => {
  const promising = { objectives: [AVAILABILITY] };
  const pods = { selector: { "app.kubernetes.io/name": "api" } };
  const kubernetes = { ...SERVICE, spec: pods };
  const api = deployment(promising);
  const none = (name: string, at: string) =>
    `~${name}: ${at}slipway.dev/release is not set: users reach it from outside, and each new version comes to all of them at once`;
  const found = [none("api", "metadata.annotations.")];
  const ingress = { ...INGRESS, spec: { defaultBackend: { service: { name: "api" } } } };
  const paths = {
    ...INGRESS,
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: "api" } } }] } }] },
  };
  test.each<[string, PolicyResource[], string[]]>([
    ["by a route", [api, object(kubernetes), object(ROUTE)], found],
    ["by an Ingress", [api, object(kubernetes), object(ingress)], found],
    ["by a path of an Ingress", [api, object(kubernetes), object(paths)], found],
    [
      "by a load balancer of its own",
      [api, object({ ...kubernetes, spec: { ...pods, type: "LoadBalancer" } })],
      found,
    ],
    ["inside only", [api, object(kubernetes)], []],
    ["with a plan", [deployment({ ...promising, release: RELEASE }), object(kubernetes), object(ROUTE)], []],
    ["a stranger's", [deployment({}), object(kubernetes), object(ROUTE)], []],
    [
      "released by Argo Rollouts",
      [
        api,
        object(kubernetes),
        object(ROUTE),
        rollout({}, { workloadRef: { kind: "Deployment", name: "api" } }),
      ],
      [],
    ],
    [
      "released by Flagger",
      [api, object(kubernetes), object(ROUTE), flagger({ targetRef: { name: "api" } })],
      [],
    ],
    [
      "who knows by whom",
      [api, object(kubernetes), object(ROUTE), flagger({ targetRef: { name: unknownValue } })],
      ["?api: spec.targetRef.name is not known before deployment"],
    ],
    [
      "a route to who knows whom",
      [api, object(kubernetes), object({ ...ROUTE, spec: { rules: unknownValue } })],
      ["?api: spec.rules is not known before deployment"],
    ],
    ["outside production", [deployment(promising, { stack: "dev" }), object(kubernetes), object(ROUTE)], []],
  ])("Kubernetes: %s", (_, resources, expected) => {
    expect(says(releasePlanAtEdge, ...resources)).toEqual(expected);
  });

  const everyone = resource(types.CLOUD_RUN_INVOKER, "all", {
    name: "backend",
    role: "roles/run.invoker",
    member: "allUsers",
  });
  const behind = { ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" };
  test.each<[string, PolicyResource[], string[]]>([
    ["behind the edge", [service(promising, behind), everyone], [none("backend", "annotations.")]],
    ["nobody may call it", [service(promising, behind)], []],
    ["inside only", [service(promising, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }), everyone], []],
    [
      "nobody is asked",
      [service(promising, { invokerIamDisabled: true })],
      [none("backend", "annotations.")],
    ],
  ])("Cloud Run: %s", (_, resources, expected) => {
    expect(says(releasePlanAtEdge, ...resources)).toEqual(expected);
  });
});
