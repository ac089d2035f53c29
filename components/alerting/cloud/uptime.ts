import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import { pascalCase } from "../../objectives/alert-names.ts";
import { promDuration } from "../../objectives/promql.ts";
import { plain } from "../../units.ts";
import type { MonitoringFacts, UptimeCheck } from "../facts.ts";
import { labelValue, type Notice, planNotice } from "./documentation.ts";
import type { PlannedPolicy } from "./policy.ts";

/** Seconds between two checks. Source: Cloud Monitoring v3 discovery document, 2026-01. */
const PERIODS = [60, 300, 600, 900];

/** Five places in three regions: whatever is between one of them and the page is not the page's fault. */
const REGIONS = ["USA", "EUROPE", "ASIA_PACIFIC"];

/** Places that have to see it fail. */
const AGREEING = 2;

/** Longest that a policy looks back: 25 hours. Source: as above. */
const LONGEST = 90_000;

/** Problems of an uptime check, each with its value and what would do. */
export function uptimeProblems(check: UptimeCheck): string[] {
  const at = `uptime["${check.name}"]`;
  const { name, host, path, periodSeconds, contains, failures } = check;
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
      ? []
      : [`${at}: its name must be lower-case words joined by "-"`]),
    ...(/^[a-z0-9.-]+$/.test(host)
      ? []
      : [`${at}.host: "${host}" must be a domain name alone, such as "api.example.com"`]),
    ...(path.startsWith("/") ? [] : [`${at}.path: "${path}" must begin with "/"`]),
    ...(PERIODS.includes(periodSeconds)
      ? []
      : [`${at}.periodSeconds: ${periodSeconds} must be one of ${PERIODS.join(", ")}`]),
    ...(contains === undefined || (contains.length > 0 && contains.length <= 1024)
      ? []
      : [`${at}.contains: ${contains.length} characters; use 1 to 1024, or leave it out`]),
    ...(Number.isInteger(failures) && failures >= 1 && failures * periodSeconds <= LONGEST
      ? []
      : [
          `${at}.failures: ${failures} must be a whole number from 1 to ${Math.floor(LONGEST / periodSeconds)}`,
        ]),
  ];
}

function userLabels({ system, environment }: MonitoringFacts, { owner }: UptimeCheck) {
  return { "managed-by": "slipway", environment, system, owner: labelValue(owner) };
}

/** A page that Google asks for from outside, over TLS whose certificate has to be good. */
export function planUptimeCheck(
  facts: MonitoringFacts,
  project: string,
  check: UptimeCheck,
): gcp.monitoring.UptimeCheckConfigArgs {
  const { name, host, path, periodSeconds, contains } = check;
  return {
    project,
    displayName: `${facts.system} ${facts.environment}: ${name}`,
    period: `${periodSeconds}s`,
    timeout: "10s",
    selectedRegions: REGIONS,
    monitoredResource: { type: "uptime_url", labels: { project_id: project, host } },
    httpCheck: { path, port: 443, useSsl: true, validateSsl: true, requestMethod: "GET" },
    ...(contains === undefined
      ? {}
      : { contentMatchers: [{ content: contains, matcher: "CONTAINS_STRING" }] }),
    userLabels: userLabels(facts, check),
  };
}

/** The name of a check's alert: `UptimeApi`. */
export function uptimeAlertName({ name }: UptimeCheck): string {
  return `Uptime${pascalCase(name)}`;
}

/** Results of a check, by the place that it was made from. @param id the check's, which Cloud Monitoring gives it */
export function uptimeFilter(id: string): string {
  return [
    'metric.type="monitoring.googleapis.com/uptime_check/check_passed"',
    'resource.type="uptime_url"',
    `metric.labels.check_id="${id}"`,
  ].join(" AND ");
}

/**
 * Tells when none of so many checks in a row passed, seen from two places or more. Always a page: the service's users see the
 * same.
 */
export function planUptimePolicy(
  facts: MonitoringFacts,
  project: string,
  check: UptimeCheck,
  filter: Input<string>,
): PlannedPolicy {
  const { name, host, path, periodSeconds, failures, owner, runbook } = check;
  const seconds = failures * periodSeconds;
  const times = failures === 1 ? "once" : `${failures} times in a row`;
  const notice: Notice = {
    alert: uptimeAlertName(check),
    concern: `uptime-${name}`,
    severity: "page",
    owner,
    runbook,
    what: `https://${host}${path} failed ${times} from outside, from ${AGREEING} places or more.`,
    impact: "Whoever uses it sees the same.",
    since: `The last ${promDuration(seconds)} before this began.`,
    first:
      "Ask for the page yourself. Then its certificate, its domain name, the edge, the service behind it.",
  };
  return {
    name,
    severity: notice.severity,
    args: {
      ...planNotice(facts, project, notice, seconds),
      displayName: `${facts.system} ${facts.environment}: ${notice.alert}`,
      combiner: "OR",
      conditions: [
        {
          displayName: `${name} failed ${times}`,
          conditionThreshold: {
            filter,
            aggregations: [{ alignmentPeriod: `${seconds}s`, perSeriesAligner: "ALIGN_FRACTION_TRUE" }],
            comparison: "COMPARISON_LT",
            // None passed: less than half of what one would be.
            thresholdValue: plain(0.5 / failures),
            trigger: { count: AGREEING },
            duration: "0s",
          },
        },
      ],
    },
  };
}
