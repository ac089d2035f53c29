import * as k8s from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { planRun } from "../../../automation/plan/plan.ts";
import { formats, report } from "../../../automation/plan/report.ts";
import { deployment, metadata } from "./compose-example.ts";
import { run } from "./support.ts";

const objective = { name: "availability", kind: "availability", target: 99.9, windowDays: 30, owner: "shop" };
const annotations = {
  "slipway.dev/capacity-per-instance": "20",
  "slipway.dev/peak": "50",
  "slipway.dev/objectives": JSON.stringify([objective]),
};

function autoscaler(name: string, minReplicas: number, maxReplicas: number, namespace = "shop"): void {
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-${namespace}`, {
    metadata: { ...metadata(name), namespace },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas, maxReplicas },
  });
}

describe("a Deployment that states its capacity", () => {
  test("is a service, with the instances that its autoscaler keeps", async () => {
    const planned = await run(() => {
      deployment("api", {}, { annotations });
      autoscaler("api", 7, 7, "elsewhere");
      autoscaler("api", 3, 12);
      deployment("fixed", {}, { annotations, replicas: 2 });
      deployment("silent");
      deployment("api", {}, { annotations, track: "candidate" });
    });
    const { services } = planRun(planned, []);
    expect(services.map(({ urn: _, ...service }) => service)).toEqual([
      {
        name: "api",
        system: "shop",
        instances: { min: 3, max: 12 },
        capacityPerInstance: 20,
        peak: 50,
        instancesAtPeak: 3,
        objectives: [objective],
      },
      {
        name: "fixed",
        system: "shop",
        instances: { min: 2, max: 2 },
        capacityPerInstance: 20,
        peak: 50,
        instancesAtPeak: 3,
        objectives: [objective],
      },
    ]);
  });

  test("is told in every format that tells of services", async () => {
    const planned = await run(() => {
      deployment("api", {}, { annotations });
      autoscaler("api", 3, 12);
    });
    for (const format of formats.filter((each) => !["sarif", "junit", "json"].includes(each))) {
      expect(report(planRun(planned, []), format), format).toContain("3 to 12 instances");
    }
  });
});
