import { expect, test, vi } from "vitest";
import type { ReleaseEngine, ReleasePlan } from "../../components/release/plan.ts";
import type { ServiceArgs } from "../../components/service/service.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { send } from "../../sandbox/kubernetes/send.ts";
import { BACKEND_OBJECTIVES } from "../../systems/onesource/objectives.ts";
import { BACKEND_RELEASE } from "../../systems/onesource/release.ts";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { AT, carriedOut, declareReleased } from "../unit/rollout/engines-support.ts";

vi.setConfig({ testTimeout: 60_000 });

/** ONESource's plan, without what no engine but Slipway's can do of it. */
function onesource(engine: ReleaseEngine, change: Partial<ReleasePlan> = {}): ReleasePlan {
  const { comparisons: _c, soak: _s, emergency: _e, ...plan } = BACKEND_RELEASE;
  return { ...plan, engine, judging: "fixed-window", ...change };
}

const OF_ONESOURCE: Partial<ServiceArgs> = { objectives: BACKEND_OBJECTIVES, latencyBuckets: ["2 s"] };

/** Flagger leads nobody by a header, and holds every step as long. */
function forFlagger(): ReleasePlan {
  const { header: _, ...plan } = onesource("flagger");
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, hold: "15 min" as const })) };
}

const TESTS = [{ name: "version", path: "/version" }];

const PLANS: readonly (readonly [string, ReleasePlan, Partial<ServiceArgs>])[] = [
  ["ONESource's canary by Argo Rollouts", onesource("argo-rollouts"), OF_ONESOURCE],
  ["ONESource's canary by Flagger", forFlagger(), OF_ONESOURCE],
  ["a canary with tests", carriedOut("argo-rollouts", { tests: TESTS }), {}],
  [
    "a blue-green release in shares",
    carriedOut("argo-rollouts", { strategy: "blue-green", tests: TESTS }),
    {},
  ],
  [
    "a blue-green release at once",
    carriedOut("argo-rollouts", {
      strategy: "blue-green",
      steps: [{ weight: 100, hold: "15 min" }],
      tests: TESTS,
    }),
    {},
  ],
  [
    "thresholds of every kind",
    carriedOut("argo-rollouts", {
      thresholds: [
        { name: "errors", limit: { kind: "errors", atMost: 0.5 }, settled: 0.1 },
        { name: "slow", limit: { kind: "latency", percentile: 95, under: "2 s" }, noData: "fail" },
        { name: "mean", limit: { kind: "mean-latency", under: "1 s" }, noData: "skip" },
        { name: "lost", limit: { kind: "ratio", bad: "lost_total", total: "sent_total", atMost: 1 } },
        { name: "depth", limit: { kind: "query", query: "max(depth{{labels}})", atMost: 10 } },
      ],
    }),
    {},
  ],
];

/** The objects of engines among what is declared, in a namespace of the test. */
async function engineObjects(plan: ReleasePlan, change: Partial<ServiceArgs>, namespace: string) {
  const declared = await declareReleased(plan, AT, change);
  return declared
    .filter(({ type }) => /^kubernetes:(argoproj\.io|flagger\.app)/.test(type))
    .map(({ inputs }) => inputs as AnyObject)
    .map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
}

/** What the server says to an object when it is as strict as it can be. */
async function answered({ client }: TestCluster, object: AnyObject) {
  const path = await client.objects["specUriPath"](object, "create");
  return await send(client.config, "POST", `${path}?fieldValidation=Strict`, object);
}

describeWithCluster("objects of engines", (cluster) => {
  test.each(PLANS)(
    "OS-07 %s is taken by the definitions of its engine, no field unknown",
    async (_name, plan, change) => {
      const namespace = await cluster.testNamespace();
      const objects = await engineObjects(plan, change, namespace);
      expect(objects.map(({ kind }) => kind)).toContain(plan.engine === "flagger" ? "Canary" : "Rollout");
      const answers = await Promise.all(objects.map((object) => answered(cluster, object)));
      expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    },
  );

  test("and a field that the definition doesn't know is refused", async () => {
    const namespace = await cluster.testNamespace();
    const [object] = await engineObjects(carriedOut("argo-rollouts"), {}, namespace);
    const { status, body } = await answered(cluster, {
      ...object,
      spec: { ...((object as AnyObject).spec as object), metric: [] },
    } as AnyObject);
    expect(status).toBe(400);
    expect(body).toContain('unknown field \\"spec.metric\\"');
  });
});
