import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../../component.ts";
import type { RuntimeFlags } from "../../flags/runtime-flags.ts";
import { planDisruptionBudget } from "../../kubernetes/disruption-budget.ts";
import { Identity } from "../../kubernetes/identity.ts";
import { objectLabels, selectorLabels, type Track } from "../../kubernetes/labels.ts";
import type { Namespace } from "../../kubernetes/namespace.ts";
import {
  type Callee,
  type Destination,
  egressOutside,
  egressTo,
  type Outside,
  podPeer,
  tcp,
} from "../../kubernetes/reach.ts";
import type { Backend, RoutedService } from "../../network/routed-service.ts";
import { Engine, type EngineChildren } from "../../release/engines/engine.ts";
import { type TakenOver, takenOver } from "../../release/engines/taken-over.ts";
import { serviceFacts } from "../facts.ts";
import { measuredService } from "../measured.ts";
import type { NormalizedService } from "../normalize.ts";
import { PROGRESS_DEADLINE_SECONDS } from "../probes.ts";
import type { Candidate, ServiceSpec } from "../spec.ts";
import { candidateScaling, planAutoscaler } from "./autoscaler.ts";
import { planConfig } from "./config.ts";
import { finishDeployment, mostPods, planDeployment } from "./deployment.ts";
import { cpuLimit, planPod } from "./pod.ts";

/** What a service on Kubernetes is made of. */
export interface WorkloadChildren extends EngineChildren {
  config: k8s.core.v1.ConfigMapArgs;
  deployment: k8s.apps.v1.DeploymentArgs;
  clusterService: k8s.core.v1.ServiceArgs;
  autoscaler: k8s.autoscaling.v2.HorizontalPodAutoscalerArgs;
  disruptionBudget: k8s.policy.v1.PodDisruptionBudgetArgs;
  egress: k8s.networking.v1.NetworkPolicyArgs;
  ingress: k8s.networking.v1.NetworkPolicyArgs;
}

/** A service's spec, and what it is wired to in a cluster. */
export interface WorkloadArgs extends ComponentArgs<WorkloadChildren> {
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly facts: NormalizedService;
  readonly namespace: Namespace;
  readonly calls: readonly Callee[];
  readonly reaches: readonly Outside[];
  readonly signs: boolean;
  /** Whether its pods get a token for the Kubernetes API. */
  readonly token: boolean;
  /** User and group id that its container runs as. */
  readonly user: number;
  readonly flags: RuntimeFlags | undefined;
}

/** Port of the Service before the pods. */
const SERVICE_PORT = 80;

/** One service in a cluster: pods that are replaced without a gap, scaled by what they do, and reached by whom it says. */
export class Workload extends Component<WorkloadChildren> implements Callee {
  readonly service: string;
  readonly identity: Identity;
  readonly destination: Destination;
  /** Name of the Service, once its pods answer. */
  readonly deployedName: pulumi.Output<string>;
  /** Revision that this declaration makes. */
  readonly revision: pulumi.Output<string>;
  readonly #args: WorkloadArgs;
  /** What selects its pods of both tracks. */
  readonly #labels: Record<string, string>;
  readonly #taken: TakenOver;

  constructor(name: string, args: WorkloadArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:service:Workload", name, args, options);
    this.#args = args;
    this.service = args.service;
    const { namespace, spec, facts } = args;
    const { "slipway.dev/track": _track, ...labels } = selectorLabels(args.scope, args.service);
    this.#labels = labels;
    this.destination = {
      kind: "pods",
      peer: { namespace: namespace.namespace, labels },
      ports: [facts.port],
    };
    const { scaling, candidate } = spec;
    this.#taken = takenOver(spec.release);
    // Once released it keeps room for two versions: a promotion rolls the stable pods over while the candidate's still serve.
    const isPair = candidate !== undefined || this.#taken.pods || args.scope.released.has(args.service);
    namespace.place({
      name: args.service,
      most: mostPods(scaling.max) * (isPair ? 2 : 1),
      cpu: facts.cpu,
      cpuLimit: cpuLimit(facts.cpu),
      memory: facts.memoryBytes,
    });
    this.identity = this.#identity(name);
    const config = this.#config();
    const policies = this.#policies();
    const stable = this.#track("stable", spec.image, scaling, config, policies);
    if (candidate !== undefined) {
      this.#track("candidate", candidate.image, candidateScaling(scaling, candidate), config, policies);
    }
    this.#budget();
    this.deployedName = stable.services[0]?.metadata.name ?? pulumi.output(this.service);
    this.revision = stable.deployment.spec.template.metadata.labels.apply(
      (known) => known["slipway.dev/revision"] ?? "",
    );
    this.#engine(name, [stable.deployment, ...stable.services]);
    this.registerOutputs({ revision: this.revision });
  }

  /** Address at which pods of the cluster reach it. */
  get url(): string {
    return `http://${this.#args.namespace.hostOf(this.service)}`;
  }

  /** What a way in has to know of it. */
  get routed(): RoutedService {
    const { service, spec, facts } = this.#args;
    return {
      service,
      exposure: spec.exposure,
      port: SERVICE_PORT,
      probePath: facts.probes.readiness.path,
      timeoutSeconds: facts.timeoutSeconds,
      podLabels: this.#labels,
      containerPort: facts.port,
      backends: this.#backends(spec.candidate),
      after: [this],
    };
  }

  /** Services before its pods, with their shares of the requests. */
  #backends(candidate: Candidate | undefined): Backend[] {
    const name = this.service;
    if (candidate === undefined) return [{ name, weight: 100 }];
    const { percent, header } = candidate;
    return [
      { name, weight: 100 - percent },
      { name: `${name}-candidate`, weight: percent, ...(header === undefined ? {} : { header }) },
    ];
  }

  #identity(name: string): Identity {
    const { scope, namespace, service, spec, reaches, signs } = this.#args;
    return new Identity(
      `${name}-identity`,
      {
        scope,
        namespace,
        workload: service,
        secrets: Object.values(spec.secrets),
        usesGoogle: reaches.some(({ to }) => to === "google-apis"),
        signs,
      },
      { parent: this },
    );
  }

  #config(): k8s.core.v1.ConfigMap {
    const { namespace, service, spec, facts, flags } = this.#args;
    const { name, data } = planConfig(service, facts.port, { ...spec.environment, ...flags?.environment });
    return this.child("config", k8s.core.v1.ConfigMap, {
      metadata: { ...namespace.metadata(service, service), name },
      data,
      immutable: true,
    });
  }

  /** Who may be called, and for each of those that it may be called by this service. */
  #policies(): pulumi.Resource[] {
    const { namespace, service, calls, reaches } = this.#args;
    const destinations = calls.flatMap((callee) => callee.destination ?? []);
    const egress = [...destinations.map(egressTo), ...reaches.flatMap(egressOutside)];
    const why = reaches.map(({ to, why }) => `${to}: ${why}`).join("; ");
    const policy = this.child("egress", k8s.networking.v1.NetworkPolicy, {
      metadata: {
        ...namespace.metadata(service, service),
        ...(why === "" ? {} : { annotations: { "slipway.dev/reaches": why } }),
      },
      spec: {
        podSelector: { matchLabels: this.#labels },
        policyTypes: ["Egress"],
        // None at all denies everything, too; an empty list would differ from what the server keeps.
        ...(egress.length === 0 ? {} : { egress }),
      },
    });
    return [policy, ...calls.flatMap((callee) => this.#admission(callee) ?? [])];
  }

  /** Lets this service's requests in where `callee` is a workload of a cluster. */
  #admission({ service: callee, destination }: Callee): k8s.networking.v1.NetworkPolicy | undefined {
    if (destination?.kind !== "pods") return undefined;
    const { namespace, service } = this.#args;
    const { namespace: there } = destination.peer;
    const metadata = namespace.metadata(`${service}-to-${callee}`, service);
    return this.child(
      "ingress",
      k8s.networking.v1.NetworkPolicy,
      {
        // Its own namespace by reference, so that it is made first.
        metadata: there === namespace.namespace ? metadata : { ...metadata, namespace: there },
        spec: {
          podSelector: { matchLabels: { ...destination.peer.labels } },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: [podPeer({ namespace: namespace.namespace, labels: this.#labels })],
              ports: tcp(destination.ports),
            },
          ],
        },
      },
      { suffix: `to-${callee}` },
    );
  }

  /** One version's pods, the Service before them, and their autoscaler. */
  #track(
    track: Track,
    image: pulumi.Input<string>,
    scaling: ServiceSpec["scaling"],
    config: k8s.core.v1.ConfigMap,
    policies: readonly pulumi.Resource[],
  ) {
    const { namespace, service } = this.#args;
    const name = track === "stable" ? service : `${service}-${track}`;
    const suffix = (of: string) => (track === "stable" ? of : `${track}-${of}`);
    const deployment = this.#deployment(name, track, image, config, suffix("deployment"), policies);
    const services = this.#services(track).map((each) => this.#clusterService(each, track, deployment));
    this.child(
      "autoscaler",
      k8s.autoscaling.v2.HorizontalPodAutoscaler,
      {
        metadata: namespace.metadata(name, service),
        spec: planAutoscaler({ ...this.#taken.scaled, name }, scaling),
      },
      { suffix: suffix("autoscaler"), dependsOn: [deployment] },
    );
    return { deployment, services };
  }

  /** Names of the Services before one version's pods. An engine may choose their pods, or make the Services itself. */
  #services(track: Track): string[] {
    const { service } = this.#args;
    if (track !== "stable") return [`${service}-${track}`];
    const names = { none: [], stable: [service], both: [service, `${service}-candidate`] };
    return names[this.#taken.services];
  }

  #clusterService(name: string, track: Track, deployment: pulumi.Resource): k8s.core.v1.Service {
    const { namespace, service } = this.#args;
    return this.child(
      "clusterService",
      k8s.core.v1.Service,
      {
        metadata: namespace.metadata(name, service),
        spec: {
          type: "ClusterIP",
          selector: selectorLabels(this.scope, service, track),
          ports: [
            { name: "http", port: SERVICE_PORT, targetPort: "http", protocol: "TCP", appProtocol: "http" },
          ],
        },
      },
      {
        suffix: name === service ? "service" : "candidate-service",
        dependsOn: [deployment],
        ...(this.#taken.services === "both" ? { ignoreChanges: ["spec.selector"] } : {}),
      },
    );
  }

  /** What carries releases out where it isn't Slipway. */
  #engine(name: string, after: pulumi.Resource[]): void {
    const { scope, namespace, service, spec, facts, transform } = this.#args;
    const { release, engine = {} } = spec;
    if (release === undefined || !this.#taken.pods) return;
    new Engine(
      `${name}-release`,
      {
        scope,
        namespace,
        podLabels: this.#labels,
        containerPort: facts.port,
        facts: {
          service: measuredService(scope, { service, spec, facts, namespace }),
          plan: release,
          surroundings: engine,
          name: service,
          candidate: `${service}-candidate`,
          candidateUrl: `http://${namespace.hostOf(`${service}-candidate`)}`,
          port: SERVICE_PORT,
          revision: this.revision,
          progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
        },
        objects: this.#taken.objects,
        transform,
      },
      { parent: this, dependsOn: after },
    );
  }

  #deployment(
    name: string,
    track: Track,
    image: pulumi.Input<string>,
    config: k8s.core.v1.ConfigMap,
    suffix: string,
    policies: readonly pulumi.Resource[],
  ): k8s.apps.v1.Deployment {
    const { namespace, service, spec, facts, flags, token, user } = this.#args;
    const engineLabel = this.#taken.label === undefined ? {} : { [this.#taken.label]: service };
    const selector = { ...selectorLabels(this.scope, service, track), ...engineLabel };
    const pod = planPod(spec, facts, {
      image,
      serviceAccount: this.identity.serviceAccount,
      configName: config.metadata.name,
      priorityClass: namespace.priorityClass("serving"),
      volumes: [...this.identity.volumes, ...(flags === undefined ? [] : [flags.volume])],
      volumeMounts: [...this.identity.volumeMounts, ...(flags === undefined ? [] : [flags.mount])],
      selector,
      user,
      token,
    });
    const labels = {
      ...spec.labels,
      ...objectLabels(this.scope, service),
      "slipway.dev/track": track,
      ...engineLabel,
    };
    return this.child(
      "deployment",
      k8s.apps.v1.Deployment,
      planDeployment(
        {
          ...namespace.metadata(name, service),
          labels,
          annotations: {
            ...serviceFacts(spec, facts),
            ...(this.#taken.pods ? { "pulumi.com/skipAwait": "true" } : {}),
          },
        },
        selector,
        {
          labels,
          annotations: {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": String(facts.port),
            "prometheus.io/path": spec.metricsPath ?? "/metrics",
          },
          spec: pod,
        },
      ),
      {
        suffix,
        dependsOn: [...policies],
        finish: (planned) => finishDeployment(service, planned),
        ...(this.#taken.template ? { ignoreChanges: ["spec.template"] } : {}),
      },
    );
  }

  #budget(): void {
    const { namespace, service, spec } = this.#args;
    this.child(
      "disruptionBudget",
      k8s.policy.v1.PodDisruptionBudget,
      {
        metadata: namespace.metadata(service, service),
        spec: {
          selector: { matchLabels: selectorLabels(this.scope, service) },
          ...planDisruptionBudget(service, spec.scaling.min, spec.scaling.minAvailable),
        },
      },
      { suffix: "disruption-budget" },
    );
  }
}
