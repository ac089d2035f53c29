import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../../component.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { labels } from "../../scope.ts";
import type { ReleasePlan } from "../plan.ts";
import { stepTimes } from "./checks.ts";
import { engineNotes } from "./notes.ts";
import { LEFT_OUT } from "./objects.ts";
import type { EngineSurroundings } from "./surroundings.ts";
import { verifyTask } from "./verify-job.ts";

/** What Google Cloud Deploy is told of a service. */
interface Children {
  target: gcp.clouddeploy.TargetArgs;
  pipeline: gcp.clouddeploy.DeliveryPipelineArgs;
  automation: gcp.clouddeploy.AutomationArgs;
}

/** A plan, and what Google Cloud Deploy works with. */
export interface DeliveryArgs extends ComponentArgs<Children> {
  readonly service: MeasuredService;
  readonly plan: ReleasePlan;
  readonly surroundings: EngineSurroundings;
}

/** A job may take longer than its hold: what it runs on has to be found first. */
const MARGIN_SECONDS = 900;

/** Name of a share's phase. */
function phase(weight: number): string {
  return weight === 100 ? "stable" : `canary-${weight}`;
}

/** Which requests a share is a share of. */
function runtimeConfig({ service, surroundings }: DeliveryArgs) {
  const { runtime, service: name } = service;
  if (runtime === "cloud-run") return { cloudRun: { automaticTrafficControl: true } };
  const { route } = surroundings;
  return {
    kubernetes:
      route === undefined
        ? { serviceNetworking: { service: name, deployment: name } }
        : { gatewayServiceMesh: { httpRoute: route, service: name, deployment: name } },
  };
}

/** A phase for each step: its share, then a job that lasts as long as the hold. */
function planPipeline(args: DeliveryArgs): gcp.types.input.clouddeploy.DeliveryPipelineSerialPipelineStage {
  const { service, plan, surroundings } = args;
  return {
    targetId: service.service,
    strategy: {
      canary: {
        runtimeConfig: runtimeConfig(args),
        customCanaryDeployment: {
          phaseConfigs: plan.steps.map(({ weight }, index) => ({
            phaseId: phase(weight),
            percentage: weight,
            verifyConfig: {
              tasks: [{ container: verifyTask(service, plan, index, surroundings.prometheus ?? "") }],
            },
          })),
        },
      },
    },
  };
}

/** A release plan as Google Cloud Deploy carries it out: where to, in which shares, and who goes on or back by himself. */
export class Delivery extends Component<Children> {
  constructor(name: string, args: DeliveryArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:release:Delivery", name, args, options);
    const { scope, service, plan, surroundings } = args;
    const { project, region: location } = scope;
    const called = service.service;
    const serviceAccount = surroundings.account ?? "";
    const longest = Math.max(...plan.steps.map((_step, index) => stepTimes(plan, index).hold));
    const common = { project, location, labels: labels(scope, called) };
    const target = this.child("target", gcp.clouddeploy.Target, {
      ...common,
      name: called,
      ...(service.runtime === "cloud-run"
        ? { run: { location: `projects/${project}/locations/${location}` } }
        : { gke: { cluster: surroundings.cluster ?? "" } }),
      executionConfigs: [
        {
          usages: ["RENDER", "DEPLOY", "VERIFY"],
          serviceAccount,
          executionTimeout: `${longest + MARGIN_SECONDS}s`,
        },
      ],
    });
    const pipeline = this.child(
      "pipeline",
      gcp.clouddeploy.DeliveryPipeline,
      {
        ...common,
        name: called,
        annotations: { [LEFT_OUT]: engineNotes(plan).join(" ") },
        serialPipeline: { stages: [planPipeline(args)] },
      },
      { dependsOn: [target] },
    );
    this.child("automation", gcp.clouddeploy.Automation, {
      ...common,
      name: called,
      deliveryPipeline: pipeline.name,
      serviceAccount,
      selector: { targets: [{ id: target.name }] },
      rules: [
        {
          advanceRolloutRule: {
            id: "go-on",
            sourcePhases: plan.steps.filter(({ weight }) => weight < 100).map(({ weight }) => phase(weight)),
          },
        },
        { repairRolloutRule: { id: "go-back", repairPhases: [{ rollback: {} }] } },
      ],
    });
    this.registerOutputs({});
  }
}
