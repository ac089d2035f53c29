import { describe, expect, test } from "vitest";
import { Network } from "../../../components/network/network.ts";
import type { EngineSurroundings } from "../../../components/release/engines/surroundings.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { declare, find, ofType, testScope } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";
import { carriedOut, declareReleased } from "./engines-support.ts";

// biome-ignore lint/suspicious/noExplicitAny: a plan's inputs are JSON of any shape
type Loose = any;

const CANARY = "kubernetes:flagger.app/v1beta1:Canary";
const TEMPLATE = "kubernetes:flagger.app/v1beta1:MetricTemplate";
const PIPELINE = "gcp:clouddeploy/deliveryPipeline:DeliveryPipeline";

describe("a plan as Flagger carries it out", () => {
  test("OS-07 one interval for every step, and the first failed look takes the version back", async () => {
    const resources = await declareReleased(carriedOut("flagger"));
    const { spec } = find(resources, CANARY, "shop-api-workload-release-canary").inputs as Loose;
    const revision = spec.analysis.metrics[0].templateVariables.revision;
    expect(revision).toMatch(/^api-[0-9a-f]{8}$/);
    expect(spec).toEqual({
      provider: "nginx",
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "api" },
      ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "edge-api" },
      progressDeadlineSeconds: 600,
      service: { name: "api", port: 80, portName: "http", targetPort: "http", appProtocol: "http" },
      analysis: {
        interval: "900s",
        threshold: 1,
        stepWeights: [10, 50, 100],
        metrics: [
          {
            name: "availability",
            interval: "900s",
            templateRef: { name: "api-availability" },
            templateVariables: { revision },
            thresholdRange: { max: 0.005 },
          },
        ],
      },
    });
    const template = find(resources, TEMPLATE, "shop-api-workload-release-metric-availability")
      .inputs as Loose;
    expect(template.spec.provider).toEqual({
      type: "prometheus",
      address: "http://prometheus.monitoring:9090",
    });
    expect(template.spec.query).toContain('revision="{{ variables.revision }}"}[900s]');
    expect(template.spec.query).toContain("* 900 >= 1000");
  });

  test("it makes the Services itself, and tells its pods by a label that no policy selects by", async () => {
    const resources = await declareReleased(carriedOut("flagger"));
    expect(ofType(resources, "kubernetes:core/v1:Service")).toEqual([]);
    const { spec } = find(resources, "kubernetes:apps/v1:Deployment", "shop-api-workload-deployment")
      .inputs as Loose;
    expect(spec.selector.matchLabels["slipway.dev/workload"]).toBe("api");
    expect(spec.template.metadata.labels["slipway.dev/workload"]).toBe("api");
    const selecting = ["networking.k8s.io/v1:NetworkPolicy", "policy/v1:PodDisruptionBudget"].flatMap(
      (type) => ofType(resources, `kubernetes:${type}`),
    );
    expect(selecting.length).toBeGreaterThan(1);
    expect(JSON.stringify(selecting)).not.toContain("slipway.dev/workload");
    const scaler = find(
      resources,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "shop-api-workload-autoscaler",
    ).inputs as Loose;
    expect(scaler.spec.scaleTargetRef.kind).toBe("Deployment");
  });
});

const ACCOUNT = "deployer@shop-production.iam.gserviceaccount.com";

function delivered(change: Partial<ReleasePlan> = {}, engine: EngineSurroundings = {}) {
  return declare(() => {
    const scope = testScope();
    shopService(scope, {
      network: new Network("shop-network", { scope }),
      release: carriedOut("google-cloud-deploy", change),
      engine: { prometheus: "http://prometheus:9090", account: ACCOUNT, ...engine },
    });
  });
}

describe("a plan as Google Cloud Deploy carries it out", () => {
  test("EA-09 a phase for each share, each with a job that asks the gates for as long as it is held", async () => {
    const resources = await delivered({
      steps: [
        { weight: 10, hold: "15 min" },
        { weight: 100, hold: "1 h" },
      ],
    });
    const pipeline = find(resources, PIPELINE, "shop-api-release-pipeline").inputs as Loose;
    const [{ targetId, strategy }] = pipeline.serialPipeline.stages;
    expect(targetId).toBe("api");
    expect(strategy.canary.runtimeConfig).toEqual({ cloudRun: { automaticTrafficControl: true } });
    const phases = strategy.canary.customCanaryDeployment.phaseConfigs;
    expect(phases.map(({ phaseId, percentage }: Loose) => [phaseId, percentage])).toEqual([
      ["canary-10", 10],
      ["stable", 100],
    ]);
    const jobs = phases.map(({ verifyConfig }: Loose) => verifyConfig.tasks[0].container);
    expect(jobs.map(({ env }: Loose) => [env.PROMETHEUS, env.HOLD, env.EVERY, env.GATES])).toEqual([
      ["http://prometheus:9090", "900", "60", "0"],
      ["http://prometheus:9090", "3600", "60", "0"],
    ]);
    expect(jobs[0].env.TITLE_0).toBe("99.5 % of requests answered without a server error");
    expect(jobs[0].env.BAD_0).toBe(jobs[0].env.GOOD_0.replace(/ <= 0\.005$/, " > 0.005"));
    expect(jobs[0].env.GOOD_0).toContain('revision="@REVISION@"}[15m]');
    expect(jobs[1].env.GOOD_0).toContain('revision="@REVISION@"}[1h]');
  });

  test("EA-10 it goes on by itself, and back by itself where a job fails", async () => {
    const resources = await delivered();
    const target = find(resources, "gcp:clouddeploy/target:Target", "shop-api-release-target")
      .inputs as Loose;
    expect(target.run).toEqual({ location: "projects/shop-production/locations/us-east1" });
    expect(target.executionConfigs).toEqual([
      { usages: ["RENDER", "DEPLOY", "VERIFY"], serviceAccount: ACCOUNT, executionTimeout: "1800s" },
    ]);
    const automation = find(resources, "gcp:clouddeploy/automation:Automation", "shop-api-release-automation")
      .inputs as Loose;
    expect(automation.serviceAccount).toBe(ACCOUNT);
    expect(automation.rules).toEqual([
      { advanceRolloutRule: { id: "go-on", sourcePhases: ["canary-10", "canary-50"] } },
      { repairRolloutRule: { id: "go-back", repairPhases: [{ rollback: {} }] } },
    ]);
  });

  test("Pulumi leaves alone what Google Cloud Deploy changes", async () => {
    const service = find(await delivered(), "gcp:cloudrunv2/service:Service", "shop-api");
    expect(service.options.ignoreChanges).toEqual(["launchStage", "template", "traffics"]);
    const kubernetes = await declareReleased(carriedOut("google-cloud-deploy"), {
      prometheus: "http://prometheus:9090",
      account: ACCOUNT,
      cluster: "projects/p/locations/us-east1/clusters/c",
      route: "edge-api",
    });
    expect(
      find(kubernetes, "kubernetes:apps/v1:Deployment", "shop-api-workload-deployment").options.ignoreChanges,
    ).toEqual(["spec.template"]);
    const { serialPipeline } = find(kubernetes, PIPELINE, "shop-api-release-pipeline").inputs as Loose;
    expect(serialPipeline.stages[0].strategy.canary.runtimeConfig).toEqual({
      kubernetes: { gatewayServiceMesh: { httpRoute: "edge-api", service: "api", deployment: "api" } },
    });
  });
});
