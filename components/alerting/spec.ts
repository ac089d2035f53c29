import { SMOKE_DASHBOARD } from "../dashboards/names.ts";
import { METRICS, type MeasuredService, type MetricNames } from "../objectives/measured-service.ts";
import { normalizeObjective, type Objective, objectiveProblems } from "../objectives/objective.ts";
import type { ReleasePlan } from "../release/plan.ts";
import { releaseProblems } from "../release/problems.ts";
import type { Scope } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";
import { latencyBuckets } from "../service/facts.ts";
import { measuredService } from "../service/measured.ts";
import type { Service } from "../service/service.ts";
import type { Capacity } from "../service/spec.ts";
import { type Alert, alertProblems, normalizeAlert } from "./alert.ts";
import { type Channel, type Escalation, escalationProblems } from "./escalation.ts";
import type { MonitoringFacts, SmokeRuns, UptimeCheck } from "./facts.ts";
import { type Runbook, runbookProblems } from "./runbook.ts";

/** A service that somebody else deploys: what it promises, by what it exports. */
export interface ServiceElsewhere {
  readonly service: string;
  readonly objectives: readonly Objective[];
  readonly metrics?: Partial<MetricNames>;
  readonly capacity?: Pick<Capacity, "perInstance" | "peak"> & { readonly max: number };
  /** How its new versions reach its users. */
  readonly release?: ReleasePlan;
}

/** What is watched in a system, and whom it reaches; what its services promise they say themselves. */
export interface MonitoringSpec {
  readonly services: readonly Service[];
  readonly elsewhere?: readonly ServiceElsewhere[];
  /** Alerts with fixed thresholds, beside those that objectives bring. */
  readonly alerts?: readonly Alert[];
  readonly uptime?: readonly UptimeCheck[];
  /** Smoke tests that are run on a schedule: they get a dashboard. Default: none. */
  readonly smoke?: SmokeRuns;
  /**
   * Whom what reaches. A secret is a `Secret`; where Alertmanager alone sends messages, the name of the file that it has it in
   * does as well.
   */
  readonly escalation: Escalation<Secret | string>;
  /** The first is that of objectives which name none. */
  readonly runbooks: readonly Runbook[];
  /** Address or folder of all runbooks' pages. Default `"docs/runbooks"`, in the repository. */
  readonly runbookBase?: string;
}

function elsewhereService(scope: Scope, service: ServiceElsewhere): MeasuredService {
  return {
    environment: scope.environment,
    system: scope.system,
    service: service.service,
    runtime: "elsewhere",
    metrics: { ...METRICS, ...service.metrics },
    objectives: service.objectives.map(normalizeObjective),
    ...(service.capacity === undefined ? {} : { capacity: service.capacity }),
    ...(service.release === undefined ? {} : { release: service.release }),
  };
}

function idOf(secret: Secret | string): string {
  return typeof secret === "string" ? secret : secret.secretId;
}

/** A channel with its secrets' ids in place of the secrets. */
function withoutSecrets(channel: Channel<Secret | string>): Channel<string> {
  switch (channel.kind) {
    case "pagerduty":
      return { ...channel, key: idOf(channel.key) };
    case "slack": {
      const { token, webhook, ...rest } = channel;
      return {
        ...rest,
        ...(token === undefined ? {} : { token: idOf(token) }),
        ...(webhook === undefined ? {} : { webhook: idOf(webhook) }),
      };
    }
    case "discord":
      return { ...channel, webhook: idOf(channel.webhook) };
    case "sms": {
      const { gateway, ...rest } = channel;
      return gateway === undefined
        ? rest
        : { ...rest, gateway: { address: gateway.address, token: idOf(gateway.token) } };
    }
    case "tickets":
      return { ...channel, token: idOf(channel.token) };
    case "email":
      return channel;
  }
}

function plainEscalation({ channels, mail, levels }: Escalation<Secret | string>): Escalation<string> {
  return {
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, channel]) => [name, withoutSecrets(channel)]),
    ),
    ...(mail === undefined ? {} : { mail: { ...mail, password: idOf(mail.password) } }),
    levels,
  };
}

/** Everything of a system that is watched, as plain data. */
export function monitoringFacts(scope: Scope, spec: MonitoringSpec): MonitoringFacts {
  return {
    schemaVersion: 1,
    system: scope.system,
    environment: scope.environment,
    services: [
      ...spec.services.map((service) => measuredService(scope, service)),
      ...(spec.elsewhere ?? []).map((service) => elsewhereService(scope, service)),
    ],
    alerts: (spec.alerts ?? []).map(normalizeAlert),
    uptime: spec.uptime ?? [],
    ...(spec.smoke === undefined ? {} : { smoke: spec.smoke }),
    escalation: plainEscalation(spec.escalation),
    runbooks: spec.runbooks,
    runbookBase: (spec.runbookBase ?? "docs/runbooks").replace(/\/+$/, ""),
  };
}

/** Who asks for which runbook. */
function asked(spec: MonitoringSpec) {
  const objectives = [
    ...spec.services.map(({ service, spec: { objectives } }) => ({ service, objectives })),
    ...(spec.elsewhere ?? []),
  ].flatMap(({ service, objectives }) =>
    objectives.map(({ name, runbook }) => ({ by: `${service}.objectives["${name}"]`, runbook })),
  );
  return [
    ...objectives,
    ...(spec.alerts ?? []).map(({ name, runbook }) => ({ by: `alerts["${name}"]`, runbook })),
    ...(spec.uptime ?? []).map(({ name, runbook }) => ({ by: `uptime["${name}"]`, runbook })),
  ].flatMap(({ by, runbook }) => (runbook === undefined ? [] : [{ by, runbook }]));
}

/** @param services names of all services */
function smokeProblems(smoke: SmokeRuns | undefined, services: readonly string[]): string[] {
  if (smoke === undefined) return [];
  const counts = (["everySeconds", "failures"] as const).filter(
    (name) => !(Number.isSafeInteger(smoke[name]) && smoke[name] > 0),
  );
  return [
    ...counts.map((name) => `smoke.${name}: ${smoke[name]} must be a whole number, 1 or more`),
    ...(services.includes(SMOKE_DASHBOARD)
      ? [
          `smoke: its dashboard has the name of the service "${SMOKE_DASHBOARD}", which has one, too. Name the service otherwise`,
        ]
      : []),
  ];
}

/** What is wrong with what is to be watched, each with its value and what would do. */
export function monitoringProblems(spec: MonitoringSpec): string[] {
  const { services, elsewhere = [], alerts = [], runbookBase } = spec;
  const metrics = new Map<string, MetricNames>([
    // Where nobody says what edges a histogram has, it has those that its objectives and its spec ask for.
    ...services.map(({ service, spec, facts }): [string, MetricNames] => [
      service,
      { ...METRICS, edges: latencyBuckets(spec, facts), ...spec.metrics },
    ]),
    ...elsewhere.map(({ service, metrics: own }): [string, MetricNames] => [service, { ...METRICS, ...own }]),
  ]);
  return [
    ...elsewhere.flatMap(({ service, objectives, release }) =>
      [
        ...objectiveProblems(objectives, metrics.get(service)),
        ...(release === undefined
          ? []
          : releaseProblems(
              release,
              objectives.map(({ name }) => name),
            )),
      ].map((problem) => `${service}.${problem}`),
    ),
    ...alertProblems(alerts, (service) => metrics.get(service), [...metrics.keys()]),
    ...escalationProblems(spec.escalation),
    ...runbookProblems(spec.runbooks, asked(spec)),
    ...smokeProblems(spec.smoke, [...metrics.keys()]),
    ...(runbookBase === undefined || /^(https:\/\/\S+|[\w.-]+(\/[\w.-]+)*\/?)$/.test(runbookBase)
      ? []
      : [
          `runbookBase: "${runbookBase}" must be an https address or a folder of the repository, such as "docs/runbooks"`,
        ]),
  ];
}
