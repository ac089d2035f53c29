import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../../component.ts";
import type { CustomResourceArgs } from "../../kubernetes/identity.ts";
import type { Namespace } from "../../kubernetes/namespace.ts";
import { tcp } from "../../kubernetes/reach.ts";
import type { EngineFacts } from "./objects.ts";
import type { TakenOver } from "./taken-over.ts";

/** What an engine is told of a service. */
export interface EngineChildren {
  /** Each of its objects; the logical name tells which. */
  engineObject: CustomResourceArgs;
  /** Lets it send a plan's tests. */
  testers: k8s.networking.v1.NetworkPolicyArgs;
}

/** A plan, and what an engine makes of it. */
export interface EngineArgs extends ComponentArgs<EngineChildren> {
  readonly namespace: Namespace;
  readonly facts: EngineFacts;
  readonly objects: TakenOver["objects"];
  /** What selects the service's pods of every version. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly containerPort: number;
}

/** A release plan as an engine of the cluster carries it out: that engine's own objects. */
export class Engine extends Component<EngineChildren> {
  constructor(name: string, args: EngineArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:release:Engine", name, args, options);
    const { namespace, facts } = args;
    const after = (facts.plan.tests ?? []).length > 0 ? [this.#testers(args)] : [];
    for (const { suffix, labels, annotations, name: called, ...object } of args.objects(facts)) {
      const metadata = namespace.metadata(called, facts.name);
      this.child(
        "engineObject",
        k8s.apiextensions.CustomResource,
        {
          ...object,
          metadata: {
            ...metadata,
            labels: { ...metadata.labels, ...labels },
            ...(annotations === undefined ? {} : { annotations }),
          },
        },
        { suffix, dependsOn: after },
      );
    }
    this.registerOutputs({});
  }

  #testers({ namespace, facts, podLabels, containerPort }: EngineArgs): pulumi.Resource {
    const { namespace: from = "argo-rollouts" } = facts.surroundings;
    return this.child("testers", k8s.networking.v1.NetworkPolicy, {
      metadata: namespace.metadata(`${from}-to-${facts.name}`, facts.name),
      spec: {
        podSelector: { matchLabels: { ...podLabels } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from } } }],
            ports: tcp([containerPort]),
          },
        ],
      },
    });
  }
}
