import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { claimName, isProduction, type Scope } from "../scope.ts";
import { objectLabels } from "./labels.ts";
import { nameProblem } from "./names.ts";
import { planQuota } from "./quota.ts";
import { podPeer } from "./reach.ts";
import { RELEASE_RULES } from "./release-role.ts";

interface Children {
  namespace: k8s.core.v1.NamespaceArgs;
  defaultDeny: k8s.networking.v1.NetworkPolicyArgs;
  nameService: k8s.networking.v1.NetworkPolicyArgs;
  metrics: k8s.networking.v1.NetworkPolicyArgs;
  limits: k8s.core.v1.LimitRangeArgs;
  servingPriority: k8s.scheduling.v1.PriorityClassArgs;
  dataPriority: k8s.scheduling.v1.PriorityClassArgs;
  quota: k8s.core.v1.ResourceQuotaArgs;
  releaseRole: k8s.rbac.v1.RoleArgs;
  releaseBinding: k8s.rbac.v1.RoleBindingArgs;
}

/** What one pod of a workload takes, and how many there may be at once. */
export interface WorkloadSize {
  readonly name: string;
  /** Pods at most: all replicas, and those that a rollout adds. */
  readonly most: number;
  /** CPUs that a pod requests, and that it may use. */
  readonly cpu: number;
  readonly cpuLimit: number;
  /** Bytes of memory of a pod: requested and at most. */
  readonly memory: number;
  /** Bytes of persistent volumes of a pod. Default none. */
  readonly storage?: number;
}

/** Which pods go first where a node has no room for all: data stores stay longest. */
export type Priority = "serving" | "data";

/** A namespace of one system, in the cluster of the `kubernetes` provider that is passed down by `providers`. */
export interface NamespaceArgs extends ComponentArgs<Children> {
  /** Name of the namespace. Changing it makes a new one, and removes the old with everything in it, data too. */
  readonly namespace: string;
  /** Google Cloud project that the cluster belongs to. Default: the scope's. */
  readonly clusterProject?: string;
  /** Namespace that Prometheus runs in: its pods may ask ours for metrics. Default `"monitoring"`. */
  readonly monitoring?: string;
  /**
   * Whether others made and keep the namespace: then it is read, and nothing of it is changed; its policies, limits and
   * priorities are theirs. Default false.
   */
  readonly existing?: boolean;
}

const PRIORITIES: Readonly<Record<Priority, { value: number; description: string }>> = {
  serving: { value: 100_000, description: "Takes requests: goes before what only works in the background." },
  data: { value: 200_000, description: "Keeps data: stays when a node has no room for all." },
};

/**
 * A namespace that lets in and out only what is declared: restricted pod security, every connection denied but for names,
 * limits for pods that state none, priorities, and (after {@link Namespace.seal}) a quota of exactly what was declared.
 */
export class Namespace extends Component<Children> {
  readonly namespace: string;
  /** Its name, once it is there: for whatever has to be made after it. */
  readonly ready: pulumi.Output<string>;
  /** Google Cloud project that the cluster belongs to. */
  readonly clusterProject: string;
  /** `PROJECT.svc.id.goog`. */
  readonly identityPool: string;
  readonly #workloads: WorkloadSize[] = [];
  readonly #existing: boolean;
  #sealed = false;

  /** A namespace that others made and keep. */
  static get(
    name: string,
    args: Omit<NamespaceArgs, "existing" | "transform">,
    options?: pulumi.ComponentResourceOptions,
  ): Namespace {
    return new Namespace(name, { ...args, existing: true }, options);
  }

  constructor(name: string, args: NamespaceArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:Namespace", name, args, options);
    refuse(
      name,
      [args.namespace, args.monitoring ?? "monitoring"].flatMap((each) => {
        const problem = nameProblem(each);
        return problem === undefined ? [] : [`namespace: ${problem}`];
      }),
    );
    claimName(args.scope, "namespace", args.namespace);
    this.namespace = args.namespace;
    this.clusterProject = args.clusterProject ?? args.scope.project;
    this.identityPool = `${this.clusterProject}.svc.id.goog`;
    this.#existing = args.existing === true;
    if (this.#existing) {
      // Read, so that a deployment into a namespace that isn't there says so; its name is known either way.
      k8s.core.v1.Namespace.get(name, args.namespace, { parent: this });
      this.ready = pulumi.output(args.namespace);
    } else {
      this.ready = this.#declare(args);
    }
    this.registerOutputs({ namespace: this.ready });
  }

  /** Name of the priority class of this namespace's pods of one kind; the cluster's default where others keep it. */
  priorityClass(priority: Priority): string | undefined {
    return this.#existing ? undefined : `${this.namespace}-${priority}`;
  }

  /** Metadata of an object in this namespace. @param workload the workload it belongs to, if it is one's own */
  metadata(name: string, workload?: string) {
    return { name, namespace: this.ready, labels: objectLabels(this.scope, workload) };
  }

  /** Name under which pods of the whole cluster find a service of this namespace. */
  hostOf(service: string): string {
    return `${service}.${this.namespace}.svc.cluster.local`;
  }

  /**
   * Lets someone release what runs here: see {@link RELEASE_RULES}.
   * @param who short name, unique among those
   * @param user as the cluster knows them: on GKE, the e-mail address of a person or a service account
   */
  allowRelease(who: string, user: pulumi.Input<string>): void {
    const metadata = this.metadata(`release-${who}`);
    const role = this.child(
      "releaseRole",
      k8s.rbac.v1.Role,
      { metadata, rules: [...RELEASE_RULES] },
      { suffix: `release-role-${who}` },
    );
    this.child(
      "releaseBinding",
      k8s.rbac.v1.RoleBinding,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
      },
      { suffix: `release-binding-${who}` },
    );
  }

  /**
   * Counts a workload towards the quota.
   * @throws SlipwayError after {@link Namespace.seal}: its pods would find no room
   */
  place(workload: WorkloadSize): void {
    claimName(this.scope, `workload in ${this.namespace}`, workload.name);
    if (this.#sealed) {
      refuse(workload.name, [
        `the namespace "${this.namespace}" is sealed: its quota has no room for it; declare it before \`seal()\``,
      ]);
    }
    this.#workloads.push(workload);
  }

  /** Sets the quota to what has been declared. Call it last. Where others keep the namespace, so do they its quota. */
  seal(): void {
    this.#sealed = true;
    if (this.#existing) return;
    this.child("quota", k8s.core.v1.ResourceQuota, {
      metadata: this.metadata("quota"),
      spec: planQuota(this.#workloads),
    });
  }

  #declare(args: NamespaceArgs): pulumi.Output<string> {
    const namespace = this.child(
      "namespace",
      k8s.core.v1.Namespace,
      { metadata: { name: args.namespace, labels: namespaceLabels(args.scope) } },
      { suffix: "", protect: isProduction(args.scope) },
    );
    const metadata = (name: string) => ({
      name,
      namespace: namespace.metadata.name,
      labels: objectLabels(args.scope),
    });
    this.#policies(metadata, args.monitoring ?? "monitoring");
    this.child("limits", k8s.core.v1.LimitRange, {
      metadata: metadata("limits"),
      spec: {
        limits: [
          {
            type: "Container",
            defaultRequest: { cpu: "100m", memory: "128Mi" },
            default: { cpu: "500m", memory: "256Mi" },
          },
        ],
      },
    });
    for (const priority of ["serving", "data"] as const) {
      this.child(
        `${priority}Priority`,
        k8s.scheduling.v1.PriorityClass,
        {
          metadata: { name: `${args.namespace}-${priority}`, labels: objectLabels(args.scope) },
          ...PRIORITIES[priority],
        },
        { suffix: `${priority}-priority` },
      );
    }
    return namespace.metadata.name;
  }

  #policies(metadata: (name: string) => k8s.types.input.meta.v1.ObjectMeta, monitoring: string): void {
    this.child(
      "defaultDeny",
      k8s.networking.v1.NetworkPolicy,
      {
        metadata: metadata("default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      { suffix: "default-deny" },
    );
    const dns = podPeer({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" } });
    this.child(
      "nameService",
      k8s.networking.v1.NetworkPolicy,
      {
        metadata: metadata("allow-name-service"),
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [
            {
              to: [dns],
              ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })),
            },
            // GKE's node-local cache answers on a link-local address.
            { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] },
          ],
        },
      },
      { suffix: "allow-name-service" },
    );
    this.child(
      "metrics",
      k8s.networking.v1.NetworkPolicy,
      {
        metadata: metadata("allow-metrics"),
        spec: {
          podSelector: {},
          policyTypes: ["Ingress"],
          ingress: [
            { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": monitoring } } }] },
          ],
        },
      },
      { suffix: "allow-metrics" },
    );
  }
}

function namespaceLabels(scope: Scope): Record<string, string> {
  const modes = ["enforce", "audit", "warn"].map((mode) => [
    `pod-security.kubernetes.io/${mode}`,
    "restricted",
  ]);
  return { ...objectLabels(scope), ...Object.fromEntries(modes) };
}
