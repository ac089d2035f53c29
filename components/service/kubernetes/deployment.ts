import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../errors.ts";
import { TRACK_LABEL } from "../../kubernetes/labels.ts";
import { contentHash } from "../content-hash.ts";
import { PROGRESS_DEADLINE_SECONDS } from "../probes.ts";

type DeploymentArgs = k8s.apps.v1.DeploymentArgs;
type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** Share of its replicas that a rollout adds, in percent, so that none is missing meanwhile. */
const SURGE_PERCENT = 25;

/** Pods that a workload of at most `max` replicas has while it is rolled over. */
export function mostPods(max: number): number {
  return max + Math.ceil((max * SURGE_PERCENT) / 100);
}

/**
 * A Deployment, but for its revision's name: see {@link finishDeployment}. It states no replicas: those are the
 * autoscaler's alone.
 */
export function planDeployment(
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  matchLabels: Record<string, string>,
  template: { labels: Record<string, string>; annotations: Record<string, string>; spec: object },
): DeploymentArgs {
  const { labels, annotations, spec } = template;
  return {
    metadata,
    spec: {
      selector: { matchLabels },
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 0, maxSurge: `${SURGE_PERCENT}%` },
      },
      // A pod counts once it has been ready this long: one that falls over at once stops the rollout.
      minReadySeconds: 5,
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      revisionHistoryLimit: 5,
      template: { metadata: { labels, annotations }, spec: spec as k8s.types.input.core.v1.PodSpec },
    },
  };
}

/** What breaks a workload once a transform has had its say; only what is plainly there is looked at. */
function deploymentProblems(args: DeploymentArgs): string[] {
  const spec = plain(args.spec);
  const pod = plain(plain(spec?.template)?.spec);
  const container = plain((pod?.containers as readonly unknown[] | undefined)?.[0] as PlainContainer);
  const requests = plain(plain(container?.resources)?.requests);
  const grace = pod?.terminationGracePeriodSeconds;
  const sleep = plain(plain(plain(container?.lifecycle)?.preStop)?.sleep)?.seconds;
  return [
    ...(typeof spec?.replicas === "number"
      ? [
          `deployment: replicas ${spec.replicas} would be set back at each deployment, against the autoscaler; state scaling.min and scaling.max`,
        ]
      : []),
    ...(container !== undefined && requests?.cpu === undefined
      ? [
          "deployment: the container requests no CPU, so the autoscaler has nothing to measure its use against; leave its requests, or state resources.cpu",
        ]
      : []),
    ...(typeof grace === "number" && typeof sleep === "number" && grace <= sleep
      ? [
          `deployment: terminationGracePeriodSeconds ${grace} ends before preStop's ${sleep} s are over; raise it above`,
        ]
      : []),
  ];
}

type PlainContainer = k8s.types.input.core.v1.Container | undefined;

/** A value if it is there already; an output's is not known yet. */
function plain<T>(value: pulumi.Input<T> | undefined): T | undefined {
  return pulumi.Output.isInstance(value) || value instanceof Promise ? undefined : (value as T | undefined);
}

/** The same template as the stable version has it: both tracks' names of a version are one. */
function onStableTrack(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template), (key, value) =>
    key === TRACK_LABEL && value === "candidate" ? "stable" : value,
  );
}

/**
 * Names the revision by its whole template but for its track, in a label that metrics and logs carry, and checks what a transform
 * may have broken. A candidate that is promoted keeps its name.
 * @throws SlipwayError naming the service
 */
export function finishDeployment(service: string, args: DeploymentArgs): DeploymentArgs {
  refuse(service, deploymentProblems(args));
  const spec = plain(args.spec);
  const template = plain(spec?.template) as PodTemplate | undefined;
  if (spec === undefined || template === undefined) return args;
  const metadata = plain(template.metadata);
  const revision = pulumi
    .output(template)
    .apply((known) => `${service}-${contentHash(onStableTrack(known))}`);
  return {
    ...args,
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: {
          ...metadata,
          labels: { ...(metadata?.labels as Record<string, string>), "slipway.dev/revision": revision },
        },
      },
    },
  };
}
