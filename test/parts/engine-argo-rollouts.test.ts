import type { V1Deployment, V1Ingress } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import type { ReleasePlan } from "../../components/release/plan.ts";
import { Service } from "../../components/service/service.ts";
import { type AnyObject, find } from "../../sandbox/kubernetes/client.ts";
import { declare, testScope } from "../support/declare.ts";
import { goodService } from "../support/service.ts";
import { carriedOut } from "../unit/rollout/engines-support.ts";
import { argoProblem, Engines, type Figure, figureServer } from "./engine-support.ts";
import { PodCluster, until } from "./kubernetes-pods-support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const NAMESPACE = "released";

const PLAN: ReleasePlan = carriedOut("argo-rollouts", {
  steps: [
    { weight: 20, hold: "20 s" },
    { weight: 60, hold: "20 s" },
    { weight: 100, hold: "4 s" },
  ],
  every: "2 s",
  header: { name: "X-Candidate", value: "always" },
});

/** The Ingress that leads to the service, as whoever keeps the way in has made it. */
const INGRESS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "edge-api", namespace: NAMESPACE },
  spec: {
    ingressClassName: "nginx",
    rules: [
      {
        host: "shop.example",
        http: {
          paths: [
            { path: "/", pathType: "Prefix", backend: { service: { name: "api", port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
};

/** What the components declare for a version, in an order in which it can be applied. */
async function declared(
  image: string,
  prometheus: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AnyObject[]> {
  const first = ["Namespace", "PriorityClass", "ServiceAccount", "ConfigMap", "Deployment", "Service"];
  const rank = ({ kind = "" }: AnyObject) => (first.includes(kind) ? first.indexOf(kind) : first.length);
  const resources = await declare(() => {
    const scope = testScope();
    const namespace = new Namespace("shop-namespace", { scope, namespace: NAMESPACE });
    new Service("shop-api", {
      scope,
      service: "api",
      namespace,
      ...goodService(),
      runtime: "kubernetes",
      image,
      environment,
      resources: { cpu: 0.1, memory: "128 MiB" },
      scaling: { min: 2, max: 3, cpuPercent: 60 },
      release: PLAN,
      engine: { prometheus, ingress: "edge-api" },
    });
  });
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as AnyObject)
    .sort((left, right) => rank(left) - rank(right));
}

interface Rollout extends AnyObject {
  status?: { phase?: string; message?: string; abort?: boolean; pauseConditions?: { reason: string }[] };
}

const problem = await argoProblem();
const absent = problem !== "" && process.env.SLIPWAY_DEMAND_PARTS !== "1";

describe.skipIf(absent)(`releases by Argo Rollouts${absent ? ` (skipped: ${problem})` : ""}`, () => {
  let cluster: PodCluster;
  let engines: Engines;
  let prometheus: Awaited<ReturnType<typeof figureServer>>;
  const figures: string[] = [];

  const rollout = () => cluster.read<Rollout>("argoproj.io/v1alpha1", "Rollout", NAMESPACE, "api");
  const weight = async () => {
    const ingress = await find<V1Ingress>(
      cluster.client,
      "networking.k8s.io/v1",
      "Ingress",
      "api-edge-api-canary",
      NAMESPACE,
    );
    return ingress?.metadata?.annotations?.["nginx.ingress.kubernetes.io/canary-weight"];
  };
  /** Brings a version as a deployment does: Services keep the pods that the engine has chosen for them. */
  const bring = async (
    version: string,
    figure: Figure,
    environment: Readonly<Record<string, string>> = {},
  ) => {
    prometheus.state.figure = figure;
    prometheus.asked.length = 0;
    const objects = await declared(`docker.io/sandbox/demo:${version}`, prometheus.url, environment);
    await cluster.apply(...objects.filter(({ kind }) => kind !== "Service"));
  };
  /** Share of the requests that a version answers, in percent, once the weight is live. */
  const share = async (version: string, wanted: number) => {
    await until(async () => (await weight()) === String(wanted));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const answers = await engines.ask(500);
    expect(Object.keys(answers).filter((by) => !by.startsWith("sandbox/demo:"))).toEqual([]);
    const percent = (100 * (answers[`sandbox/demo:${version}`] ?? 0)) / 500;
    figures.push(`weight ${wanted}: ${percent} % of 500 requests`);
    return percent;
  };
  const runs = async () => {
    const { items } = await cluster.client.objects.list<AnyObject & { status?: { phase?: string } }>(
      "argoproj.io/v1alpha1",
      "AnalysisRun",
      NAMESPACE,
    );
    return items.map(({ status }) => status?.phase);
  };

  beforeAll(async () => {
    if (problem !== "") throw new Error(problem);
    prometheus = await figureServer();
    cluster = await PodCluster.start();
    engines = await Engines.start(cluster);
    const objects = await declared("docker.io/sandbox/demo:1.0.0", prometheus.url);
    await cluster.apply(...objects, INGRESS);
  });

  afterAll(async () => {
    await cluster?.stop();
    await prometheus?.close();
    console.log(`releases by Argo Rollouts: ${figures.join("; ")}`);
  });

  test("the first version comes up whole: the Rollout has the autoscaler's pods, the Deployment none", async () => {
    await until(async () => (await rollout()).status?.phase === "Healthy");
    await until(async () => {
      const { spec, status } = await cluster.read<V1Deployment>("apps/v1", "Deployment", NAMESPACE, "api");
      return spec?.replicas === 0 && (status?.replicas ?? 0) === 0;
    });
    await until(async () => (await cluster.endpoints(NAMESPACE, "api")).length === 2);
    await until(async () => (await engines.ask(1))["sandbox/demo:1.0.0"] === 1);
    expect(prometheus.asked).toEqual([]);
  });

  test("OS-07 a version whose figures are bad is taken back from the step that it had reached", async () => {
    await bring("1.1.0", 0.001);
    expect(Math.abs((await share("1.1.0", 20)) - 20)).toBeLessThan(5);
    expect(await engines.ask(20, { "X-Candidate": "always" })).toEqual({ "sandbox/demo:1.1.0": 20 });
    expect(Math.abs((await share("1.1.0", 60)) - 60)).toBeLessThan(5);
    prometheus.state.figure = 0.2;
    const began = performance.now();
    await until(async () => (await weight()) === "0");
    figures.push(`from bad figures to weight 0 ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await until(async () => (await rollout()).status?.abort === true);
    const { status, metadata } = await rollout();
    expect(status?.message).toContain(
      'Metric "availability" assessed Failed due to failed (1) > failureLimit (0)',
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await engines.ask(200)).toEqual({ "sandbox/demo:1.0.0": 200 });
    const revision = metadata?.labels?.["slipway.dev/revision"];
    expect(prometheus.asked.every((query) => query.includes(`revision="${revision}"`))).toBe(true);
    expect(prometheus.asked[0]).toContain("[20s]");
    expect(await runs()).toEqual(expect.arrayContaining(["Successful", "Failed"]));
  });

  test("OS-07 a version whose figures are good gets all requests, step by step", async () => {
    await bring("1.1.0", 0.001, { TRY: "2" });
    await until(async () => (await rollout()).status?.phase === "Healthy" && (await weight()) === "0");
    await until(async () => (await engines.ask(50))["sandbox/demo:1.1.0"] === 50);
    expect((await rollout()).status?.abort).toBeUndefined();
    expect(new Set((await runs()).slice(-3))).not.toContain("Failed");
  });

  test.each([
    ["nothing", "3"],
    ["NaN", "4"],
  ] as const)(
    "OS-07 a version of which Prometheus says %s is not promoted: it waits for a person",
    async (figure, attempt) => {
      await bring("1.0.0", figure, { TRY: attempt });
      await until(
        async () => (await rollout()).status?.pauseConditions?.[0]?.reason === "InconclusiveAnalysisRun",
      );
      const { status } = await rollout();
      expect(status?.phase).toBe("Paused");
      expect(status?.abort).toBeUndefined();
      expect(await weight()).toBe("20");
    },
  );
});
