import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../../component.ts";
import { refuse } from "../../errors.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { labels } from "../../scope.ts";
import type { Secret } from "../../secrets/secret.ts";
import { Channels, type ChannelsArgs } from "../channels.ts";
import type { Escalation } from "../escalation.ts";
import type { MonitoringFacts, UptimeCheck } from "../facts.ts";
import { cloudAlertProblems, cloudAlerts, planAlert } from "./alerts.ts";
import { monitoredServiceId } from "./burn-policies.ts";
import { cloudObjectiveProblems, planObjective } from "./objectives.ts";
import type { PlannedPolicy } from "./policy.ts";
import { planUptimeCheck, planUptimePolicy, uptimeFilter, uptimeProblems } from "./uptime.ts";

interface Children {
  service: gcp.monitoring.CustomServiceArgs;
  objective: gcp.monitoring.SloArgs;
  burn: gcp.monitoring.AlertPolicyArgs;
  alert: gcp.monitoring.AlertPolicyArgs;
  uptime: gcp.monitoring.UptimeCheckConfigArgs;
  uptimeAlert: gcp.monitoring.AlertPolicyArgs;
}

/** What a system promises and watches, and whom it tells. */
export interface CloudMonitoringArgs extends ComponentArgs<Children> {
  readonly facts: MonitoringFacts;
  /** The same table as the facts', with the channels' secrets themselves. */
  readonly escalation: Escalation<Secret | string>;
  /** Its deployed services on Cloud Run: nothing is watched before they are there. */
  readonly services?: readonly pulumi.Resource[];
  readonly channels?: {
    readonly transform?: ChannelsArgs["transform"];
    readonly adopt?: ChannelsArgs["adopt"];
    /** Names and parents that the channels had before, so that they stay the same ones. */
    readonly aliases?: pulumi.Alias[];
  };
}

function onCloudRun({ services }: MonitoringFacts): MeasuredService[] {
  return services.filter(({ runtime }) => runtime === "cloud-run");
}

function cloudProblems(facts: MonitoringFacts): string[] {
  return [
    ...onCloudRun(facts).flatMap((service) =>
      service.objectives.flatMap((objective) => cloudObjectiveProblems(service, objective)),
    ),
    ...cloudAlerts(facts).flatMap(cloudAlertProblems),
    ...facts.uptime.flatMap(uptimeProblems),
  ];
}

/**
 * A system in Cloud Monitoring: its channels; each service on Cloud Run with its objectives and the policies of their burning;
 * its fixed alerts; its checks from outside. It silences nothing: a page and a warning of one concern both arrive.
 */
export class CloudMonitoring extends Component<Children> {
  readonly channels: Channels;
  readonly #facts: MonitoringFacts;
  readonly #services: pulumi.Resource[];

  constructor(name: string, args: CloudMonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    const { scope, facts, escalation, services = [], channels: { aliases = [], ...channels } = {} } = args;
    refuse(name, cloudProblems(facts));
    super("slipway:alerting:CloudMonitoring", name, args, options);
    this.#facts = facts;
    this.#services = [...services];
    this.channels = new Channels(
      `${name}-channels`,
      { scope, escalation, ...channels },
      { parent: this, aliases },
    );
    for (const service of onCloudRun(facts)) this.#service(service);
    for (const alert of cloudAlerts(facts)) this.#policy("alert", planAlert(facts, scope.project, alert));
    for (const check of facts.uptime) this.#uptime(check);
    this.registerOutputs({});
  }

  #service(service: MeasuredService): void {
    const { project, region } = this.scope;
    const serviceId = monitoredServiceId(service);
    const watched = this.child(
      "service",
      gcp.monitoring.CustomService,
      {
        project,
        serviceId,
        displayName: `${service.system} ${service.environment}: ${service.service}`,
        telemetry: {
          resourceName: `//run.googleapis.com/projects/${project}/locations/${region}/services/${service.service}`,
        },
        userLabels: labels(this.scope, service.service),
      },
      { suffix: `service-${service.service}`, dependsOn: this.#services },
    );
    for (const objective of service.objectives) {
      const { slo, policies } = planObjective(this.#facts, project, service, objective);
      const burned = slo === undefined ? watched : this.#objective(service, watched, slo);
      for (const policy of policies) this.#policy("burn", policy, [burned]);
    }
  }

  #objective(
    { service }: MeasuredService,
    watched: gcp.monitoring.CustomService,
    slo: gcp.monitoring.SloArgs,
  ): gcp.monitoring.Slo {
    return this.child(
      "objective",
      gcp.monitoring.Slo,
      { ...slo, service: watched.serviceId },
      { suffix: `objective-${service}-${slo.sloId}` },
    );
  }

  #policy(
    key: "burn" | "alert" | "uptimeAlert",
    { name, severity, args }: PlannedPolicy,
    dependsOn: pulumi.Resource[] = this.#services,
  ): void {
    const suffix = key === "uptimeAlert" ? `uptime-alert-${name}` : `${key}-${name}`;
    this.child(
      key,
      gcp.monitoring.AlertPolicy,
      { ...args, notificationChannels: this.channels[severity] },
      { suffix, dependsOn },
    );
  }

  #uptime(check: UptimeCheck): void {
    const { project } = this.scope;
    const config = this.child(
      "uptime",
      gcp.monitoring.UptimeCheckConfig,
      planUptimeCheck(this.#facts, project, check),
      { suffix: `uptime-${check.name}`, dependsOn: this.#services },
    );
    const filter = config.uptimeCheckId.apply(uptimeFilter);
    this.#policy("uptimeAlert", planUptimePolicy(this.#facts, project, check, filter));
  }
}
