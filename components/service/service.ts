import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import type { Network } from "../network/network.ts";
import { claimName, isProduction } from "../scope.ts";
import { nameRevision, planCloudRun } from "./cloud-run.ts";
import { type NormalizedService, normalizeService } from "./normalize.ts";
import type { ServiceSpec } from "./spec.ts";

interface Children {
  account: gcp.serviceaccount.AccountArgs;
  role: gcp.projects.IAMMemberArgs;
  signer: gcp.serviceaccount.IAMMemberArgs;
  service: gcp.cloudrunv2.ServiceArgs;
  invoker: gcp.cloudrunv2.ServiceIamMemberArgs;
}

/** A service: its spec, and what it is wired to. */
export interface ServiceArgs extends ComponentArgs<Children>, ServiceSpec {
  /** Physical name, unique in its system. Changing it makes a new service, with a new address. */
  readonly service: string;
  /** Network that its requests leave through. */
  readonly network: Network;
  /** Services that it calls; each lets it in. */
  readonly calls?: readonly Service[];
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

/** One service on Cloud Run: its own identity, its secrets as files, its probes, its scaling, and who may call it. */
export class Service extends Component<Children> {
  readonly service: string;
  readonly spec: ServiceSpec;
  /** The spec's facts with every default filled in. */
  readonly facts: NormalizedService;
  /** `serviceAccount:…`, for granting it things. */
  readonly member: pulumi.Output<string>;
  readonly accountName: pulumi.Output<string>;
  /** Its name, once it is there. */
  readonly deployedName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** Revision that this declaration makes. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:service:Service", name, args, options);
    this.facts = normalizeService(args.service, args);
    claimName(args.scope, "service", args.service);
    this.service = args.service;
    this.spec = args;
    const account = this.#account();
    this.member = account.member;
    this.accountName = account.name;
    const grants = this.#grants(args, account);
    const service = this.#run(args, account, grants);
    this.deployedName = service.name;
    this.url = service.uri;
    this.revision = service.template.apply((template) => template.revision ?? "");
    this.#invokers(args, service);
    this.registerOutputs({ url: this.url, revision: this.revision });
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
        { project: this.scope.project, role, member: this.member },
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
    return [...new Set(Object.values(args.secrets))].map((secret) => secret.allow(this.service, this.member));
  }

  #run(
    args: ServiceArgs,
    account: gcp.serviceaccount.Account,
    dependsOn: pulumi.Resource[],
  ): gcp.cloudrunv2.Service {
    const { networkId, subnetworkId } = args.network;
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
        finish: (planned) => nameRevision(this.service, planned),
        dependsOn,
        protect: isProduction(this.scope),
        // Cloud Run answers with the stage that the fields in use have reached, so "BETA" would differ once they are GA.
        ignoreChanges: ["launchStage"],
      },
    );
  }

  #invokers({ exposure, calls = [] }: ServiceArgs, service: gcp.cloudrunv2.Service): void {
    // The load balancer doesn't authenticate; ingress lets in nobody else.
    if (exposure === "edge") this.#invoker("edge", service.name, "allUsers");
    for (const callee of calls) this.#invoker(callee.service, callee.deployedName, this.member);
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
