import { z } from "zod";
import type { BurnTier } from "../burn-rate.ts";
import type { BurnAlerting, Objective } from "../objective.ts";
import { eventQuery, type ForeignIndicator, shareOf } from "./foreign-indicator.ts";
import { freshName, type Imported, type ImportOptions, ownerOf } from "./imported.ts";
import { type Findings, fitted, type SourceDocument } from "./read.ts";

/** Sloth's file of rules, and the same as an object of Kubernetes. */
export const SLOTH = { version: "prometheus/v1", apiVersion: "sloth.slok.dev/v1" } as const;

const labels = z.record(z.string(), z.string()).optional();
const alert = z.object({ disable: z.boolean().optional(), labels, annotations: labels }).optional();
const query = z.string().optional();

// Both spellings in both: the file's, with underscores, and Kubernetes'.
const slo = z.object({
  name: z.string().min(1, "must not be empty"),
  description: z.string().optional(),
  objective: z.number(),
  labels,
  sli: z.object({
    events: z
      .object({ error_query: query, errorQuery: query, total_query: query, totalQuery: query })
      .optional(),
    raw: z.object({ error_ratio_query: query, errorRatioQuery: query }).optional(),
    plugin: z.unknown().optional(),
  }),
  alerting: z
    .object({
      name: z.string().optional(),
      labels,
      annotations: labels,
      page_alert: alert,
      pageAlert: alert,
      ticket_alert: alert,
      ticketAlert: alert,
    })
    .optional(),
});

const spec = {
  service: z.string().min(1, "must not be empty"),
  labels,
  slos: z.array(slo).min(1, "must have at least one item"),
};
const fileSchema = z.object({ version: z.string(), ...spec });
const objectSchema = z.object({
  apiVersion: z.string(),
  kind: z.literal("PrometheusServiceLevel"),
  metadata: z.looseObject({}).optional(),
  spec: z.object(spec),
  status: z.unknown().optional(),
});

type Slo = z.infer<typeof slo>;

/** Where an `slo` stands, and how its keys are written there. */
interface Place {
  readonly path: string;
  readonly camel: boolean;
  readonly findings: Findings;
}

function missing({ path, findings }: Place, key: string): undefined {
  findings.problems.push(
    `${path}.${key}: missing; it must be: PromQL, with {{.window}} where its range stands`,
  );
  return undefined;
}

/** What is counted; undefined, with problems, where it can't be had. */
function indicatorOf({ sli }: Slo, place: Place): ForeignIndicator | undefined {
  const { path, camel, findings } = place;
  const { events, raw, plugin } = sli;
  const asked = (key: string, text: string | undefined) =>
    text === undefined
      ? missing(place, `sli.${key}`)
      : eventQuery(text, `${path}.sli.${key}`, true, findings);
  if (plugin !== undefined) {
    findings.problems.push(
      `${path}.sli.plugin: what a plugin asks isn't known here: give the queries that it makes (sloth generate prints them) as sli.events`,
    );
    return undefined;
  }
  if (raw !== undefined) {
    const text = raw.error_ratio_query ?? raw.errorRatioQuery;
    const ratio = asked(`raw.${camel ? "errorRatioQuery" : "error_ratio_query"}`, text);
    return ratio === undefined ? undefined : shareOf("bad", ratio);
  }
  if (events === undefined) {
    findings.problems.push(`${path}.sli: it must have either events or raw`);
    return undefined;
  }
  const bad = asked(
    `events.${camel ? "errorQuery" : "error_query"}`,
    events.error_query ?? events.errorQuery,
  );
  const total = asked(
    `events.${camel ? "totalQuery" : "total_query"}`,
    events.total_query ?? events.totalQuery,
  );
  if (bad === undefined || total === undefined) return undefined;
  return { indicator: { kind: "queries", bad, total }, counted: true };
}

/** The workbook's tiers of one severity: what is left where Sloth was told to leave the other out. */
const PAGES: readonly BurnTier[] = [
  { severity: "page", budgetPercent: 2, long: "1 h", short: "5 min" },
  { severity: "page", budgetPercent: 5, long: "6 h", short: "30 min" },
];
const TICKETS: readonly BurnTier[] = [
  { severity: "ticket", budgetPercent: 10, long: "3 days", short: "6 h" },
];

/** When people are told: as Sloth does by the workbook, but for its ticket of one day. */
function alertingOf(
  { alerting = {} }: Slo,
  counted: boolean,
  { path, findings }: Place,
): BurnAlerting | undefined {
  const page = (alerting.page_alert ?? alerting.pageAlert)?.disable !== true;
  const ticket = (alerting.ticket_alert ?? alerting.ticketAlert)?.disable !== true;
  if (!page && !ticket) return { off: "both of its alerts are disabled in Sloth" };
  if (ticket) {
    findings.notes.add(
      "Sloth's ticket at 10 % of the budget in 1 day is left out; that in 3 days stands for both",
    );
  }
  if (alerting.name !== undefined || alerting.labels !== undefined || alerting.annotations !== undefined) {
    findings.notes.add(
      `${path}.alerting: names, labels and annotations of alerts are made anew, and left out`,
    );
  }
  if (page && ticket) return counted ? undefined : { minimumBad: 0 };
  return { tiers: page ? PAGES : TICKETS, ...(counted ? {} : { minimumBad: 0 }) };
}

function specOf(document: SourceDocument, findings: Findings) {
  if (document.value.version !== undefined) {
    const file = fitted(fileSchema, document, findings);
    return file === undefined ? undefined : { ...file, path: document.at, camel: false };
  }
  const object = fitted(objectSchema, document, findings);
  return object === undefined ? undefined : { ...object.spec, path: `${document.at}spec.`, camel: true };
}

/** Whether a document is Sloth's. */
export function isSloth({ value }: SourceDocument): boolean {
  return value.version === SLOTH.version || value.apiVersion === SLOTH.apiVersion;
}

/** What one document of Sloth's promises. Its window is said on Sloth's command line: 30 days, if nothing else was. */
export function fromSloth(
  document: SourceDocument,
  before: readonly Imported[],
  options: ImportOptions,
  findings: Findings,
): Imported[] {
  const read = specOf(document, findings);
  if (read === undefined) return [];
  const { service, camel } = read;
  findings.notes.add("Sloth's files state no window; taken as 30 days");
  const found: Imported[] = [];
  for (const [index, each] of read.slos.entries()) {
    const place = { path: `${read.path}slos.${index}`, camel, findings };
    const owner = ownerOf(`${read.path}labels.owner`, [each.labels, read.labels], options, findings);
    const what = indicatorOf(each, place);
    if (what === undefined) continue;
    const alerting = alertingOf(each, what.counted, place);
    const objective: Objective = {
      name: freshName(each.name, service, [...before, ...found]),
      indicator: what.indicator,
      target: each.objective,
      owner,
      ...(alerting === undefined ? {} : { alerting }),
    };
    found.push({ service, objective });
  }
  return found;
}
