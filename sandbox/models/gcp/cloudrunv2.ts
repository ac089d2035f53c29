import type { ResourceModel } from "../model.ts";
import {
  DELETION_POLICIES,
  integer,
  labels,
  length,
  name1035,
  number,
  pattern,
  projectId,
  seconds,
  serviceAccountEmail,
} from "../rules.ts";
import { isObject, type Properties, UNKNOWN } from "../values.ts";
import { runMember, runOutputs } from "./cloudrunv2-common.ts";
import {
  checkProbes,
  checkResources,
  checkScaling,
  checkTemplate,
  checkTraffic,
} from "./cloudrunv2-rules.ts";
import { refuseProtected } from "./common.ts";
import { location } from "./locations.ts";

const container = "template.containers[]";
const probes = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => `${container}.${probe}`);
const forEachProbe = <T>(field: string, value: T): Record<string, T> =>
  Object.fromEntries(probes.map((probe) => [`${probe}.${field}`, value]));

const service: ResourceModel = {
  token: "gcp:cloudrunv2/service:Service",
  values: {
    [`${container}.ports.name`]: ["http1", "h2c"],
    deletionPolicy: DELETION_POLICIES,
  },
  required: ["template.containers"],
  rules: {
    name: name1035(49),
    location,
    project: projectId,
    labels,
    "template.labels": labels,
    description: length(0, 512),
    [`${container}.image`]: length(1, 4096),
    [`${container}.name`]: name1035(63),
    [`${container}.ports.containerPort`]: integer(1, 65535),
    [`${container}.envs[].name`]: pattern(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "the name of an environment variable: letters, digits and `_`, no digit first",
    ),
    [`${container}.envs[].value`]: length(0, 32768),
    [`${container}.volumeMounts[].mountPath`]: pattern(/^\/[^:]*$/, "an absolute path without `:`"),
    ...forEachProbe("failureThreshold", integer(1)),
    ...forEachProbe("periodSeconds", integer(1, 3600, "seconds")),
    ...forEachProbe("timeoutSeconds", integer(1, 3600, "seconds")),
    ...forEachProbe("initialDelaySeconds", integer(0, 3600, "seconds")),
    ...forEachProbe("httpGet.path", pattern(/^\//, "a path that begins with `/`")),
    ...forEachProbe("httpGet.port", integer(1, 65535)),
    ...forEachProbe("tcpSocket.port", integer(1, 65535)),
    ...forEachProbe("grpc.port", integer(1, 65535)),
    [`${container}.readinessProbe.successThreshold`]: integer(1),
    "template.maxInstanceRequestConcurrency": integer(0, 1000),
    "template.timeout": seconds(0, 3600),
    "template.scaling.minInstanceCount": integer(0),
    "template.scaling.maxInstanceCount": integer(0),
    "template.scaling.cpuUtilization": number(0, 0.95),
    "template.scaling.concurrencyUtilization": number(0, 0.95),
    "template.revision": name1035(63),
    "template.serviceAccount": serviceAccountEmail,
    "template.vpcAccess.networkInterfaces": length(1, 1),
    "template.volumes[].secret.items[].version": pattern(
      /^(latest|[1-9]\d*|[a-zA-Z][\w-]{0,62})$/,
      "a version number, an alias or `latest`",
    ),
    "scaling.minInstanceCount": integer(0),
    "scaling.maxInstanceCount": integer(0),
    "scaling.manualInstanceCount": integer(0),
    "traffics[].percent": integer(0, 100),
    "traffics[].revision": name1035(63),
    "traffics[].tag": name1035(46),
  },
  check: (inputs, report) => {
    const template = inputs.template;
    checkScaling(inputs, isObject(template) ? template : {}, report);
    checkTraffic(inputs, report);
    if (!isObject(template)) return;
    checkTemplate(inputs, template, report);
    checkResources(template, report);
    checkProbes(template, report);
  },
  replaceOn: ["name", "location", "project"],
  autoname: { property: "name", max: 49 },
  defaults: {
    deletionPolicy: "DELETE",
    deletionProtection: true,
    ...forEachProbe("failureThreshold", 3),
    ...forEachProbe("periodSeconds", 10),
    ...forEachProbe("timeoutSeconds", 1),
    [`${container}.startupProbe.initialDelaySeconds`]: 0,
    [`${container}.livenessProbe.initialDelaySeconds`]: 0,
    [`${container}.ports.containerPort`]: 8080,
    [`${container}.ports.name`]: "http1",
  },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("location")}/services/${text("name")}`,
  outputs: (context) => {
    const { inputs, keep, renew, join, text, hex } = context;
    const isGiven = (name: string): boolean => inputs[name] !== undefined;
    const uri = keep("uri", () => join`https://${text("name")}-${hex("host", 10)}-uc.a.run.app`);
    const revision = renew(() => join`${text("name")}-00001-${hex(JSON.stringify(inputs.template), 3)}`);
    return {
      ...runOutputs(context),
      ...(isGiven("ingress") ? {} : { ingress: "INGRESS_TRAFFIC_ALL" }),
      ...(isGiven("launchStage") ? {} : { launchStage: "GA" }),
      ...(isGiven("traffics")
        ? {}
        : { traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }] }),
      ...(isGiven("scaling") ? {} : { scaling: { scalingMode: "AUTOMATIC" } }),
      template: templateOutputs(inputs.template),
      uri,
      urls: uri === UNKNOWN ? UNKNOWN : [uri],
      latestCreatedRevision: template(inputs, "revision") ?? revision,
      latestReadyRevision: template(inputs, "revision") ?? revision,
      trafficStatuses: renew(() => []),
    };
  },
  refuseDelete: refuseProtected("service"),
};

function template(inputs: Properties, field: string): unknown {
  return isObject(inputs.template) ? inputs.template[field] : undefined;
}

/** What Cloud Run fills into a template that says nothing of it. */
function templateOutputs(value: unknown): unknown {
  if (!isObject(value)) return value;
  return {
    timeout: "300s",
    maxInstanceRequestConcurrency: 80,
    ...value,
    ...(isObject(value.scaling) ? { scaling: { minInstanceCount: 0, ...value.scaling } } : {}),
  };
}

export const cloudRun: readonly ResourceModel[] = [
  service,
  runMember("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "services"),
];
