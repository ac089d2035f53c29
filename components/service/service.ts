import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse, SlipwayError } from "../errors.ts";
import type { RuntimeFlags } from "../flags/runtime-flags.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import { DEFAULT_USER } from "../kubernetes/pod-security.ts";
import { type Callee, type Destination, type Outside, outsideProblems } from "../kubernetes/reach.ts";
import type { Network } from "../network/network.ts";
import type { RoutedService } from "../network/routed-service.ts";
import { Delivery } from "../release/engines/cloud-deploy.ts";
import { otherImage, otherRevision } from "../release/released.ts";
import { claimName, isProduction } from "../scope.ts";
import { nameRevision, planCloudRun } from "./cloud-run.ts";
import { Workload, type WorkloadChildren } from "./kubernetes/workload.ts";
import { measuredService } from "./measured.ts";
import { type NormalizedService, normalizeService } from "./normalize.ts";
import { within } from "./problems.ts";
import type { ServiceSpec } from "./spec.ts";
import { atVersions, runningImage } from "./versions.ts";

interface Children {
  account: gcp.serviceaccount.AccountArgs;
  role: gcp.projects.IAMMemberArgs;
  signer: gcp.serviceaccount.IAMMemberArgs;
  service: gcp.cloudrunv2.ServiceArgs;
  invoker: gcp.cloudrunv2.ServiceIamMemberArgs;
}

/** A service: its spec, and what it is wired to. */
export interface ServiceArgs extends ComponentArgs<Children & WorkloadChildren>, ServiceSpec {
  /** Physical name, unique in its system. Changing it makes a new service, with a new address. */
  readonly service: string;
  /** Cloud Run: network that its requests leave through. */
  readonly network?: Network;
  /** Kubernetes: namespace that it runs in. */
  readonly namespace?: Namespace;
  /** Services and stores that it calls; each lets it in. */
  readonly calls?: readonly Callee[];
  /** Kubernetes: what it calls outside the system; everything else is denied. Cloud Run's network lets everything out. */
  readonly reaches?: readonly Outside[];
  /** Kubernetes: flags and settings that it reads while it runs. */
  readonly flags?: RuntimeFlags;
  /** Kubernetes: whether it gets a token for the Kubernetes API. Default false. */
  readonly token?: boolean;
  /** Kubernetes: user and group id that its container runs as, never 0. Default 65534. */
  readonly user?: number;
  /**
   * Whether it signs as itself, such as addresses of objects that a browser may open. There is no key to sign with: Google
   * signs for it, and has to be told that it may ask. Default false.
   */
  readonly signs?: boolean;
}

/** Roles that every service needs on its project: to write traces, metrics and logs; nothing to read. */
const TELEMETRY_ROLES = [
  "roles/cloudtrace.agent",
  "roles/logging.logWriter",
  "roles/monitoring.metricWriter",
];

/** What is wrong with the wiring of a service. */
function wiringProblems(args: ServiceArgs): string[] {
  const { runtime, network, namespace, flags, release, user = DEFAULT_USER } = args;
  const missing = runtime === "kubernetes" ? namespace === undefined : network === undefined;
  return [
    ...(missing
      ? [
          runtime === "kubernetes"
            ? 'runtime: "kubernetes" needs a `namespace` to run in'
            : 'runtime: "cloud-run" needs a `network` that its requests leave through',
        ]
      : []),
    ...(runtime === "cloud-run" && flags !== undefined
      ? [
          'flags: Cloud Run can\'t change a file of a running instance; pass them as `environment`, or use `runtime: "kubernetes"`',
        ]
      : []),
    ...Object.keys(release?.emergency?.flags ?? {})
      .filter((name) => flags?.declared[name] === undefined)
      .map(
        (name) =>
          `release.emergency.flags: there is no "${name}" to turn; ${flags === undefined ? "give the service `flags`" : `there are: ${Object.keys(flags.declared).join(", ")}`}`,
      ),
    ...within("user", user, 1, 2_147_483_647),
    ...outsideProblems(args.reaches ?? []),
  ];
}

/** Whether Google Cloud Deploy brings its versions. */
function delivered({ release }: ServiceArgs): boolean {
  return release?.engine === "google-cloud-deploy";
}

/** Whether something called is a service of Cloud Run, which asks for a permission of its own. */
function onCloudRun(callee: Callee): callee is Service {
  return callee instanceof Service && callee.spec.runtime === "cloud-run";
}

/**
 * One service: its own identity, its secrets as files, its probes, its scaling, and who may call it; on Cloud Run or, by one
 * word, on Kubernetes.
 */
export class Service extends Component<Children> implements Callee {
  readonly service: string;
  readonly spec: ServiceSpec;
  /** The spec's facts with every default filled in. */
  readonly facts: NormalizedService;
  /** Where it runs in a cluster; undefined on Cloud Run. */
  readonly namespace: Namespace | undefined;
  /** Where it answers on a cluster's network; undefined on Cloud Run. */
  readonly destination: Destination | undefined;
  /** Its name, once it is there. */
  readonly deployedName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** Revision that this declaration makes. */
  readonly revision: pulumi.Output<string>;
  readonly #workload: Workload | undefined;
  readonly #identity: { member: pulumi.Output<string>; name: pulumi.Output<string> } | undefined;

  constructor(name: string, declared: ServiceArgs, options?: pulumi.ComponentResourceOptions) {
    const args = atVersions(declared);
    // On Kubernetes all that could be adopted is the workload's.
    const adopt = args.runtime === "kubernetes" ? undefined : args.adopt;
    // A release starts from what runs and what is declared, by the name that people call it.
    const carried = { service: args.service, image: runningImage(declared) };
    super("slipway:service:Service", name, { ...args, adopt }, options, carried);
    this.facts = normalizeService(args.service, args);
    refuse(args.service, wiringProblems(args));
    claimName(args.scope, "service", args.service);
    this.service = args.service;
    this.spec = args;
    this.#warn(otherImage(this.#named, declared, args.scope.released.get(args.service)));
    const { namespace } = args;
    this.namespace = args.runtime === "kubernetes" ? namespace : undefined;
    if (args.runtime === "kubernetes" && namespace !== undefined) {
      const workload = this.#inCluster(name, args, namespace);
      const { member, accountName } = workload.identity;
      this.#identity =
        member === undefined || accountName === undefined ? undefined : { member, name: accountName };
      this.#workload = workload;
      this.destination = workload.destination;
      this.deployedName = workload.deployedName;
      this.url = pulumi.output(workload.url);
      this.revision = workload.revision;
    } else {
      const account = this.#account();
      this.#identity = { member: account.member, name: account.name };
      const grants = this.#grants(args, account);
      const service = this.#run(args, account, grants);
      this.deployedName = service.name;
      this.url = service.uri;
      this.revision = service.template.apply((template) => template.revision ?? "");
      this.#invokers(args, service);
    }
    if (delivered(args)) this.#deliver(name, args);
    this.registerOutputs({ url: this.url, revision: this.revision });
  }

  /** How Google Cloud Deploy brings its versions. */
  #deliver(name: string, { scope, service, namespace, release, engine = {} }: ServiceArgs): void {
    if (release === undefined) return;
    const measured = measuredService(scope, { service, spec: this.spec, facts: this.facts, namespace });
    new Delivery(
      `${name}-release`,
      { scope, service: measured, plan: release, surroundings: engine },
      { parent: this },
    );
  }

  /** `serviceAccount:…` in Google Cloud, for granting it things. @throws SlipwayError where it has nothing to do there */
  get member(): pulumi.Output<string> {
    return this.#googleIdentity().member;
  }

  /** Resource name of that account. @throws as {@link Service.member} */
  get accountName(): pulumi.Output<string> {
    return this.#googleIdentity().name;
  }

  /** What a way in on Kubernetes has to know of it. @throws SlipwayError where it runs on Cloud Run */
  get routed(): RoutedService {
    if (this.#workload !== undefined) return this.#workload.routed;
    throw new SlipwayError(this.service, [
      'it runs on Cloud Run, where no Gateway leads: put an Edge before it, or set `runtime: "kubernetes"`',
    ]);
  }

  get #named() {
    return { stack: pulumi.getStack(), system: this.scope.system, service: this.service };
  }

  #warn(sentence: string | undefined): void {
    if (sentence !== undefined) void pulumi.log.warn(sentence, this);
  }

  #googleIdentity() {
    if (this.#identity !== undefined) return this.#identity;
    throw new SlipwayError(this.service, [
      'it has no identity in Google Cloud: say that it reaches { to: "google-apis", why: … }',
    ]);
  }

  #inCluster(name: string, args: ServiceArgs, namespace: Namespace): Workload {
    const { scope, service, transform, adopt } = args;
    return new Workload(
      `${name}-workload`,
      {
        scope,
        service,
        namespace,
        spec: args,
        facts: this.facts,
        calls: args.calls ?? [],
        reaches: args.reaches ?? [],
        signs: args.signs === true,
        token: args.token === true,
        user: args.user ?? DEFAULT_USER,
        flags: args.flags,
        transform,
        adopt,
      },
      { parent: this },
    );
  }

  #account(): gcp.serviceaccount.Account {
    return this.child("account", gcp.serviceaccount.Account, {
      project: this.scope.project,
      accountId: `svc-${this.service}`,
      displayName: `${this.scope.system} ${this.service}`,
    });
  }

  /** What must be granted before the first instance can start: its secrets; and its roles. */
  #grants(args: ServiceArgs, account: gcp.serviceaccount.Account): pulumi.Resource[] {
    for (const role of TELEMETRY_ROLES) {
      this.child(
        "role",
        gcp.projects.IAMMember,
        { project: this.scope.project, role, member: account.member },
        { suffix: role.replace("roles/", "").replace(".", "-") },
      );
    }
    if (args.signs === true) {
      this.child("signer", gcp.serviceaccount.IAMMember, {
        serviceAccountId: account.name,
        role: "roles/iam.serviceAccountTokenCreator",
        member: this.member,
      });
    }
    return [...new Set(Object.values(args.secrets))].map((secret) =>
      secret.allow(this.service, account.member),
    );
  }

  #run(
    args: ServiceArgs,
    account: gcp.serviceaccount.Account,
    dependsOn: pulumi.Resource[],
  ): gcp.cloudrunv2.Service {
    const { networkId, subnetworkId } = args.network as Network;
    return this.child(
      "service",
      gcp.cloudrunv2.Service,
      planCloudRun(this.service, this.scope, args, this.facts, {
        serviceAccount: account.email,
        network: networkId,
        subnetwork: subnetworkId,
      }),
      {
        suffix: "",
        finish: (planned) => this.#noticed(nameRevision(this.service, planned)),
        dependsOn,
        protect: isProduction(this.scope),
        // Cloud Run answers with the stage that the fields in use have reached, so "BETA" would differ once they are GA.
        // Who brings versions has the template and the traffic, once the first is there.
        ignoreChanges: ["launchStage", ...(delivered(args) ? ["template", "traffics"] : [])],
      },
    );
  }

  /** Says where traffic by name would leave out what is deployed. */
  #noticed(planned: gcp.cloudrunv2.ServiceArgs): gcp.cloudrunv2.ServiceArgs {
    const entry = this.scope.released.get(this.service);
    if (entry !== undefined) {
      pulumi
        .output(planned.template)
        .apply(({ revision = "" }) => this.#warn(otherRevision(this.#named, revision, entry)));
    }
    return planned;
  }

  #invokers({ exposure, calls = [] }: ServiceArgs, service: gcp.cloudrunv2.Service): void {
    // The load balancer doesn't authenticate; ingress lets in nobody else.
    if (exposure === "edge") this.#invoker("edge", service.name, "allUsers");
    for (const callee of calls.filter(onCloudRun)) {
      this.#invoker(callee.service, callee.deployedName, this.member);
    }
  }

  #invoker(suffix: string, name: pulumi.Output<string>, member: pulumi.Input<string>): void {
    const { project, region: location } = this.scope;
    this.child(
      "invoker",
      gcp.cloudrunv2.ServiceIamMember,
      { project, location, name, role: "roles/run.invoker", member },
      { suffix: `invoker-${suffix}` },
    );
  }
}
