import type * as gcp from "@pulumi/gcp";
import type { Severity } from "../alert.ts";
import type { MonitoringFacts } from "../facts.ts";
import { ruleContext } from "../rules.ts";

/** What a policy says to whoever it wakes, and which labels it has. */
export interface Notice {
  /** The alert's name; also its heading in the runbook. */
  readonly alert: string;
  readonly service?: string | undefined;
  readonly concern: string;
  readonly severity: Severity;
  readonly owner: string;
  /** Runbook by its name; the system's first where there is none. */
  readonly runbook: string | undefined;
  readonly what: string;
  readonly impact: string;
  readonly since: string;
  readonly first: string;
  /** Labels beside those that every alert has. */
  readonly more?: Readonly<Record<string, string>>;
}

/**
 * Cloud Monitoring's three severities, the worst first, for ours: one each, so that its lists tell them apart. They are its
 * words for the order; ours is in the label `severity`.
 */
const SEVERITY: Readonly<Record<Severity, string>> = {
  page: "CRITICAL",
  warning: "ERROR",
  ticket: "WARNING",
};

/** Cloud Monitoring takes 30 minutes to 7 days. Source: its page "Incidents for metric-based alerting policies". */
const CLOSE = { least: 1800, most: 604_800 } as const;

/** A text as a label's value in Google Cloud: small letters, digits, `_` and `-`, at most 63. */
export function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .slice(0, 63);
}

/** The labels that every alert of a system has, whoever evaluates it. */
export function alertLabels(
  { environment, system }: MonitoringFacts,
  { service, concern, severity, owner, more = {} }: Notice,
): Record<string, string> {
  return {
    environment,
    system,
    ...(service === undefined ? {} : { service }),
    concern,
    severity,
    owner,
    ...more,
  };
}

/**
 * What, how bad, since when, what to do first, whose, and where to read on. When it began, notifications say themselves: there
 * is no variable for that. A link has to be a whole address; anything else stands in the text.
 */
function documentation(
  facts: MonitoringFacts,
  notice: Notice,
): gcp.types.input.monitoring.AlertPolicyDocumentation {
  const { alert, service, severity, owner, what, impact, since, first } = notice;
  const { system, environment, escalation } = facts;
  const { priority } = escalation.levels[severity];
  const context = ruleContext(facts);
  const runbook = context.runbook(notice.runbook, alert);
  const isLink = /^https?:\/\//.test(runbook);
  const of = service === undefined ? system : `${system}/${service}`;
  return {
    mimeType: "text/markdown",
    subject: `${priority} ${of} (${environment}): ${alert}`,
    content: [
      `**What:** ${what}`,
      `**How bad:** ${impact}`,
      `**Since when:** ${since} The notification says when that was.`,
      `**First:** ${first}`,
      `**Whose:** ${owner}. ${context.answer(severity)}.`,
      ...(isLink ? [] : [`**Runbook:** ${runbook}`]),
      "**Policy:** ${policy.display_name}, condition ${condition.display_name}",
    ].join("\n\n"),
    ...(isLink ? { links: [{ displayName: "Runbook", url: runbook }] } : {}),
  };
}

/** All of a policy but its conditions and channels. @param closeSeconds without data for so long, an incident ends by itself */
export function planNotice(
  facts: MonitoringFacts,
  project: string,
  notice: Notice,
  closeSeconds: number,
): Pick<
  gcp.monitoring.AlertPolicyArgs,
  "project" | "severity" | "documentation" | "userLabels" | "alertStrategy"
> {
  const labels = Object.entries(alertLabels(facts, notice));
  return {
    project,
    severity: SEVERITY[notice.severity],
    documentation: documentation(facts, notice),
    userLabels: {
      "managed-by": "slipway",
      ...Object.fromEntries(labels.map(([name, value]) => [name, labelValue(value)])),
    },
    alertStrategy: { autoClose: `${Math.min(Math.max(closeSeconds, CLOSE.least), CLOSE.most)}s` },
  };
}
