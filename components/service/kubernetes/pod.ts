import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod, spread } from "../../kubernetes/pod-security.ts";
import { quantityOf } from "../../kubernetes/quantity.ts";
import { secretFiles } from "../../secrets/mount.ts";
import type { NormalizedService } from "../normalize.ts";
import { planProbe } from "../probes.ts";
import type { ServiceSpec } from "../spec.ts";

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** Other resources' outputs, and what else a pod is made from. */
export interface PodWiring {
  readonly image: pulumi.Input<string>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configName: pulumi.Input<string>;
  readonly priorityClass: string | undefined;
  readonly volumes: readonly k8s.types.input.core.v1.Volume[];
  readonly volumeMounts: readonly k8s.types.input.core.v1.VolumeMount[];
  /** Labels that select the pods among which they spread. */
  readonly selector: Record<string, string>;
  readonly user: number;
  readonly token: boolean;
}

/** A CPU limit of twice the request: room to start and to catch up, and no way to take a node. */
export function cpuLimit(cpu: number): number {
  return cpu * 2;
}

/**
 * How long a pod that is told to stop goes on as if nothing were, in seconds, until no request is sent to it any more. 5 s
 * are enough for kube-proxy (a rolling update under load lost 11 of 1,342 requests without, none with 2 s); load balancers
 * outside the cluster take longer to hear of it.
 */
function preStopSeconds(exposure: ServiceSpec["exposure"]): number {
  return exposure === "edge" ? 15 : 5;
}

/** Time from being told to stop to being killed, in seconds: longer than waiting and draining take together. */
function gracePeriodSeconds(exposure: ServiceSpec["exposure"], drainSeconds: number): number {
  return preStopSeconds(exposure) + Math.ceil(drainSeconds) + 5;
}

/** One instance of a service, as Kubernetes runs it. */
export function planPod(spec: ServiceSpec, facts: NormalizedService, wiring: PodWiring): PodSpec {
  const { startup, liveness, readiness } = facts.probes;
  const env = secretFiles(spec.secrets).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...restrictedPod(wiring.user),
    serviceAccountName: wiring.serviceAccount,
    automountServiceAccountToken: wiring.token,
    enableServiceLinks: false,
    ...(wiring.priorityClass === undefined ? {} : { priorityClassName: wiring.priorityClass }),
    terminationGracePeriodSeconds: gracePeriodSeconds(spec.exposure, facts.drainSeconds),
    topologySpreadConstraints: spread(wiring.selector),
    containers: [
      {
        name: "app",
        image: wiring.image,
        ports: [{ name: "http", containerPort: facts.port, protocol: "TCP" }],
        envFrom: [{ configMapRef: { name: wiring.configName } }],
        ...(env.length === 0 ? {} : { env }),
        resources: {
          requests: { cpu: quantityOf(facts.cpu), memory: facts.memory },
          limits: { cpu: quantityOf(cpuLimit(facts.cpu)), memory: facts.memory },
        },
        startupProbe: planProbe(startup),
        livenessProbe: planProbe(liveness),
        readinessProbe: planProbe(readiness),
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds(spec.exposure) } } },
        ...restrictedContainer(),
        // The last lines of its log say why it ended, where it wrote nothing better.
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...wiring.volumeMounts],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "128Mi" } }, ...wiring.volumes],
  };
}
