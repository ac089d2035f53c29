import { describe, expect, test } from "vitest";
import { remediated } from "../../../../policies/core/remediate.ts";
import { NO_SETTINGS } from "../../../../policies/core/settings.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  limitCoversRequest,
  memoryNotOvercommitted,
  scratchSpaceBounded,
} from "../../../../policies/reliability/workloads/resources-consistent.ts";
import {
  podsSettle,
  rollbackPossible,
  rolloutFailsInTime,
  rolloutKeepsServing,
} from "../../../../policies/reliability/workloads/rollout.ts";
import {
  selectorMatchesPods,
  spreadSelectsOwnPods,
} from "../../../../policies/reliability/workloads/selector-matches-pods.ts";
import { variableStatedOnce } from "../../../../policies/reliability/workloads/variable-stated-once.ts";
import { CLOUD_RUN_SERVICE } from "../../../../policies/types.ts";
import { AUTOSCALER, CONTAINER, DEPLOYMENT, object, POD_SPEC } from "../kubernetes-support.ts";
import { changed, resource, SERVICE, says } from "../support.ts";
import { changedAll } from "./support.ts";

const POD = "spec.template.spec";
const AT = `${POD}.containers[0]`;
const made = (changes: Record<string, unknown>, stack = "production") =>
  object(changedAll(DEPLOYMENT, changes), { stack });

test.each([
  [{ requests: { cpu: "1" }, limits: { cpu: "1000m" } }, []],
  [
    { requests: { cpu: "1001m" }, limits: { cpu: 1 } },
    [`api: ${AT}.resources.requests.cpu is "1001m", more than the limit of "1"`],
  ],
  [
    { requests: { memory: "1Gi" }, limits: { memory: "1G" } },
    [`api: ${AT}.resources.requests.memory is "1Gi", more than the limit of "1G"`],
  ],
  [{ requests: { memory: "1Gi" } }, []],
  [
    { requests: { memory: "much" }, limits: { memory: "1G" } },
    [`api: ${AT}.resources.requests.memory is not a quantity such as "500m" or "1Gi"`],
  ],
  [{ requests: unknownValue }, [`?api: ${AT}.resources.requests is not known before deployment`]],
])("OS-01 a limit covers the request: %j", (resources, expected) => {
  expect(says(limitCoversRequest, made({ [`${AT}.resources`]: resources }))).toEqual(expected);
});

test.each([
  ["256Mi", []],
  ["128Mi", [`~api: ${AT}.resources.requests.memory is "128Mi", and it may use "256Mi"`]],
  [undefined, []],
])("memory of %s is promised as a whole", (request, expected) => {
  expect(says(memoryNotOvercommitted, made({ [`${AT}.resources.requests.memory`]: request }))).toEqual(
    expected,
  );
});

test("what a pod writes is bounded", () => {
  const volumes = (folder: unknown) => ({ [`${POD}.volumes`]: [{ name: "tmp", emptyDir: folder }] });
  const size = `${POD}.volumes[0].emptyDir.sizeLimit`;
  expect(says(scratchSpaceBounded, made(volumes({ sizeLimit: "1Mi" })))).toEqual([]);
  expect(says(scratchSpaceBounded, made(volumes({})))).toEqual([
    `~api: ${size} is not set: it may fill the node's disk`,
  ]);
  expect(says(scratchSpaceBounded, made(volumes({ medium: "Memory" })))).toEqual([
    `~api: ${size} is not set: it may take all of the memory that the pod has`,
  ]);
  const writable = { [`${AT}.securityContext.readOnlyRootFilesystem`]: false };
  expect(says(scratchSpaceBounded, made(writable))).toEqual([
    `~api: ${AT}.resources.limits.ephemeral-storage is not set, and it may write: what it writes may fill the node's disk`,
  ]);
  const limited = { ...CONTAINER.resources, limits: { memory: "256Mi", "ephemeral-storage": "1Gi" } };
  expect(
    says(scratchSpaceBounded, made({ ...writable, ...volumes({}), [`${AT}.resources`]: limited })),
  ).toEqual([]);
});

describe("rollout-keeps-serving", () => {
  const scaler = object(changed(AUTOSCALER, "spec.minReplicas", 4));
  const at = "spec.strategy.rollingUpdate.maxUnavailable";
  test.each([
    [undefined, []],
    [{ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }, []],
    [{ rollingUpdate: { maxUnavailable: 3 } }, []],
    [
      { rollingUpdate: { maxUnavailable: 4 } },
      [`api: ${at} is "4", and there may be as few as 4 pods: all at once`],
    ],
    [{ rollingUpdate: { maxUnavailable: "99%" } }, []],
    [
      { rollingUpdate: { maxUnavailable: "100%" } },
      [`api: ${at} is "100%", and there may be as few as 4 pods: all at once`],
    ],
    [
      { rollingUpdate: { maxUnavailable: 0, maxSurge: "0%" } },
      [`api: ${at} is 0, and so is maxSurge: no pod can ever be replaced`],
    ],
    [
      { type: "Recreate" },
      ['api: spec.strategy.type is "Recreate": nothing answers from the last old pod to the first new one'],
    ],
    [{ rollingUpdate: { maxUnavailable: "some" } }, [`api: ${at} is not a number of pods or a percentage`]],
    [unknownValue, ["?api: spec.strategy is not known before deployment"]],
  ])("OS-01 %j", (strategy, expected) => {
    expect(says(rolloutKeepsServing, made({ "spec.strategy": strategy }), scaler)).toEqual(expected);
  });

  test("OS-01 what keeps a volume that one pod may have is only advised", () => {
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const keeping = { "spec.strategy": { type: "Recreate" }, "spec.template.spec.volumes": volumes };
    expect(says(rolloutKeepsServing, made(keeping))).toEqual([
      '~api: spec.strategy.type is "Recreate": nothing answers from the last old pod to the first new one',
    ]);
  });

  test("outside production, and for workers, all may go", () => {
    const recreate = { "spec.strategy": { type: "Recreate" } };
    expect(says(rolloutKeepsServing, made(recreate, "staging"))).toEqual([]);
    expect(says(rolloutKeepsServing, made({ ...recreate, [`${AT}.ports`]: [] }))).toEqual([]);
  });
});

test.each([
  [undefined, []],
  [1, []],
  [0, ["api: spec.revisionHistoryLimit is 0: there is no revision to go back to"]],
  [unknownValue, ["?api: spec.revisionHistoryLimit is not known before deployment"]],
])("a history of %s can be gone back to", (limit, expected) => {
  expect(says(rollbackPossible, made({ "spec.revisionHistoryLimit": limit }))).toEqual(expected);
});

test.each([
  [undefined, 5, []],
  [1800, 5, []],
  [1801, 5, ['~api: spec.progressDeadlineSeconds is "1801" s, more than 1800 s']],
  [5, 5, ["api: spec.progressDeadlineSeconds is 5, not more than minReadySeconds, 5"]],
])("a rollout fails after %s s", (deadline, settled, expected) => {
  const changes = { "spec.progressDeadlineSeconds": deadline, "spec.minReadySeconds": settled };
  expect(says(rolloutFailsInTime, made(changes))).toEqual(expected);
});

test("a pod that is ready stays so for a moment, and that can be mended", () => {
  const bare = made({ "spec.minReadySeconds": undefined });
  expect(says(podsSettle, bare)).toEqual([
    "~api: spec.minReadySeconds is not set: a pod counts as available at once",
  ]);
  const settings = { ...NO_SETTINGS, enforcement: { all: "remediate" } } as const;
  const pack = { name: "p", description: "", policies: [podsSettle] };
  const mended = remediated([pack], [bare], settings);
  expect(mended.done).toEqual([{ policy: "pods-settle", urn: bare.urn }]);
  expect(mended.resources[0]?.props).toEqual(changedAll(DEPLOYMENT, { "spec.minReadySeconds": 5 }));
  const short = made({ "spec.minReadySeconds": undefined, "spec.progressDeadlineSeconds": 5 });
  expect(remediated([pack], [short, made({})], settings).done).toEqual([]);
  expect(says(podsSettle, made({ "spec.minReadySeconds": undefined }, "staging"))).toEqual([]);
});

test("OS-01 a selector selects its own pods", () => {
  const at = "spec.template.metadata.labels";
  const refused = ["api: spec.selector does not select the pods of spec.template.metadata.labels"];
  expect(says(selectorMatchesPods, made({}))).toEqual([]);
  expect(says(selectorMatchesPods, made({ [at]: { "app.kubernetes.io/name": "other" } }))).toEqual(refused);
  expect(says(selectorMatchesPods, made({ "spec.selector": undefined }))).toEqual([
    "api: spec.selector is not set: the API server refuses it",
  ]);
  expect(says(selectorMatchesPods, made({ [at]: unknownValue }))).toEqual([
    `?api: ${at} is not known before deployment`,
  ]);
});

test("what spreads pods selects them", () => {
  const at = `${POD}.topologySpreadConstraints[0].labelSelector`;
  expect(says(spreadSelectsOwnPods, made({}))).toEqual([]);
  expect(says(spreadSelectsOwnPods, made({ [at]: { matchLabels: { app: "other" } } }))).toEqual([
    `api: ${at} does not select the pods of this workload`,
  ]);
  expect(says(spreadSelectsOwnPods, made({ [at]: undefined }))).toEqual([
    `api: ${at} is not set: it selects no pod`,
  ]);
  expect(POD_SPEC.topologySpreadConstraints).toHaveLength(1);
});

test.each([
  ["Kubernetes", `${AT}.env`, (env: unknown) => made({ [`${AT}.env`]: env })],
  [
    "Cloud Run",
    "template.containers[0].envs",
    (env: unknown) =>
      resource(CLOUD_RUN_SERVICE, "api", changed(SERVICE, "template.containers[0].envs", env)),
  ],
])("%s: a variable stands once", (_, at, given) => {
  const variables = (...names: readonly string[]) => given(names.map((name) => ({ name, value: "1" })));
  expect(says(variableStatedOnce, variables("A", "B"))).toEqual([]);
  expect(says(variableStatedOnce, variables("A", "B", "A"))).toEqual([
    `api: ${at}[2].name is "A", which stands there before`,
  ]);
  expect(says(variableStatedOnce, variables("A", unknownValue, "A"))).toEqual([
    `?api: ${at}[1].name is not known before deployment`,
    `api: ${at}[2].name is "A", which stands there before`,
  ]);
});
