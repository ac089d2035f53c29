import type { PolicyResource } from "../../../../policies/core/policy.ts";
import * as types from "../../../../policies/types.ts";
import { again, becomes, comes, type Fault, goes, type Loose, podOf } from "./fault.ts";

const { AUTOSCALER, DEPLOYMENT, DISRUPTION_BUDGET, KUBERNETES_SERVICE, STATEFUL_SET } = types;

const named = (props: Loose) => `${props.metadata.namespace}/${props.metadata.name}`;
/** Deployments that an autoscaler of the system scales. */
const scaled: Pick<Fault, "where"> = {
  where: (props, system) =>
    system.some(
      ({ type, props: other }) =>
        type === AUTOSCALER &&
        `${(other as Loose).metadata.namespace}/${(other as Loose).spec.scaleTargetRef.name}` ===
          named(props),
    ),
};
/** Budgets of Deployments: those of stores that are one pod by design follow other rules. */
const ofDeployment: Pick<Fault, "where"> = {
  where: (props, system) =>
    system.some(({ type, props: other }) => type === DEPLOYMENT && named(other) === named(props)),
};
const selecting: Pick<Fault, "where"> = { where: (props) => props.spec.selector !== undefined };
const peaked: Pick<Fault, "where"> = {
  where: (props) => props.metadata.annotations?.["slipway.dev/peak"] !== undefined,
};
const promising: Pick<Fault, "where"> = {
  where: (props) => props.metadata?.annotations?.["slipway.dev/objectives"] !== undefined,
};
const objectives = (change: (each: Loose) => object) => (old: string) =>
  JSON.stringify((JSON.parse(old) as Loose[]).map((each) => ({ ...each, ...change(each) })));
const OBJECTIVES = 'metadata.annotations["slipway.dev/objectives"]';

/** How workloads, and what scales, guards and reaches them, can be wrong. */
export const workloadFaults: readonly Fault[] = [
  becomes(DEPLOYMENT, "spec.replicas", 3, "replicas-left-to-autoscaler", scaled),
  becomes(DEPLOYMENT, 'metadata.annotations["slipway.dev/peak"]', "100000", "capacity-covers-peak", {
    ...peaked,
    elsewhere: true,
  }),
  becomes(
    DEPLOYMENT,
    'metadata.annotations["slipway.dev/capacity-per-instance"]',
    "0.1",
    "capacity-covers-peak",
    { ...peaked, elsewhere: true },
  ),
  becomes(
    DEPLOYMENT,
    'metadata.annotations["note"]',
    "postgres://app:hunter2@db/shop",
    "no-secret-in-metadata",
  ),
  becomes(
    DEPLOYMENT,
    OBJECTIVES,
    objectives(() => ({ target: 100 })),
    "objective-target-sane",
    promising,
  ),
  becomes(
    DEPLOYMENT,
    OBJECTIVES,
    objectives(() => ({ windowDays: 1 })),
    "objective-window-sane",
    promising,
  ),
  becomes(
    DEPLOYMENT,
    OBJECTIVES,
    objectives(() => ({ owner: "" })),
    "objective-has-owner",
    promising,
  ),
  becomes(
    DEPLOYMENT,
    OBJECTIVES,
    objectives(({ kind }) => (kind === "latency" ? { thresholdSeconds: 0.77 } : {})),
    "latency-edge-in-histogram",
    promising,
  ),
  becomes(
    DEPLOYMENT,
    OBJECTIVES,
    objectives(({ name }) => ({ name: `${name}-again` })),
    "objective-has-alert",
    promising,
  ),
  becomes(DEPLOYMENT, OBJECTIVES, undefined, "service-has-objectives", {
    where: (props) =>
      promising.where?.(props, [], {} as never) === true && props.metadata.name === "frontend",
  }),
  becomes(AUTOSCALER, "spec.minReplicas", 1, "two-instances-in-production", {
    where: (_, system) => production(system),
    elsewhere: true,
  }),
  becomes(AUTOSCALER, "spec.maxReplicas", ((_: unknown) => 1) as unknown, "autoscaler-has-room"),
  becomes(AUTOSCALER, "spec.maxReplicas", 1, "capacity-covers-peak", {
    elsewhere: true,
    where: ({ metadata }, system) => metadata.name !== "frontend" && production(system),
  }),
  becomes(AUTOSCALER, "spec.maxReplicas", 1000, "quota-covers-peak", { elsewhere: true, where: quotaed }),
  becomes(AUTOSCALER, "spec.metrics[0].resource.target.averageUtilization", 99, "autoscaler-target", {
    where: ({ spec }) => spec.metrics?.[0]?.resource?.name === "cpu",
  }),
  becomes(AUTOSCALER, "spec.behavior.scaleUp", { selectPolicy: "Disabled" }, "autoscaler-not-hindered"),
  becomes(AUTOSCALER, "spec.scaleTargetRef.name", "nobody", "scale-target-exists"),
  becomes(
    AUTOSCALER,
    "spec.metrics[0]",
    {
      type: "ContainerResource",
      containerResource: {
        name: "cpu",
        container: "nobody",
        target: { type: "Utilization", averageUtilization: 60 },
      },
    },
    "autoscaler-measures-container",
  ),
  comes("a second one", AUTOSCALER, (one) => again(one), "one-autoscaler"),
  comes("one that scales in size", AUTOSCALER, (one) => vertical(one), "vertical-beside-horizontal"),
  becomes(DISRUPTION_BUDGET, "spec.maxUnavailable", 0, "eviction-possible", {
    where: ({ spec }) => spec.maxUnavailable !== undefined,
  }),
  becomes(
    DISRUPTION_BUDGET,
    "spec",
    ({ maxUnavailable: _, ...spec }: Loose) => ({ ...spec, minAvailable: "100%" }),
    "eviction-possible",
  ),
  becomes(
    DISRUPTION_BUDGET,
    "spec.selector.matchLabels",
    { app: "other" },
    "disruption-budget-selects-pods",
    { where: planned },
  ),
  becomes(DISRUPTION_BUDGET, "spec.unhealthyPodEvictionPolicy", undefined, "broken-pod-evictable", {
    where: ({ spec }) => spec.unhealthyPodEvictionPolicy !== undefined,
  }),
  goes(DISRUPTION_BUDGET, "disruption-budget-declared", {
    where: (props, system) => production(system) && ofDeployment.where?.(props, system, {} as never) === true,
  }),
  comes("a second one", DISRUPTION_BUDGET, (one) => again(one), "one-disruption-budget"),
  becomes(KUBERNETES_SERVICE, "spec.selector", { app: "other" }, "service-selects-pods", {
    where: (props, system) => props.spec.selector !== undefined && planned(props, system),
  }),
  becomes(KUBERNETES_SERVICE, "spec.ports[0].targetPort", "nobody", "service-port-exists", selecting),
  goes(KUBERNETES_SERVICE, "route-backend-exists", { where: routed }),
  becomes(types.HTTP_ROUTE, "spec.rules[0].backendRefs[0].name", "nobody", "route-backend-exists", {
    where: ({ spec }) => spec.rules[0].backendRefs !== undefined,
  }),
  becomes(types.HTTP_ROUTE, "spec.rules[0].backendRefs[0].port", 9999, "route-backend-exists", {
    where: ({ spec }) => spec.rules[0].backendRefs !== undefined,
  }),
  becomes(STATEFUL_SET, "spec.serviceName", "nobody", "stateful-set-has-service"),
  becomes(STATEFUL_SET, "spec.volumeClaimTemplates", undefined, "store-keeps-data", {
    where: ({ spec }) =>
      spec.volumeClaimTemplates !== undefined && spec.template.spec.containers[0].image.includes("mongo"),
  }),
  goes(types.CONFIG_MAP, "config-map-exists", { where: mounted }),
  goes(types.SERVICE_ACCOUNT, "service-account-exists", { where: usedByPods }),
  becomes(types.LIMIT_RANGE, "spec.limits[0].max", { cpu: "1m", memory: "1Mi" }, "fits-limit-range", {
    elsewhere: true,
    where: populated,
  }),
  becomes(types.RESOURCE_QUOTA, 'spec.hard["requests.cpu"]', "10m", "quota-covers-peak", {
    elsewhere: true,
    where: populated,
  }),
  becomes(types.RESOURCE_QUOTA, "spec.hard.pods", "1", "quota-covers-peak", {
    elsewhere: true,
    where: populated,
  }),
];

/** Where every kind is known: what another kind makes pods of may be selected, too. */
function planned(_: unknown, system: readonly PolicyResource[]): boolean {
  return system.length > 100;
}

function production(system: readonly { readonly urn: string }[]): boolean {
  return system.some(({ urn }) => urn.startsWith("urn:pulumi:production::"));
}

/** Whether a namespace has Deployments: without pods, what bounds them bounds nothing. */
function populated(
  props: Loose,
  system: readonly { readonly type: string; readonly props: unknown }[],
): boolean {
  return system.some(
    ({ type, props: other }) =>
      type === DEPLOYMENT && (other as Loose).metadata.namespace === props.metadata.namespace,
  );
}

function quotaed(
  props: Loose,
  system: readonly { readonly type: string; readonly props: unknown }[],
): boolean {
  return system.some(
    ({ type, props: other }) =>
      type === types.RESOURCE_QUOTA && (other as Loose).metadata.namespace === props.metadata.namespace,
  );
}

function routed(
  props: Loose,
  system: readonly { readonly type: string; readonly props: unknown }[],
): boolean {
  return system.some(
    ({ type, props: other }) =>
      type === types.HTTP_ROUTE &&
      JSON.stringify((other as Loose).spec.rules).includes(`"name":"${props.metadata.name}"`) &&
      (other as Loose).metadata.namespace === props.metadata.namespace,
  );
}

function mounted(
  { metadata }: Loose,
  system: readonly { readonly type: string; readonly props: unknown }[],
): boolean {
  return system.some(
    ({ type, props }) =>
      type === DEPLOYMENT &&
      (props as Loose).metadata.namespace === metadata.namespace &&
      JSON.stringify((props as Loose).spec.template.spec.containers).includes(
        `"configMapRef":{"name":"${metadata.name}"}`,
      ),
  );
}

function usedByPods(
  { metadata }: Loose,
  system: readonly never[] | readonly { readonly type: string; readonly props: unknown }[],
): boolean {
  return system.some(
    (resource) =>
      (resource as Loose).props?.metadata?.namespace === metadata.namespace &&
      podOf(resource as Loose)?.serviceAccountName === metadata.name,
  );
}

function vertical(scaler: Loose): Loose {
  const { metadata, spec } = scaler.props;
  const apiVersion = "autoscaling.k8s.io/v1";
  const kind = "VerticalPodAutoscaler";
  return {
    ...again(scaler),
    type: `kubernetes:${apiVersion}:${kind}`,
    props: {
      apiVersion,
      kind,
      metadata,
      spec: { targetRef: spec.scaleTargetRef, updatePolicy: { updateMode: "Auto" } },
    },
  };
}
