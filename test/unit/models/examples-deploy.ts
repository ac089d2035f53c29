import type { Properties } from "../../../sandbox/models/values.ts";

const account = "deployer@acme-prod.iam.gserviceaccount.com";

/** Resources of Google Cloud Deploy, right in every respect. */
export const deployExamples: Readonly<Record<string, Properties>> = {
  "gcp:clouddeploy/target:Target": {
    name: "api",
    location: "us-east1",
    run: { location: "projects/acme-prod/locations/us-east1" },
    executionConfigs: [
      { usages: ["RENDER", "DEPLOY", "VERIFY"], serviceAccount: account, executionTimeout: "3600s" },
    ],
  },
  "gcp:clouddeploy/deliveryPipeline:DeliveryPipeline": {
    name: "api",
    location: "us-east1",
    labels: { system: "acme" },
    serialPipeline: {
      stages: [
        {
          targetId: "api",
          strategy: {
            canary: {
              runtimeConfig: { cloudRun: { automaticTrafficControl: true } },
              customCanaryDeployment: {
                phaseConfigs: [
                  {
                    phaseId: "canary-10",
                    percentage: 10,
                    verifyConfig: { tasks: [{ container: { image: "prom/prometheus" } }] },
                  },
                  { phaseId: "stable", percentage: 100, verify: true },
                ],
              },
            },
          },
        },
      ],
    },
  },
  "gcp:clouddeploy/automation:Automation": {
    name: "api",
    location: "us-east1",
    deliveryPipeline: "api",
    serviceAccount: account,
    selector: { targets: [{ id: "api" }] },
    rules: [{ advanceRolloutRule: { id: "go-on", sourcePhases: ["canary-10"] } }],
  },
};
