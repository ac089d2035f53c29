import type { CloudMount, CloudProbe, CloudServiceInput, CloudTraffic } from "../../cloud/api.ts";
import { cpuCount, memoryBytes } from "../../models/gcp/cloudrunv2-rules.ts";
import { isObject, type Properties, valueAt } from "../../models/values.ts";

/** The annotation that names the objectives' thresholds, in seconds, for the latency histogram's bucket edges. */
const LATENCY_BUCKETS = "slipway.dev/latency-buckets";
/** What Cloud Run takes when a template names no maximum. */
const DEFAULT_MAX_INSTANCES = 100;

/** A Cloud Run service in Pulumi's shape, turned into what the local cloud takes. Inputs are checked ones. */
export function cloudServiceInput(urn: string, id: string, inputs: Properties): CloudServiceInput {
  const template = objectAt(inputs, "template");
  const containers = listAt(template, "containers").filter(isObject);
  const container = containers.find((candidate) => candidate.ports !== undefined) ?? containers[0] ?? {};
  const scaling = objectAt(template, "scaling");
  const project = id.split("/")[1] ?? "";
  const cpu = cpuCount(String(valueAt(container, "resources", "limits", "cpu") ?? "1")) ?? 1;
  const memory = memoryBytes(String(valueAt(container, "resources", "limits", "memory") ?? "512Mi"));
  const cpuUtilization = numberAt(scaling, "cpuUtilization");
  const buckets = valueAt(inputs, "annotations", LATENCY_BUCKETS);
  return {
    id,
    owner: urn,
    labels: stringsIn(inputs.labels),
    ...(typeof buckets === "string" ? { latencyBuckets: buckets.split(",").map(Number) } : {}),
    template: {
      image: String(container.image),
      env: environment(container),
      port: numberAt(container, "ports", "containerPort") ?? 8080,
      mounts: mountsOf(template, container, project),
      ...optional("args", listAt(container, "args").map(String)),
      ...optional("commands", listAt(container, "commands").map(String)),
      ...probesOf(container),
      minInstances:
        numberAt(scaling, "minInstanceCount") ?? numberAt(inputs, "scaling", "minInstanceCount") ?? 0,
      maxInstances:
        numberAt(scaling, "maxInstanceCount") ||
        numberAt(inputs, "scaling", "maxInstanceCount") ||
        DEFAULT_MAX_INSTANCES,
      concurrency: numberAt(template, "maxInstanceRequestConcurrency") || (cpu < 1 ? 1 : 80),
      timeoutSeconds: Number.parseFloat(String(template.timeout ?? "300s")),
      cpu,
      ...(memory === undefined ? {} : { memory }),
      ...(cpuUtilization ? { cpuUtilization } : {}),
    },
    ...(typeof template.revision === "string" ? { revision: template.revision } : {}),
    traffic: listAt(inputs, "traffics").filter(isObject).map(trafficTarget),
  };
}

function trafficTarget(target: Properties): CloudTraffic {
  const revision = target.revision;
  return {
    target: typeof revision === "string" && revision !== "" ? { revision } : "latest",
    percent: numberAt(target, "percent") ?? 0,
    ...(typeof target.tag === "string" && target.tag !== "" ? { tag: target.tag } : {}),
  };
}

/** @throws for a variable that is taken from a secret: the sandbox gives secrets as files only, as the library does. */
function environment(container: Properties): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const variable of listAt(container, "envs").filter(isObject)) {
    if (variable.valueSource !== undefined)
      throw new Error(
        `The environment variable ${String(variable.name)} is taken from a secret: the sandbox refuses this. Mount the secret as a volume and name its path in ${String(variable.name)}_FILE.`,
      );
    variables[String(variable.name)] = String(variable.value ?? "");
  }
  return variables;
}

function mountsOf(template: Properties, container: Properties, project: string): CloudMount[] {
  const volumes = new Map(
    listAt(template, "volumes")
      .filter(isObject)
      .map((volume) => [volume.name, volume]),
  );
  return listAt(container, "volumeMounts")
    .filter(isObject)
    .flatMap((mount) => {
      const volume = volumes.get(mount.name);
      const source = volume === undefined ? undefined : volume.secret;
      if (!isObject(source)) return [];
      const name = String(source.secret);
      const secret = name.startsWith("projects/") ? name : `projects/${project}/secrets/${name}`;
      const items = listAt(source, "items").filter(isObject);
      const files = items.length > 0 ? items : [{ path: name.split("/").at(-1), version: "latest" }];
      return files.map((item) => ({
        path: String(mount.mountPath),
        secret,
        version: String(item.version ?? "latest"),
        file: String(item.path),
      }));
    });
}

/** gRPC health checks become TCP ones: an instance of the sandbox need not speak gRPC. */
function probe(given: unknown): CloudProbe | undefined {
  if (!isObject(given)) return undefined;
  const http = isObject(given.httpGet) ? given.httpGet : undefined;
  const port = numberAt(http ?? given.tcpSocket ?? given.grpc, "port");
  const successThreshold = numberAt(given, "successThreshold");
  return {
    kind: http === undefined ? "tcp" : "http",
    ...(http === undefined ? {} : { path: String(http.path ?? "/") }),
    ...(port === undefined ? {} : { port }),
    initialDelaySeconds: numberAt(given, "initialDelaySeconds") ?? 0,
    periodSeconds: numberAt(given, "periodSeconds") ?? 10,
    timeoutSeconds: numberAt(given, "timeoutSeconds") ?? 1,
    failureThreshold: numberAt(given, "failureThreshold") ?? 3,
    ...(successThreshold === undefined ? {} : { successThreshold }),
  };
}

function probesOf(
  container: Properties,
): Partial<Record<"startupProbe" | "livenessProbe" | "readinessProbe", CloudProbe>> {
  const startupProbe = probe(container.startupProbe);
  const livenessProbe = probe(container.livenessProbe);
  const readinessProbe = probe(container.readinessProbe);
  return {
    ...(startupProbe === undefined ? {} : { startupProbe }),
    ...(livenessProbe === undefined ? {} : { livenessProbe }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
  };
}

function optional<K extends "args" | "commands">(key: K, list: string[]): { [key in K]?: string[] } {
  return list.length === 0 ? {} : ({ [key]: list } as { [key in K]: string[] });
}

function objectAt(value: unknown, ...steps: readonly string[]): Properties {
  const found = valueAt(value, ...steps);
  return isObject(found) ? found : {};
}

function listAt(value: unknown, ...steps: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...steps);
  return Array.isArray(found) ? found : [];
}

function numberAt(value: unknown, ...steps: readonly string[]): number | undefined {
  const found = valueAt(value, ...steps);
  return typeof found === "number" ? found : undefined;
}

function stringsIn(value: unknown): Record<string, string> {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]))
    : {};
}
