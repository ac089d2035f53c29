import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { isProduction } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";
import { contentHash } from "../service/content-hash.ts";
import { bytes } from "../units.ts";
import { planDisruptionBudget } from "./disruption-budget.ts";
import { Identity } from "./identity.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import type { Namespace } from "./namespace.ts";
import type { Callee, Destination } from "./reach.ts";
import { planStatefulSet, type StoreFacts, type StoreSize, storeCpuLimit } from "./stateful-set.ts";

/** What a store of data in a cluster is made of. */
export interface StoreChildren {
  config: k8s.core.v1.ConfigMapArgs;
  isolation: k8s.networking.v1.NetworkPolicyArgs;
  statefulSet: k8s.apps.v1.StatefulSetArgs;
  clusterService: k8s.core.v1.ServiceArgs;
  disruptionBudget: k8s.policy.v1.PodDisruptionBudgetArgs;
}

/** A store of data in a cluster. */
export interface StoreArgs extends ComponentArgs<StoreChildren> {
  readonly namespace: Namespace;
  readonly service: string;
  readonly size: StoreSize;
  readonly facts: StoreFacts;
  /** Secrets that its server reads, as files. */
  readonly secrets: readonly Secret[];
}

/**
 * A server of one pod that keeps its data on a volume, with an identity of its own. It reaches nothing, not even names;
 * it is reached by those who name it among their `calls`, and at one address that outlives its pods.
 */
export class Store extends Component<StoreChildren> implements Callee {
  readonly service: string;
  readonly destination: Destination;
  /** Name at which pods of the cluster find it, once it answers. */
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: StoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:Store", name, args, options);
    const { scope, namespace, service, size, facts } = args;
    const selector = selectorLabels(scope, service);
    this.service = service;
    this.destination = {
      kind: "pods",
      peer: { namespace: namespace.namespace, labels: selector },
      ports: [facts.port],
    };
    namespace.place({
      name: service,
      most: 1,
      cpu: size.cpu,
      cpuLimit: storeCpuLimit(size.cpu),
      memory: bytes(size.memory),
      storage: bytes(size.storage),
    });
    const statefulSet = this.#statefulSet(name, args, selector);
    const metadata = namespace.metadata(service, service);
    const clusterService = this.child(
      "clusterService",
      k8s.core.v1.Service,
      {
        metadata,
        spec: {
          type: "ClusterIP",
          selector,
          ports: [{ name: "store", port: facts.port, targetPort: "store", protocol: "TCP" }],
        },
      },
      { suffix: "service", dependsOn: [statefulSet] },
    );
    this.child(
      "disruptionBudget",
      k8s.policy.v1.PodDisruptionBudget,
      {
        metadata,
        spec: { selector: { matchLabels: selector }, ...planDisruptionBudget(service, 1, undefined) },
      },
      { suffix: "disruption-budget" },
    );
    this.host = clusterService.metadata.name.apply((known) => namespace.hostOf(known));
    this.registerOutputs({ host: this.host });
  }

  #statefulSet(name: string, args: StoreArgs, selector: Record<string, string>): k8s.apps.v1.StatefulSet {
    const { scope, namespace, service, size, facts, secrets } = args;
    const metadata = namespace.metadata(service, service);
    const config = this.child("config", k8s.core.v1.ConfigMap, {
      // One content, one name: a change of its configuration is a change of its pod.
      metadata: { ...metadata, name: `${service}-${contentHash(facts.files)}` },
      data: { ...facts.files },
      immutable: true,
    });
    const isolation = this.child("isolation", k8s.networking.v1.NetworkPolicy, {
      metadata,
      spec: { podSelector: { matchLabels: selector }, policyTypes: ["Ingress", "Egress"] },
    });
    const identity = new Identity(
      `${name}-identity`,
      { scope, namespace, workload: service, secrets },
      { parent: this },
    );
    return this.child(
      "statefulSet",
      k8s.apps.v1.StatefulSet,
      {
        metadata,
        spec: planStatefulSet(size, facts, {
          service,
          selector,
          labels: { ...objectLabels(scope, service), ...selector },
          production: isProduction(scope),
          serviceAccount: identity.serviceAccount,
          configName: config.metadata.name,
          priorityClass: namespace.priorityClass("data"),
          volumes: identity.volumes,
          volumeMounts: identity.volumeMounts,
        }),
      },
      { suffix: "stateful-set", dependsOn: [isolation], protect: isProduction(scope) },
    );
  }
}
