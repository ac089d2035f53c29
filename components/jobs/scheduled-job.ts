import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { Network } from "../network/network.ts";
import { claimName, isProduction } from "../scope.ts";
import { type JobSpec, jobProblems, planJob, planStart } from "./plan-job.ts";

interface Children {
  account: gcp.serviceaccount.AccountArgs;
  job: gcp.cloudrunv2.JobArgs;
  starter: gcp.serviceaccount.AccountArgs;
  invoker: gcp.cloudrunv2.JobIamMemberArgs;
  start: gcp.cloudscheduler.JobArgs;
}

/** A job that runs by the clock. */
export interface ScheduledJobArgs extends ComponentArgs<Children>, JobSpec {
  /** Physical name, unique in its system. Changing it makes a new job; what ran under the old name is no longer listed. */
  readonly job: string;
  /** Network that its requests leave through, so that others can let in that one address. Default: Google's own way out. */
  readonly network?: Network;
}

/**
 * A Cloud Run job that Cloud Scheduler starts. The job has an identity of its own that may do nothing but read its secrets;
 * grant it more through {@link ScheduledJob.member}. What starts it has another, which may start this job and nothing else.
 */
export class ScheduledJob extends Component<Children> {
  /** Name of the job, once it is there. */
  readonly jobName: pulumi.Output<string>;
  /** `serviceAccount:…` of the job, for granting it things. */
  readonly member: pulumi.Output<string>;

  constructor(name: string, args: ScheduledJobArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:jobs:ScheduledJob", name, args, options);
    refuse(name, jobProblems(args.job, args));
    claimName(args.scope, "job", args.job);
    const account = this.#account("account", `job-${args.job}`, `${args.scope.system} ${args.job}`);
    const job = this.#job(args, account);
    this.#start(args, job);
    this.jobName = job.name;
    this.member = account.member;
    this.registerOutputs({ jobName: this.jobName, member: this.member });
  }

  #account(key: "account" | "starter", accountId: string, displayName: string): gcp.serviceaccount.Account {
    return this.child(key, gcp.serviceaccount.Account, {
      project: this.scope.project,
      accountId,
      displayName,
    });
  }

  #job(args: ScheduledJobArgs, account: gcp.serviceaccount.Account): gcp.cloudrunv2.Job {
    const { job, network, secrets = {} } = args;
    // Its secrets must be readable before the first run can start.
    const grants = [...new Set(Object.values(secrets))].map((secret) =>
      secret.allow(`job-${job}`, account.member),
    );
    const wired =
      network === undefined ? undefined : { network: network.networkId, subnetwork: network.subnetworkId };
    return this.child(
      "job",
      gcp.cloudrunv2.Job,
      planJob(job, this.scope, args, { serviceAccount: account.email, network: wired }),
      { suffix: "", dependsOn: grants, protect: isProduction(this.scope) },
    );
  }

  #start(args: ScheduledJobArgs, job: gcp.cloudrunv2.Job): void {
    const { project, region: location, system } = this.scope;
    const starter = this.#account("starter", `start-${args.job}`, `${system} starts ${args.job}`);
    const invoker = this.child("invoker", gcp.cloudrunv2.JobIamMember, {
      project,
      location,
      name: job.name,
      role: "roles/run.invoker",
      member: starter.member,
    });
    this.child("start", gcp.cloudscheduler.Job, planStart(args.job, this.scope, args, starter.email), {
      dependsOn: [invoker],
    });
  }
}
