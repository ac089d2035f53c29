import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { lengthText, planChecks, stepTimes } from "../../../components/release/engines/checks.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { type Duration, seconds } from "../../../components/units.ts";
import { find, ofType } from "../../support/declare.ts";
import { AT, carriedOut, declareReleased } from "./engines-support.ts";

// biome-ignore lint/suspicious/noExplicitAny: a plan's inputs are JSON of any shape
type Loose = any;

const ROLLOUT = "kubernetes:argoproj.io/v1alpha1:Rollout";
const TEMPLATE = "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate";
const SERVICE = "kubernetes:core/v1:Service";

function declared(change: Partial<ReleasePlan> = {}, engine = AT) {
  return declareReleased(carriedOut("argo-rollouts", change), engine);
}

function rollout(resources: readonly PlanResource[]): Loose {
  return find(resources, ROLLOUT, "shop-api-workload-release-rollout").inputs;
}

function gates(resources: readonly PlanResource[]): Loose[] {
  return (find(resources, TEMPLATE, "shop-api-workload-release-gates").inputs as Loose).spec.metrics;
}

describe("a plan as Argo Rollouts carries it out", () => {
  test("OS-07 each step is a weight, and an analysis that lasts as long as the hold", async () => {
    const { spec, metadata } = rollout(
      await declared({
        steps: [
          { weight: 10, hold: "24 h", every: "5 min" },
          { weight: 100, hold: "90 s" },
        ],
        header: { name: "X-Canary", value: "always" },
      }),
    );
    const told = (values: Record<string, string>) =>
      [
        {
          name: "revision",
          valueFrom: { fieldRef: { fieldPath: "metadata.labels['slipway.dev/revision']" } },
        },
      ].concat(Object.entries(values).map(([name, value]) => ({ name, value })) as Loose);
    const analysis = (values: Record<string, string>) => ({
      analysis: { templates: [{ templateName: "api-gates" }], args: told(values) },
    });
    expect(metadata.labels["slipway.dev/revision"]).toMatch(/^api-[0-9a-f]{8}$/);
    expect(spec).toEqual({
      workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api", scaleDown: "onsuccess" },
      minReadySeconds: 5,
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 600,
      progressDeadlineAbort: true,
      strategy: {
        canary: {
          stableService: "api",
          canaryService: "api-candidate",
          maxUnavailable: 0,
          maxSurge: "25%",
          trafficRouting: {
            nginx: {
              stableIngress: "edge-api",
              additionalIngressAnnotations: {
                "canary-by-header": "X-Canary",
                "canary-by-header-value": "always",
              },
            },
          },
          scaleDownDelaySeconds: 60,
          abortScaleDownDelaySeconds: 60,
          steps: [
            { setWeight: 10 },
            analysis({ window: "24h", seconds: "86400", every: "5m", looks: "288", inconclusive: "144" }),
            { setWeight: 100 },
            analysis({ window: "1m30s", seconds: "90", every: "1m", looks: "1", inconclusive: "0" }),
          ],
        },
      },
    });
  });

  test("OS-07 no figure is never a success, and a single look that passes the limit takes the version back", async () => {
    const [availability] = gates(await declared());
    const { provider, ...metric } = availability;
    expect(metric).toEqual({
      name: "availability",
      initialDelay: "{{args.every}}",
      interval: "{{args.every}}",
      count: "{{args.looks}}",
      successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.005",
      failureCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] > 0.005",
      failureLimit: 0,
      inconclusiveLimit: "{{args.inconclusive}}",
      consecutiveErrorLimit: 30,
    });
    expect(provider.prometheus.address).toBe("http://prometheus.monitoring:9090");
    const all =
      'sum (rate(http_requests_total{environment="production",system="shop",service="api",revision="{{args.revision}}"}[{{args.window}}]))';
    const bad = `(${all.replace(",revision", ',code=~"5..",revision')} or 0 * ${all})`;
    expect(provider.prometheus.query).toBe(
      `${bad} / ${all} and (${bad} * {{args.seconds}} >= 5 or ${all} * {{args.seconds}} >= 1000)`,
    );
  });

  test("what no evidence means is stated for each gate", async () => {
    const limit = { kind: "errors", atMost: 1 } as const;
    const metrics = gates(
      await declared({
        thresholds: [
          { name: "fails", limit, noData: "fail", settled: 0.2 },
          { name: "skips", limit, noData: "skip" },
          { name: "depth", limit: { kind: "query", query: "min(free{{labels}}[$window])", atLeast: 3 } },
        ],
      }),
    );
    expect(
      metrics
        .slice(1)
        .map(({ successCondition, failureCondition, inconclusiveLimit }) => [
          successCondition,
          failureCondition,
          inconclusiveLimit,
        ]),
    ).toEqual([
      [
        "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.002",
        "len(result) == 0 || isNaN(result[0]) || result[0] > 0.01",
        "{{args.inconclusive}}",
      ],
      [
        "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01",
        "len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01",
        "{{args.looks}}",
      ],
      [
        "len(result) > 0 && !isNaN(result[0]) && result[0] >= 3",
        "len(result) > 0 && !isNaN(result[0]) && result[0] < 3",
        "{{args.inconclusive}}",
      ],
    ]);
    expect(metrics[3].provider.prometheus.query).toBe(
      'min(free{environment="production",system="shop",service="api",revision="{{args.revision}}"}[{{args.window}}])',
    );
  });

  test("the autoscaler scales the Rollout; nobody waits for the Deployment's pods, or chooses the Services'", async () => {
    const resources = await declared();
    const scaler = find(
      resources,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "shop-api-workload-autoscaler",
    ).inputs as Loose;
    expect(scaler.spec.scaleTargetRef).toEqual({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      name: "api",
    });
    const deployment = find(resources, "kubernetes:apps/v1:Deployment", "shop-api-workload-deployment")
      .inputs as Loose;
    expect(deployment.metadata.annotations["pulumi.com/skipAwait"]).toBe("true");
    expect(deployment.spec.replicas).toBeUndefined();
    const services = ofType(resources, SERVICE);
    expect(services.map(({ inputs }) => (inputs as Loose).metadata.name)).toEqual(["api-candidate", "api"]);
    expect(services.map(({ options }) => options.ignoreChanges)).toEqual([
      ["spec.selector"],
      ["spec.selector"],
    ]);
  });

  test("AC-04 a blue-green release in shares is a canary at full size that passes its tests at weight 0", async () => {
    const resources = await declared({
      strategy: "blue-green",
      tests: [{ name: "version", path: "/version", within: "2 s" }],
    });
    const { steps } = rollout(resources).spec.strategy.canary;
    expect(steps.slice(0, 3)).toEqual([
      { setCanaryScale: { weight: 100 } },
      { analysis: { templates: [{ templateName: "api-tests" }] } },
      { setWeight: 10 },
    ]);
    expect(
      (find(resources, TEMPLATE, "shop-api-workload-release-tests").inputs as Loose).spec.metrics,
    ).toEqual([
      {
        name: "version",
        count: 1,
        failureLimit: 0,
        consecutiveErrorLimit: 2,
        provider: {
          web: { url: "http://api-candidate.shop.svc.cluster.local/version", timeoutSeconds: 2 },
        },
      },
    ]);
    const policy = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "shop-api-workload-release-testers",
    ).inputs as Loose;
    expect(policy.spec.ingress[0].from).toEqual([
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "argo-rollouts" } } },
    ]);
  });

  test("AC-04 a blue-green release at once is judged after the switch, and the old pods stay that long", async () => {
    const resources = await declared(
      {
        strategy: "blue-green",
        steps: [{ weight: 100, hold: "10 min" }],
        tests: [{ name: "version", path: "/version" }],
      },
      { prometheus: "http://prometheus:9090" },
    );
    const { postPromotionAnalysis, ...rest } = rollout(resources).spec.strategy.blueGreen;
    expect(rest).toEqual({
      activeService: "api",
      previewService: "api-candidate",
      autoPromotionEnabled: true,
      prePromotionAnalysis: { templates: [{ templateName: "api-tests" }] },
      scaleDownDelaySeconds: 660,
      abortScaleDownDelaySeconds: 60,
    });
    expect(postPromotionAnalysis.templates).toEqual([{ templateName: "api-gates" }]);
  });
});

describe("a gate's question", () => {
  test("is PromQL whatever the hold, and one figure of one revision", async () => {
    const service = {
      environment: "production",
      system: "shop",
      service: "api",
      runtime: "kubernetes",
      metrics: {
        requests: "r_total",
        duration: "d_seconds",
        health: "h_total",
        code: "code",
        route: "route",
      },
      objectives: [
        { name: "availability", kind: "availability", target: 99.5, windowDays: 30, owner: "shop" },
        { name: "each", kind: "availability", target: 99.5, windowDays: 30, owner: "shop", by: ["route"] },
        { name: "latency", kind: "latency", thresholdSeconds: 2, target: 95, windowDays: 30, owner: "shop" },
        {
          name: "delta",
          kind: "delta",
          route: "/a",
          against: "/b",
          thresholdSeconds: 1,
          target: 95,
          windowDays: 30,
          owner: "shop",
        },
      ],
    } as const;
    const plan = carriedOut("argo-rollouts", {
      gates: ["availability", "each", "latency", "delta"],
      thresholds: [
        { name: "mean", limit: { kind: "mean-latency", under: "1 s" } },
        { name: "lost", limit: { kind: "ratio", bad: "lost_total", total: "sent_total", atMost: 1 } },
      ],
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (hold) => {
        const queries = planChecks(service, plan).map(({ query }) =>
          query(lengthText(hold), String(hold), "api-1"),
        );
        expect(queries.map((query) => promqlProblem(query))).toEqual(queries.map(() => undefined));
        expect(queries.filter((query) => !query.includes('revision="api-1"'))).toEqual([]);
        expect(queries[1]?.startsWith("max (")).toBe(true);
      }),
    );
  });

  test("is asked as often as fits into the hold, and at least once", () => {
    const duration = fc.integer({ min: 1, max: 100_000 }).map((length): Duration => `${length} s`);
    fc.assert(
      fc.property(duration, duration, (hold, every) => {
        const times = stepTimes({ ...carriedOut("flagger"), steps: [{ weight: 100, hold, every }] }, 0);
        expect(times.hold).toBe(seconds(hold));
        expect(times.looks).toBeGreaterThanOrEqual(1);
        expect(times.looks * times.every).toBeLessThanOrEqual(times.hold);
        expect((times.looks + 1) * times.every).toBeGreaterThan(times.hold);
      }),
    );
  });
});
