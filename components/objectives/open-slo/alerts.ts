import { SEVERITIES, type Severity } from "../../alerting/alert.ts";
import type { Channel, EscalationLevel } from "../../alerting/escalation.ts";
import type { MonitoringFacts } from "../../alerting/facts.ts";
import { tiersOf } from "../budget.ts";
import type { NormalizedTier } from "../burn-rate.ts";
import type { NormalizedObjective } from "../objective.ts";
import { promDuration } from "../promql.ts";
import { ANNOTATIONS, described, metadata, OPEN_SLO, type OpenSloDocument } from "./document.ts";
import { durationOf, shorthand } from "./durations.ts";
import { documentNames } from "./names.ts";

/** The documents that say who is told when; objectives that burn alike share them. */
export interface AlertDocuments {
  readonly documents: readonly OpenSloDocument[];
  /** Names of the policies of an objective, in the order of its tiers; none where nobody is told. */
  readonly policiesOf: (objective: NormalizedObjective) => readonly string[];
}

/** The tiers by which somebody is told. */
function toldBy(objective: NormalizedObjective): NormalizedTier[] {
  return objective.alerting?.off === undefined ? tiersOf(objective) : [];
}

/** What tells tiers apart in OpenSLO. */
function tierKey({ severity, longSeconds, shortSeconds, factor }: NormalizedTier): string {
  return [severity, longSeconds, shortSeconds, factor].join(" ");
}

function tierWords(system: string, { severity, longSeconds, factor }: NormalizedTier): string[] {
  return [system, severity, promDuration(longSeconds), `${factor}x`];
}

function tierText({ severity, budgetPercent, longSeconds, factor }: NormalizedTier): string {
  return `${severity} at ${budgetPercent} % in ${promDuration(longSeconds)}, a burn rate of ${factor}`;
}

function condition(system: string, tier: NormalizedTier, name: string): OpenSloDocument {
  const { severity, longSeconds, shortSeconds, factor } = tier;
  const short = { [ANNOTATIONS.shortWindow]: durationOf(shortSeconds) };
  return {
    apiVersion: OPEN_SLO,
    kind: "AlertCondition",
    metadata: metadata(name, `${severity} at a burn rate of ${factor}`, { system }, short),
    spec: {
      description: described(
        `A ${tierText(tier)}. It has to burn so over ${promDuration(shortSeconds)} too.`,
      ),
      severity,
      condition: {
        kind: "burnrate",
        op: "gt",
        threshold: factor,
        lookbackWindow: shorthand(longSeconds),
        alertAfter: "0m",
      },
    },
  };
}

function policy(system: string, tier: NormalizedTier, name: string, target: string): OpenSloDocument {
  return {
    apiVersion: OPEN_SLO,
    kind: "AlertPolicy",
    metadata: metadata(name, `${tier.severity} at a burn rate of ${tier.factor}`, { system }),
    spec: {
      description: described(`A ${tierText(tier)}.`),
      alertWhenNoData: false,
      alertWhenResolved: true,
      alertWhenBreaching: true,
      conditions: [{ conditionRef: name }],
      notificationTargets: [{ targetRef: target }],
    },
  };
}

/** What OpenSLO calls a channel. */
const TARGETS: Readonly<Record<Channel<string>["kind"], string>> = {
  pagerduty: "PagerDuty",
  slack: "Slack",
  discord: "Discord",
  sms: "SMS",
  email: "email",
  tickets: "web-hook",
};

/** Whom a severity reaches: kinds and names of channels, no addresses and no secrets. */
function notificationTarget(
  { system, escalation }: MonitoringFacts,
  severity: Severity,
  name: string,
): OpenSloDocument {
  const { priority, within, channels }: EscalationLevel = escalation.levels[severity];
  const kinds = channels.flatMap((channel) => {
    const found = escalation.channels[channel];
    return found === undefined ? [] : [TARGETS[found.kind]];
  });
  return {
    apiVersion: OPEN_SLO,
    kind: "AlertNotificationTarget",
    metadata: metadata(name, `${system} ${severity}`, { system, severity }),
    spec: {
      description: described(`${priority}: answered within ${within}, by way of ${channels.join(", ")}.`),
      target: [...new Set(kinds)].join(", ") || "none",
    },
  };
}

/** Policies and conditions for every way in which a budget burns, and a target for each level of the escalation. */
export function alertDocuments(facts: MonitoringFacts): AlertDocuments {
  const { system, services } = facts;
  const objectives = services.flatMap((service) => service.objectives);
  const tiers = new Map(objectives.flatMap(toldBy).map((tier) => [tierKey(tier), tier]));
  const names = documentNames([...tiers.values()].map((tier) => tierWords(system, tier)));
  const nameOf = new Map([...tiers.keys()].map((key, index) => [key, names[index] ?? ""]));
  const targets = documentNames(SEVERITIES.map((severity) => [system, severity]));
  const targetOf = (severity: Severity) => targets[SEVERITIES.indexOf(severity)] ?? "";
  return {
    documents: [
      ...[...tiers.values()].flatMap((tier) => {
        const name = nameOf.get(tierKey(tier)) ?? "";
        return [policy(system, tier, name, targetOf(tier.severity)), condition(system, tier, name)];
      }),
      ...SEVERITIES.map((severity) => notificationTarget(facts, severity, targetOf(severity))),
    ],
    policiesOf: (objective) => toldBy(objective).map((tier) => nameOf.get(tierKey(tier)) ?? ""),
  };
}
