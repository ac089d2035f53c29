import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { isProduction, labels, type Scope } from "../scope.ts";
import { distinctSecrets, secretFiles, secretFolder } from "../secrets/mount.ts";
import { contentHash } from "./content-hash.ts";
import { serviceFacts } from "./facts.ts";
import type { NormalizedService } from "./normalize.ts";
import { planProbe } from "./probes.ts";
import type { ServiceSpec } from "./spec.ts";
import { planTraffic } from "./traffic.ts";

/** Other resources' outputs that a Cloud Run service is wired to. */
export interface Wiring {
  readonly serviceAccount: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  readonly subnetwork: pulumi.Input<string>;
}

/** Plain settings, and for each secret the path of its file: never a secret's value. */
export function planEnvironment(spec: Pick<ServiceSpec, "environment" | "secrets">) {
  const plain = Object.entries(spec.environment).map(([name, value]) => ({ name, value }));
  return [...plain, ...secretFiles(spec.secrets)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One volume for each secret, whatever variables name it, holding one pinned version. */
export function planSecrets(spec: Pick<ServiceSpec, "secrets">) {
  const secrets = distinctSecrets(Object.values(spec.secrets));
  return {
    // Readable by whatever user the image runs as; nobody else is in the container.
    volumes: secrets.map(({ secretId, version }) => ({
      name: secretId,
      secret: { secret: secretId, defaultMode: 0o444, items: [{ path: "value", version }] },
    })),
    volumeMounts: secrets.map(({ secretId }) => ({ name: secretId, mountPath: secretFolder(secretId) })),
  };
}

function planTemplate(spec: ServiceSpec, normalized: NormalizedService, wiring: Wiring) {
  const { volumes, volumeMounts } = planSecrets(spec);
  const { startup, liveness, readiness } = normalized.probes;
  return {
    serviceAccount: wiring.serviceAccount,
    timeout: `${normalized.timeoutSeconds}s`,
    maxInstanceRequestConcurrency: normalized.concurrency,
    executionEnvironment: normalized.cpu < 1 ? "EXECUTION_ENVIRONMENT_GEN1" : "EXECUTION_ENVIRONMENT_GEN2",
    scaling: {
      minInstanceCount: normalized.min,
      maxInstanceCount: normalized.max,
      cpuUtilization: normalized.cpuPercent / 100,
    },
    vpcAccess: {
      // Everything leaves through the network's own address, so that databases can let in that one address.
      egress: "ALL_TRAFFIC",
      networkInterfaces: [{ network: wiring.network, subnetwork: wiring.subnetwork }],
    },
    containers: [
      {
        image: spec.image,
        ports: { containerPort: normalized.port },
        resources: {
          limits: { cpu: String(normalized.cpu), memory: normalized.memory },
          // Always said: the provider takes silence beside `limits` for billing by instance.
          cpuIdle: normalized.billing === "request",
          startupCpuBoost: true,
        },
        startupProbe: planProbe(startup),
        livenessProbe: planProbe(liveness),
        readinessProbe: planProbe(readiness),
        envs: planEnvironment(spec),
        volumeMounts,
      },
    ],
    volumes,
  };
}

/** `NAME-xxxxxxxx`, from everything that makes the revision what it is: same content, same name; never written by hand. */
export function revisionName(service: string, template: unknown): string {
  return `${service}-${contentHash(template)}`;
}

type Template = gcp.types.input.cloudrunv2.ServiceTemplate;

/** A template that names its revision, unless whoever wrote it did. */
function named(service: string, template: Template): Template {
  if (template.revision !== undefined) return template;
  return {
    ...template,
    revision: pulumi.output(template).apply((content) => revisionName(service, content)),
  };
}

/**
 * Names the revision by the whole template, as it will be sent: Cloud Run refuses another content under a name that it
 * knows.
 */
export function nameRevision(service: string, args: gcp.cloudrunv2.ServiceArgs): gcp.cloudrunv2.ServiceArgs {
  const { template } = args;
  const later = pulumi.Output.isInstance(template) || template instanceof Promise;
  return {
    ...args,
    template: later
      ? pulumi.output(template).apply((known) => named(service, known as Template))
      : named(service, template),
  };
}

/** The whole Cloud Run service, derived from its spec, but for its revision's name: see {@link nameRevision}. */
export function planCloudRun(
  service: string,
  scope: Scope,
  spec: ServiceSpec,
  normalized: NormalizedService,
  wiring: Wiring,
): gcp.cloudrunv2.ServiceArgs {
  const template = planTemplate(spec, normalized, wiring);
  return {
    project: scope.project,
    location: scope.region,
    name: service,
    // Thresholds on CPU are a beta field of the API.
    launchStage: "BETA",
    ingress:
      spec.exposure === "edge" ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY",
    deletionProtection: isProduction(scope),
    labels: { ...spec.labels, ...labels(scope, service) },
    annotations: serviceFacts(spec, normalized),
    template: {
      ...template,
      labels: { ...spec.labels, ...labels(scope, service) },
    },
    traffics: planTraffic(normalized.traffic),
  };
}
