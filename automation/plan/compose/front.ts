import { at, listAt, numberAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { selects } from "./reach.ts";
import { type Source, textsAt, type Workload } from "./workloads.ts";

/** A Kubernetes Service before a workload's pods. */
export interface Front {
  readonly name: string;
  readonly namespace: string;
  /** Ports of the Service, each with the container's that it leads to. */
  readonly ports: ReadonlyMap<number, number>;
  /** Whether something outside the cluster reaches it, and through which of its ports; `all` where none is named. */
  readonly exposed: readonly (number | "all")[];
}

/** The Services whose requests a workload's pods get. */
export function frontsOf(workload: Workload, sources: readonly Source[]): Front[] {
  return sources
    .filter(({ object, body }) => {
      const selector = textsAt(body, "spec", "selector");
      const isService = object.kind === "Service" && object.apiVersion === "v1";
      return (
        isService &&
        object.namespace === workload.namespace &&
        Object.keys(selector).length > 0 &&
        selects({ matchLabels: selector }, workload.podLabels)
      );
    })
    .map(({ object, body }) => {
      const [name, namespace] = [object.name ?? object.logicalName, workload.namespace];
      const ports = listAt(body, "spec", "ports").flatMap((port): [number, number][] => {
        const number = numberAt(port, "port");
        const target = containerPort(at(port, "targetPort") ?? number, workload.container);
        return number === undefined || target === undefined ? [] : [[number, target]];
      });
      const isOpen = ["LoadBalancer", "NodePort"].includes(textAt(body, "spec", "type") ?? "");
      const routed = sources.flatMap((source) => routedPorts(source, name, namespace));
      return { name, namespace, ports: new Map(ports), exposed: isOpen ? ["all", ...routed] : routed };
    });
}

/** The number of a container's port that is given by number or name. */
export function containerPort(port: Json | undefined, container: Json): number | undefined {
  if (typeof port !== "string") return typeof port === "number" ? port : undefined;
  const named = listAt(container, "ports").find((each) => textAt(each, "name") === port);
  return numberAt(named, "containerPort");
}

/** Ports of a Service that a route or an ingress leads to from outside. */
function routedPorts({ object, body }: Source, name: string, namespace: string): (number | "all")[] {
  if (object.kind.endsWith("Route") && object.apiVersion.startsWith("gateway.networking.k8s.io/")) {
    return listAt(body, "spec", "rules")
      .flatMap((rule) => listAt(rule, "backendRefs"))
      .filter((to) => textAt(to, "name") === name)
      .filter((to) => (textAt(to, "namespace") ?? object.namespace) === namespace)
      .map((to) => numberAt(to, "port") ?? "all");
  }
  if (object.kind !== "Ingress" || object.namespace !== namespace) return [];
  const backends = [
    at(body, "spec", "defaultBackend"),
    ...listAt(body, "spec", "rules").flatMap((rule) =>
      listAt(rule, "http", "paths").map((path) => at(path, "backend")),
    ),
  ];
  return backends
    .filter((backend) => textAt(backend, "service", "name") === name)
    .map((backend) => numberAt(backend, "service", "port", "number") ?? "all");
}

/** Container ports of a workload that something outside the cluster reaches. Sorted. */
export function exposedPorts(fronts: readonly Front[]): number[] {
  const targets = fronts.flatMap(({ ports, exposed }) =>
    exposed.flatMap((port) => (port === "all" ? [...ports.values()] : (ports.get(port) ?? []))),
  );
  return [...new Set(targets)].sort((a, b) => a - b);
}

/** The names that Kubernetes gives a Service, or a pod of a set, in its own namespace's terms and in full. */
function dnsNames(name: string, namespace: string): string[] {
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/** Names under which others find an instance of a workload. Sorted, without the instance's own. */
export function aliasesOf(workload: Workload, instance: string, fronts: readonly Front[]): string[] {
  const governing = textAt(workload.source.body, "spec", "serviceName");
  const pod = podName(workload, instance);
  const own =
    pod === undefined || governing === undefined ? [] : dnsNames(`${pod}.${governing}`, workload.namespace);
  const names = fronts.flatMap(({ name, namespace }) => dnsNames(name, namespace));
  return [...new Set([...names, ...own])].filter((name) => name !== instance).sort();
}

/** What Kubernetes calls the pod of an instance; undefined where its name is made up anew for each. */
export function podName({ stateful, source, service }: Workload, instance: string): string | undefined {
  if (!stateful) return undefined;
  const ordinal = instance === service ? "0" : instance.slice(service.length + 1);
  return `${source.object.name ?? service}-${ordinal}`;
}

/** Ports that addresses state by their scheme alone. */
const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  redis: 6379,
  mongodb: 27_017,
  postgres: 5432,
  postgresql: 5432,
  amqp: 5672,
  nats: 4222,
};

/**
 * A text with addresses of Services changed to the containers' own ports, where those differ: compose has names for
 * containers, but nothing before them that would map a port.
 */
export function withContainerPorts(text: string, fronts: readonly Front[]): string {
  return fronts
    .filter(({ ports }) => [...ports].some(([port, target]) => port !== target))
    .reduce(mapped, text);
}

function mapped(text: string, { name, namespace, ports }: Front): string {
  const host = dnsNames(name, namespace).toReversed().map(escapePattern).join("|");
  const address = new RegExp(
    `(?<=^|[^\\w.-])((?:([a-z][a-z0-9+.-]*)://(?:[^\\s/@,]*@)?)?)(${host})(:\\d+)?(?![\\w.:-])`,
    "g",
  );
  return text.replace(
    address,
    (whole, before: string, scheme: string | undefined, found: string, said?: string) => {
      const port = said === undefined ? SCHEME_PORTS[scheme ?? ""] : Number(said.slice(1));
      const target = port === undefined ? undefined : ports.get(port);
      return target === undefined || target === port ? whole : `${before}${found}:${target}`;
    },
  );
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
