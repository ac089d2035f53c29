import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { named } from "../../references.ts";
import { BUCKET, PROJECT } from "../../types.ts";
import { declared, fieldPolicy, off } from "../field.ts";

const PROJECT_SINK = "gcp:logging/projectSink:ProjectSink";
const SINKS = [
  PROJECT_SINK,
  "gcp:logging/folderSink:FolderSink",
  "gcp:logging/organizationSink:OrganizationSink",
  "gcp:logging/billingAccountSink:BillingAccountSink",
];
const LOG_BUCKETS = ["project", "folder", "organization", "billingAccount"].map((owner) => {
  const kind = `${owner}BucketConfig`;
  return `gcp:logging/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`;
});
const SINK_EXAMPLE = declared("logging.ProjectSink", 'destination: "storage.googleapis.com/shop-logs"');

export const logSinkOn = fieldPolicy({
  id: "log-sink-on",
  title: "A log sink must not be turned off.",
  severity: "medium",
  level: "mandatory",
  why: "Turning the sink off is the first thing that whoever came in does.",
  fix: "Leave disabled out, or set it to false.",
  example: SINK_EXAMPLE,
  frameworks: { "cis-gcp": ["2.2"], owasp: ["A09"] },
  types: SINKS,
  fields: ({ props }) => [props.at("disabled")],
  problem: off("what happens is kept nowhere"),
});

/** Which bucket a sink writes to, as it names it. */
const TO_BUCKET = /^storage\.googleapis\.com\/(.+)$/;

function checkSink(stack: Stack, sink: Subject): readonly Finding[] {
  const destination = sink.props.at("destination");
  const madeFrom = sink.propertyDependencies?.destination ?? [];
  const bucket = destination.known
    ? named(stack, TO_BUCKET.exec(destination.text() ?? "")?.[1] ?? "", [BUCKET], ["name", "id"])
    : stack.ofType(BUCKET).find(({ urn }) => madeFrom.includes(urn));
  // A bucket that another stack declares may well be locked there.
  if (bucket === undefined) return [];
  const locked = bucket.props.at("retentionPolicy", "isLocked");
  return locked.flag() === true
    ? []
    : adviceOutsideProduction(bucket, [
        violation(locked, `is not true, and ${sink.name} writes logs here: whoever came in can delete them`),
      ]);
}

export const logsLocked: Policy = {
  id: "logs-locked",
  title: "A bucket that logs are kept in must be locked in production.",
  severity: "medium",
  level: "mandatory",
  why: "Logs that can be deleted are deleted by whoever they would give away.",
  fix: "Set retentionPolicy {retentionPeriod, isLocked: true}. A lock can't be undone: try the period first.",
  example: declared(
    "storage.Bucket",
    'location: "US", retentionPolicy: { retentionPeriod: "31536000", isLocked: true }',
  ),
  frameworks: { "cis-gcp": ["2.3"], owasp: ["A09"] },
  types: [...SINKS, BUCKET],
  checkStack: (stack) =>
    each(
      SINKS.flatMap((type) => stack.ofType(type)),
      (sink) => checkSink(stack, sink),
    ),
};

/** What a bucket of logs keeps where nothing is said (the provider's documentation). */
const DEFAULT_RETENTION_DAYS = 30;

const settings = z.strictObject({
  days: z
    .int()
    .min(1)
    .max(3650)
    .default(365)
    .describe("How many days logs are kept at least. Default 365 (PCI DSS 4.0, 10.5.1: twelve months)."),
});

export const logsKept: Policy = {
  id: "logs-kept",
  title: "Logs should be kept long enough to look into what was found late.",
  severity: "low",
  level: "advisory",
  why: "Most break-ins are found months later; what was deleted until then can't be asked.",
  fix: "Set retentionDays of the bucket of logs.",
  example: declared(
    "logging.ProjectBucketConfig",
    'project: "shop", location: "global", bucketId: "_Default", retentionDays: 365',
  ),
  frameworks: { owasp: ["A09"] },
  settings,
  types: LOG_BUCKETS,
  check: ({ props }, context) => {
    // Google keeps this one for 400 days, whatever is asked.
    if (props.at("bucketId").text() === "_Required") return [];
    const least = context.settings(settings).days;
    const retention = props.at("retentionDays");
    const days = retention.number() || DEFAULT_RETENTION_DAYS;
    return days >= least ? [] : [violation(retention, `is ${days} days; there should be ${least}`)];
  },
};

export const projectLogsExported: Policy = {
  id: "project-logs-exported",
  title: "The logs of a project that a stack makes should be kept outside of it.",
  severity: "low",
  level: "advisory",
  why: "Whoever takes a project over, or deletes it, has its logs too.",
  fix: "Declare a logging.ProjectSink of the project, into a bucket of another; a sink of its folder or organization will do too, and an exemption says so.",
  example: SINK_EXAMPLE,
  frameworks: { "cis-gcp": ["2.2"], owasp: ["A09"] },
  types: [PROJECT, ...SINKS],
  checkStack: (stack) => {
    const wide = SINKS.some((type) => type !== PROJECT_SINK && stack.ofType(type).length > 0);
    if (wide) return [];
    const exported = new Set(stack.ofType(PROJECT_SINK).map(({ props }) => props.at("project").text()));
    return each(stack.ofType(PROJECT), (project) => {
      const id = project.props.at("projectId");
      return exported.has(id.text())
        ? undefined
        : violation(id, `is ${id.quote()}, of which this stack declares no log sink`);
    });
  },
};
