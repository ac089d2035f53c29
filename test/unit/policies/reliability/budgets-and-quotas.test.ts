import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  budgetForService,
  budgetLetsBrokenGo,
  budgetSelectsPods,
  oneBudget,
} from "../../../../policies/reliability/scaling/disruption-budgets.ts";
import {
  fitsLimitRange,
  quotaCoversPeak,
  quotaCoversRollout,
} from "../../../../policies/reliability/scaling/quota.ts";
import { AUTOSCALER, BUDGET, DEPLOYMENT, NAMESPACE, object } from "../kubernetes-support.ts";
import { changed, says } from "../support.ts";
import { changedAll } from "./support.ts";

const namespace = object(NAMESPACE, { name: "namespace" });
const [workload, scaler, budget] = [object(DEPLOYMENT), object(AUTOSCALER), object(BUDGET)];
const otherLabels = "spec.selector.matchLabels";

describe("disruption budgets", () => {
  const bare = "api: no PodDisruptionBudget selects its pods: all 3 may be evicted at once";

  test("OS-01 what serves in production has one", () => {
    const without = (...others: Parameters<typeof says>[1][]) =>
      says(budgetForService, workload, scaler, ...others);
    expect(without(namespace, budget)).toEqual([]);
    expect(without(namespace)).toEqual([bare]);
    expect(without()).toEqual([`~${bare}`]);
    expect(without(namespace, object(changed(BUDGET, otherLabels, { app: "other" })))).toEqual([bare]);
    expect(without(namespace, object(changed(BUDGET, otherLabels, unknownValue)))).toEqual([
      `?api: ${otherLabels} is not known before deployment`,
    ]);
    expect(says(budgetForService, namespace, workload)).toEqual([]);
    expect(says(budgetForService, namespace, object(DEPLOYMENT, { stack: "staging" }), scaler)).toEqual([]);
  });

  test("two that select the same pods are found", () => {
    const second = object(changed(BUDGET, "metadata.name", "second"), { name: "second" });
    expect(says(oneBudget, workload, budget)).toEqual([]);
    expect(says(oneBudget, workload, budget, second)).toEqual([
      'second: spec.selector selects pods that "api" selects too: none of them can be evicted',
    ]);
  });

  test("one that selects nothing is found, where nobody else may make pods", () => {
    const lost = object(changed(BUDGET, otherLabels, { app: "other" }));
    const found = ["api: spec.selector selects no pod of this stack"];
    const rollout = object({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { namespace: "shop" },
    });
    expect(says(budgetSelectsPods, namespace, workload, budget)).toEqual([]);
    expect(says(budgetSelectsPods, namespace, workload, lost)).toEqual(found);
    expect(says(budgetSelectsPods, workload, lost)).toEqual([]);
    expect(says(budgetSelectsPods, namespace, workload, lost, rollout)).toEqual([]);
    expect(says(budgetSelectsPods, object(changed(BUDGET, "spec.selector", undefined)))).toEqual([
      "api: spec.selector is not set: it selects no pod",
    ]);
  });

  test.each([
    ["AlwaysAllow", []],
    [undefined, ["~api: spec.unhealthyPodEvictionPolicy is not set: a broken pod can stop a drain"]],
    [
      "IfHealthyBudget",
      ['~api: spec.unhealthyPodEvictionPolicy is "IfHealthyBudget": a broken pod can stop a drain'],
    ],
    [unknownValue, ["?api: spec.unhealthyPodEvictionPolicy is not known before deployment"]],
  ])("broken pods under %s", (policy, expected) => {
    const given = object(changed(BUDGET, "spec.unhealthyPodEvictionPolicy", policy));
    expect(says(budgetLetsBrokenGo, given)).toEqual(expected);
  });
});

/** Thirteen pods of 500m and 256Mi at the most; a rollout adds a quarter, rounded up. */
const quota = (hard: Record<string, unknown>, more: object = {}) =>
  object(
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "quota", namespace: "shop" },
      spec: { hard, ...more },
    },
    { name: "quota" },
  );

describe("quotas", () => {
  const judged = (hard: Record<string, unknown>, more: object = {}) => [
    ...says(quotaCoversPeak, workload, scaler, quota(hard, more)),
    ...says(quotaCoversRollout, workload, scaler, quota(hard, more)),
  ];
  test.each([
    ["pods", "17", []],
    ["pods", "16", ['~quota: spec.hard.pods is "16", and all workloads at their most, rolled over, take 17']],
    ["pods", "12", ['quota: spec.hard.pods is "12", and all workloads at their most take 13']],
    ["requests.cpu", "8500m", []],
    [
      "requests.cpu",
      "6499m",
      ['quota: spec.hard.requests.cpu is "6499m", and all workloads at their most take 6.5'],
    ],
    ["requests.memory", "4352Mi", []],
    [
      "memory",
      "4351Mi",
      ['~quota: spec.hard.memory is "4351Mi", and all workloads at their most, rolled over, take 4352Mi'],
    ],
    ["services.loadbalancers", "0", []],
    ["pods", "many", Array(2).fill('quota: spec.hard.pods is not a quantity such as "500m" or "1Gi"')],
  ])("EA-14 OS-01 %s of %s", (name, hard, expected) => {
    const found = judged({ [name]: hard });
    expect(hard === "many" ? found.map((text) => text.replace(/^~/, "")) : found).toEqual(expected);
  });

  test("EA-14 what a quota counts must be said by every container, or given by a LimitRange", () => {
    const at = "spec.template.spec.containers[0].resources.limits.cpu";
    expect(judged({ "limits.cpu": "100" })).toEqual([
      `api: ${at} is not set, and the namespace's ResourceQuota counts limits.cpu: no pod is admitted`,
    ]);
    const range = object({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { namespace: "shop" },
      spec: { limits: [{ type: "Container", default: { cpu: "1" } }] },
    });
    expect(says(quotaCoversPeak, workload, scaler, range, quota({ "limits.cpu": "13" }))).toEqual([]);
    expect(says(quotaCoversPeak, workload, scaler, range, quota({ "limits.cpu": "12" }))).toEqual([
      'quota: spec.hard.limits.cpu is "12", and all workloads at their most take 13',
    ]);
  });

  test("a quota of some pods only, or of another namespace, is none of these", () => {
    expect(judged({ pods: "1" }, { scopes: ["BestEffort"] })).toEqual([]);
    const elsewhere = changed(DEPLOYMENT, "metadata.namespace", "other");
    expect(says(quotaCoversPeak, object(elsewhere), quota({ pods: "0" }))).toEqual([]);
  });

  test("an unknown maximum is not evaluated", () => {
    const unknown = object(changed(AUTOSCALER, "spec.maxReplicas", unknownValue));
    expect(says(quotaCoversPeak, workload, unknown, quota({ pods: "1" }))).toEqual([
      "?api: spec.maxReplicas is not known before deployment",
    ]);
  });

  test("sidecars count with the others, and what ends before them only where it is larger", () => {
    const init = (restartPolicy?: string) => ({
      name: "first",
      resources: { requests: { cpu: "2" } },
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
    });
    const given = (one: unknown) =>
      object(changedAll(DEPLOYMENT, { "spec.template.spec.initContainers": [one] }));
    const most = (one: unknown, cpu: string) =>
      says(quotaCoversPeak, given(one), scaler, quota({ "requests.cpu": cpu }));
    expect(most(init(), "26")).toEqual([]);
    expect(most(init(), "25")).toHaveLength(1);
    expect(most(init("Always"), "32.5")).toEqual([]);
    expect(most(init("Always"), "32")).toHaveLength(1);
  });
});

describe("fits-limit-range", () => {
  const at = "spec.template.spec.containers[0].resources";
  const range = (limit: object) =>
    object({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { namespace: "shop" },
      spec: { limits: [{ type: "Container", ...limit }] },
    });
  test.each([
    [{ max: { memory: "256Mi" } }, []],
    [
      { max: { memory: "255Mi" } },
      [`api: ${at}.limits.memory is "256Mi", above the LimitRange's max of "255Mi"`],
    ],
    [{ min: { cpu: "500m" } }, []],
    [{ min: { cpu: "501m" } }, [`api: ${at}.requests.cpu is "500m", below the LimitRange's min of "501m"`]],
    [
      { default: { cpu: "400m" } },
      [`api: ${at}.requests.cpu is "500m", above the limit of "400m" that the LimitRange gives`],
    ],
    [{ default: { memory: "1Mi" } }, []],
    [{ max: unknownValue }, ["?api: spec.limits[0].max is not known before deployment"]],
  ])("%j", (limit, expected) => {
    expect(says(fitsLimitRange, workload, range(limit))).toEqual(expected);
  });
});
