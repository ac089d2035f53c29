import { CommandFailure, EXIT } from "../../exit.ts";
import { at, listAt, textAt } from "../../plan/read.ts";
import type { PlanResource } from "../../plan/resources.ts";
import type { Traffic } from "../traffic.ts";

const COMPONENT = "slipway:service:Service";
const CLOUD_RUN = "gcp:cloudrunv2/service:Service";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const QUOTA = "kubernetes:core/v1:ResourceQuota";

/** What is declared of a service that has to do with its releases. */
export interface ReleaseResources {
  readonly traffic: Traffic;
  /** What a deployment of this service alone has to touch: URNs, and patterns for what is there only during a release. */
  readonly targets: readonly string[];
  /** Name of the revision that its template makes, where it is known. */
  readonly revision?: string;
}

/** Whether an object of a cluster is a service's own, by the labels that each has. */
function belongsTo({ inputs }: PlanResource, system: string, service: string): boolean {
  const labels = at(inputs, "metadata", "labels");
  return (
    textAt(labels, "app.kubernetes.io/part-of") === system &&
    textAt(labels, "app.kubernetes.io/name") === service
  );
}

function isOnCloudRun({ type, inputs }: PlanResource, system: string, service: string): boolean {
  const labels = at(inputs, "labels");
  return type === CLOUD_RUN && textAt(labels, "system") === system && textAt(labels, "service") === service;
}

/** URN of a sibling: the same type under the same parent. */
function renamed(urn: string, name: string): string {
  return `${urn.slice(0, urn.lastIndexOf("::") + 2)}${name}`;
}

/** A component, and what stands under it. */
function family(resources: readonly PlanResource[], root: PlanResource): PlanResource[] {
  const children = resources.filter(({ parent }) => parent === root.urn);
  return [root, ...children.flatMap((child) => family(resources, child))];
}

function componentOf(resources: readonly PlanResource[], from: PlanResource): PlanResource | undefined {
  const parent = resources.find(({ urn }) => urn === from.parent);
  return parent === undefined || parent.type === COMPONENT ? parent : componentOf(resources, parent);
}

function onCloudRun(resources: readonly PlanResource[], run: PlanResource): ReleaseResources {
  const { project, location, name } = run.inputs;
  const component = componentOf(resources, run);
  const revision = textAt(run.inputs, "template", "revision");
  return {
    traffic: {
      kind: "cloud-run",
      urn: run.urn,
      project: String(project),
      location: String(location),
      service: String(name),
    },
    targets: component === undefined ? [run.urn] : family(resources, component).map(({ urn }) => urn),
    ...(revision === undefined || revision.startsWith("[") ? {} : { revision }),
  };
}

/** Names of the Kubernetes Services that an HTTPRoute leads to. */
function backendsOf({ inputs }: PlanResource): string[] {
  return listAt(inputs, "spec", "rules").flatMap((rule) =>
    listAt(rule, "backendRefs").flatMap((backend) => textAt(backend, "name") ?? []),
  );
}

function ingressBackends({ inputs }: PlanResource): string[] {
  return listAt(inputs, "spec", "rules").flatMap((rule) =>
    listAt(rule, "http", "paths").flatMap((path) => textAt(path, "backend", "service", "name") ?? []),
  );
}

/** What leads requests to a service's stable version, and the name of the Gateway component that it stands under. */
interface Way {
  readonly resource: PlanResource;
  readonly gateway: string;
}

function waysTo(own: readonly PlanResource[], service: string): Way[] {
  return own.flatMap((resource) => {
    const isRoute = resource.type === HTTP_ROUTE && backendsOf(resource).includes(service);
    const isIngress = resource.type === INGRESS && ingressBackends(resource).includes(service);
    if (!isRoute && !isIngress) return [];
    const suffix = `-${isRoute ? "route" : "ingress"}-${service}`;
    return [{ resource, gateway: resource.name.slice(0, -suffix.length) }];
  });
}

/** How the first of them shares out the requests. */
function trafficBy({ resource, gateway }: Way, service: string, context: string | undefined): Traffic {
  const isRoute = resource.type === HTTP_ROUTE;
  const name = textAt(resource.inputs, "metadata", "name") ?? "";
  return {
    kind: isRoute ? "http-route" : "ingress-nginx",
    // The candidate's Ingress is there only during a release.
    urn: isRoute ? resource.urn : renamed(resource.urn, `${gateway}-candidate-ingress-${service}`),
    ...(context === undefined ? {} : { context }),
    namespace: textAt(resource.inputs, "metadata", "namespace") ?? "",
    name: isRoute ? name : `${name}-candidate`,
    stable: service,
    candidate: `${service}-candidate`,
  };
}

/** Patterns for the candidate's own objects: under the service's workload, and under each way to it. */
function candidatePatterns(ways: readonly Way[], deployment: PlanResource, service: string): string[] {
  const beside = ({ urn }: PlanResource) => urn.slice(0, urn.lastIndexOf("$") + 1);
  return [
    `${beside(deployment)}**::${deployment.name.replace(/deployment$/, "candidate-")}**`,
    ...ways.flatMap(({ resource, gateway }) => [
      `${beside(resource)}**::${gateway}-**-${service}-candidate`,
      `${beside(resource)}**::${gateway}-candidate-ingress-${service}`,
    ]),
  ];
}

/**
 * What a release of a service has to know of what is deployed, or planned.
 * @param context of the kubeconfig that names the stack's cluster; undefined in the sandbox
 * @throws CommandFailure where there is no such service, or nothing that shares out its requests
 */
export function releaseResources(
  resources: readonly PlanResource[],
  system: string,
  service: string,
  context?: string,
): ReleaseResources {
  const run = resources.find((each) => isOnCloudRun(each, system, service));
  if (run !== undefined) return onCloudRun(resources, run);
  const own = resources.filter((each) => belongsTo(each, system, service));
  const deployment = own.find(
    ({ type, inputs }) => type === DEPLOYMENT && textAt(inputs, "metadata", "name") === service,
  );
  if (deployment === undefined) {
    throw new CommandFailure(
      `there is no service "${system}/${service}" in what is deployed: \`npx slipway up\` deploys what the stack declares`,
      EXIT.usage,
    );
  }
  const ways = waysTo(own, service);
  const [way] = ways;
  if (way === undefined) {
    throw new CommandFailure(
      `nothing shares out the requests to "${system}/${service}": no route leads to it, so no candidate could get a part of them. Give it a route in a Gateway, or deploy it as a whole: npx slipway up`,
      EXIT.usage,
    );
  }
  const component = componentOf(resources, deployment);
  const namespace = textAt(deployment.inputs, "metadata", "namespace");
  // It has room for what is declared, and no more: for two versions during a release.
  const quotas = resources.filter(
    ({ type, inputs }) => type === QUOTA && textAt(inputs, "metadata", "namespace") === namespace,
  );
  const touched = [...(component === undefined ? [] : family(resources, component)), ...own, ...quotas];
  const revision = textAt(
    deployment.inputs,
    "spec",
    "template",
    "metadata",
    "labels",
    "slipway.dev/revision",
  );
  return {
    traffic: trafficBy(way, service, context),
    targets: [
      ...new Set([...touched.map(({ urn }) => urn), ...candidatePatterns(ways, deployment, service)]),
    ],
    ...(revision === undefined || revision.startsWith("[") ? {} : { revision }),
  };
}
