import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { type AnyObject, apply, type ClusterClient, explain } from "../client.ts";
import { clusterFiles } from "../files.ts";
import { readFigures } from "./figures.ts";
import {
  customMetric,
  externalMetric,
  failure,
  METRICS,
  metricsList,
  nodeMetrics,
  podMetrics,
  resourceList,
} from "./metrics-answers.ts";
import type { StandInContext } from "./stand-in.ts";

/** The service by which the API server reaches this process; the server's certificate has its name. */
const SERVICE = { name: "stand-ins", namespace: "kube-system" };

/**
 * Stand-in for the metrics server and for adapters of custom and external metrics: an HTTPS server of this machine
 * that only the API server may ask, and that answers what the figures of a namespace say.
 */
export async function serveMetrics(context: StandInContext): Promise<void> {
  const { pki } = clusterFiles(context.folder);
  const read = (name: string) => readFileSync(join(pki, name));
  const server = createServer(
    {
      cert: read("apiserver.crt"),
      key: read("apiserver.key"),
      ca: read("ca.crt"),
      requestCert: true,
      rejectUnauthorized: true,
    },
    async (request, response) => {
      const { code, body } = await answerOrFail(request.url ?? "/", context);
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  await announce(context.client, (server.address() as AddressInfo).port, read("ca.crt"));
}

/** Tells the API server where the metrics are: a service that is another name of this machine. */
async function announce(client: ClusterClient, port: number, authority: Buffer): Promise<void> {
  await apply(client, {
    apiVersion: "v1",
    kind: "Service",
    metadata: SERVICE,
    spec: { type: "ExternalName", externalName: "localhost" },
  });
  const services: AnyObject[] = Object.values(METRICS).map(({ group, version }) => ({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}` },
    spec: {
      group,
      version,
      service: { ...SERVICE, port },
      caBundle: authority.toString("base64"),
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  }));
  await Promise.all(services.map((service) => apply(client, service)));
}

async function answerOrFail(
  path: string,
  context: StandInContext,
): Promise<{ readonly code: number; readonly body: object }> {
  try {
    const body = await answer(new URL(path, "https://localhost"), context);
    return body ? { code: 200, body } : { code: 404, body: failure(404, `${path} is no metric`) };
  } catch (error) {
    return { code: 500, body: failure(500, explain(error)) };
  }
}

/** The answer to one question; undefined for what is no metric. */
async function answer(url: URL, { client, folder }: StandInContext): Promise<object | undefined> {
  const [, , group, version, ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const api = Object.values(METRICS).find((each) => each.group === group && each.version === version);
  if (!api) return undefined;
  if (rest.length === 0) return resourceList(api);
  const now = new Date();
  const selector = url.searchParams.get("labelSelector") ?? undefined;
  const pods = async (namespace: string | undefined) =>
    (await list<V1Pod>(client, "Pod", namespace, selector)).filter(
      ({ status }) => status?.phase === "Running",
    );
  const measured = (pod: V1Pod) => podMetrics(pod, readFigures(folder, pod.metadata?.namespace ?? ""), now);

  if (api === METRICS.resource) {
    if (rest[0] === "nodes") {
      const nodes = await list<V1Node>(client, "Node", undefined, selector);
      if (rest.length === 1)
        return metricsList(
          "NodeMetricsList",
          nodes.map((node) => nodeMetrics(node, now)),
        );
      const node = nodes.find(({ metadata }) => metadata?.name === rest[1]);
      return node && nodeMetrics(node, now);
    }
    if (rest[0] === "pods") return metricsList("PodMetricsList", (await pods(undefined)).map(measured));
    const [, namespace = "", , name] = rest;
    const found = await pods(namespace);
    if (name === undefined) return metricsList("PodMetricsList", found.map(measured));
    const pod = found.find(({ metadata }) => metadata?.name === name);
    return pod && measured(pod);
  }

  const [, namespace = ""] = rest;
  const figures = readFigures(folder, namespace);
  if (api === METRICS.external) return externalMetric(rest.slice(2).join("/"), figures, now);
  // namespaces/NS/KIND.GROUP/NAME/METRIC, where NAME may be * and METRIC may have slashes.
  const [, , kind = "", name = "", ...metric] = rest;
  const names = name === "*" ? (await pods(namespace)).map(({ metadata }) => metadata?.name ?? "") : [name];
  const described = names.map((each) => ({ ...kindOf(kind), name: each, namespace }));
  return customMetric(described, metric.join("/"), figures, now);
}

async function list<T extends AnyObject | V1Pod | V1Node>(
  client: ClusterClient,
  kind: string,
  namespace: string | undefined,
  selector: string | undefined,
): Promise<T[]> {
  const none = undefined;
  const found = await client.objects.list<T>("v1", kind, namespace, none, none, none, none, selector);
  return found.items;
}

/** Metrics name kinds as `pods` or `ingresses.networking.k8s.io`; nobody compares what is said back. */
function kindOf(resource: string): { kind: string; apiVersion: string } {
  const [plural = "", ...group] = resource.split(".");
  const singular = plural.endsWith("sses") ? plural.slice(0, -2) : plural.replace(/s$/, "");
  const kind = `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
  return { kind, apiVersion: group.length === 0 ? "v1" : `${group.join(".")}/v1` };
}
