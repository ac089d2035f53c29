import type { z } from "zod";
import { seconds } from "../../units.ts";
import type { Indicator } from "../indicator.ts";
import type { BurnAlerting, Objective } from "../objective.ts";
import { ANNOTATIONS, labelAnnotation, OPEN_SLO } from "./document.ts";
import { durationOf, shifted, shorthandSeconds } from "./durations.ts";
import { foreignAlerting } from "./foreign-alerts.ts";
import { foreignIndicator } from "./foreign-indicator.ts";
import { freshName, type Imported, type ImportOptions, ownerOf } from "./imported.ts";
import { type Library, libraryOf } from "./library.ts";
import { type Findings, fittedJson, type SourceDocument } from "./read.ts";
import type { ReadMetadata, ReadObjective, ReadSli, ReadSlo, ReadWindow } from "./schema.ts";
import { typedAlerting, typedDuration, typedIndicator } from "./typed.ts";

type Window = NonNullable<Objective["window"]>;

const DEFAULT_WINDOW = "30 days" satisfies Window;

/** An `SLO` and where it stands. */
interface Source {
  readonly at: string;
  readonly slo: ReadSlo;
  readonly library: Library;
  readonly findings: Findings;
  readonly options: ImportOptions;
}

/** A calendar month, from its first midnight on; other calendars are problems. */
function calendarWindow(at: string, { duration, calendar }: ReadWindow, findings: Findings): Window {
  const { startTime = "", timeZone = "UTC" } = calendar ?? {};
  if (duration !== "1M" || !/^\d{4}-\d\d-01( 00:00:00)?$/.test(startTime)) {
    findings.problems.push(
      `${at}: ${duration} from ${JSON.stringify(startTime)} can't be held: use a calendar month (1M, from the first at 00:00:00), or a rolling window (isRolling: true, without calendar)`,
    );
  }
  if (!/^(Etc\/)?UTC$/.test(timeZone)) {
    findings.notes.add(`${at}.calendar.timeZone: months begin at midnight in UTC, not in ${timeZone}`);
  }
  return "calendar month";
}

/** The window that OpenSLO has no unit for. */
function exactWindow(at: string, text: string, { problems }: Findings): Window {
  const parsed = typedDuration.safeParse(text);
  if (parsed.success) return parsed.data;
  const path = `${at}metadata.annotations["${ANNOTATIONS.window}"]`;
  problems.push(`${path}: ${JSON.stringify(text)} ${parsed.error.issues[0]?.message ?? ""}`);
  return DEFAULT_WINDOW;
}

function windowOf({ at, slo, findings }: Source): Window {
  const exact = slo.metadata.annotations?.[ANNOTATIONS.window];
  const given = slo.spec.timeWindow?.[0];
  const path = `${at}spec.timeWindow.0`;
  if (given === undefined) {
    findings.notes.add(`${at}spec.timeWindow: there is none; taken as ${DEFAULT_WINDOW}`);
    return DEFAULT_WINDOW;
  }
  const { duration, isRolling, calendar } = given;
  if (calendar !== undefined || isRolling === false) return calendarWindow(path, given, findings);
  if (exact !== undefined) return exactWindow(at, exact, findings);
  if (/[MQY]$/.test(duration)) {
    findings.notes.add(`${path}.duration: ${duration} became ${durationOf(shorthandSeconds(duration))}`);
  }
  return durationOf(shorthandSeconds(duration));
}

function targetOf(at: string, { target, targetPercent }: ReadObjective, { problems }: Findings): number {
  if ((target === undefined) === (targetPercent === undefined)) {
    problems.push(`${at}: it must have either target (a share) or targetPercent`);
  }
  return targetPercent ?? shifted(target ?? 0, 2);
}

/** JSON that an annotation carries; undefined where it isn't there. */
function carried<T>({ at, slo, findings }: Source, annotation: string, schema: z.ZodType<T>): T | undefined {
  const text = slo.metadata.annotations?.[annotation];
  return text === undefined
    ? undefined
    : fittedJson(schema, `${at}metadata.annotations["${annotation}"]`, text, findings);
}

/** The `SLI` that an objective is measured by; undefined, with a problem, where there is none. */
function sliOf(
  { at, slo, library, findings }: Source,
  index: number,
): { sli: ReadSli; path: string } | undefined {
  const { spec } = slo;
  const own = spec.objectives[index];
  const inObjective = own?.indicator !== undefined || own?.indicatorRef !== undefined;
  const holder = inObjective ? own : spec;
  const path = `${at}spec${inObjective ? `.objectives.${index}` : ""}`;
  if (holder?.indicator !== undefined) return { sli: holder.indicator.spec, path: `${path}.indicator.spec` };
  const name = holder?.indicatorRef;
  const sli = name === undefined ? undefined : library.find("SLI", name)?.spec;
  if (sli !== undefined) return { sli, path: `SLI ${JSON.stringify(name)}: spec` };
  findings.problems.push(
    name === undefined
      ? `${path}.indicator: missing; it must have indicator, or indicatorRef with the SLI in this file`
      : `${path}.indicatorRef: ${JSON.stringify(name)} is no SLI of this file; put it there`,
  );
  return undefined;
}

/** A label, or the annotation that stands for it. */
function fact({ labels, annotations }: ReadMetadata, name: string): string | undefined {
  const label = labels?.[name];
  return (typeof label === "string" ? label : undefined) ?? annotations?.[labelAnnotation(name)];
}

/** What an objective's name is made from: the document's, and which of several it is. */
function wantedName({ slo }: Source, index: number): string {
  const { name } = slo.metadata;
  if (slo.spec.objectives.length === 1) return name;
  return `${name} ${slo.spec.objectives[index]?.displayName ?? index + 1}`;
}

function measured(
  source: Source,
  index: number,
  typed: Indicator | undefined,
  windowSeconds: number,
): { indicator: Indicator; alerting: BurnAlerting | undefined } | undefined {
  const { at, slo, library, findings } = source;
  if (typed !== undefined) {
    return { indicator: typed, alerting: carried(source, ANNOTATIONS.alerting, typedAlerting) };
  }
  const objective = slo.spec.objectives[index];
  const asked = sliOf(source, index);
  if (objective === undefined || asked === undefined) return undefined;
  const place = { at: `${at}spec.objectives.${index}`, path: asked.path, library, findings };
  const found = foreignIndicator(asked.sli, objective, slo.spec.budgetingMethod, place);
  if (found === undefined) return undefined;
  const alerting = foreignAlerting(at, slo, windowSeconds, library, findings);
  return {
    indicator: found.indicator,
    alerting: found.counted ? alerting : { ...alerting, minimumBad: 0 },
  };
}

function noteLosses({ at, slo, findings }: Source): void {
  if (slo.spec.objectives.some(({ compositeWeight = 1 }) => compositeWeight !== 1)) {
    findings.notes.add(
      `${at}spec.objectives: compositeWeight: each objective stands for itself, without a weight`,
    );
  }
}

function importedOf(source: Source, before: readonly Imported[]): Imported[] {
  const { at, slo, library, findings, options } = source;
  const { metadata, spec } = slo;
  const typed = carried(source, ANNOTATIONS.indicator, typedIndicator);
  const own = metadata.annotations?.[ANNOTATIONS.indicator] !== undefined;
  const service = (own ? fact(metadata, "service") : undefined) ?? spec.service;
  const system = own ? fact(metadata, "system") : undefined;
  const about = library.find("Service", spec.service)?.metadata;
  const places = [
    metadata.labels,
    metadata.annotations,
    { owner: fact(metadata, "owner") ?? "" },
    about?.labels,
    about?.annotations,
  ];
  const owner = ownerOf(`${at}metadata.labels.owner`, places, options, findings);
  const window = windowOf(source);
  const windowSeconds = seconds(window === "calendar month" ? DEFAULT_WINDOW : window);
  const runbook = metadata.annotations?.[ANNOTATIONS.runbook];
  noteLosses(source);
  const found: Imported[] = [];
  for (const [index, each] of spec.objectives.entries()) {
    const target = targetOf(`${at}spec.objectives.${index}`, each, findings);
    const what = own && typed === undefined ? undefined : measured(source, index, typed, windowSeconds);
    if (what === undefined) continue;
    const stated = own && spec.objectives.length === 1 ? fact(metadata, "objective") : undefined;
    const name = stated ?? freshName(wantedName(source, index), service, [...before, ...found]);
    const objective: Objective = {
      name,
      indicator: what.indicator,
      target,
      ...(window === DEFAULT_WINDOW ? {} : { window }),
      owner,
      ...(runbook === undefined ? {} : { runbook }),
      ...(what.alerting === undefined ? {} : { alerting: what.alerting }),
    };
    found.push({ service, objective, ...(system === undefined ? {} : { system }) });
  }
  return found;
}

/** What OpenSLO's documents promise. */
export function fromOpenSlo(
  documents: readonly SourceDocument[],
  options: ImportOptions,
  findings: Findings,
): Imported[] {
  const current = documents.filter(({ at, value }) => {
    if (value.apiVersion === OPEN_SLO) return true;
    findings.problems.push(
      `${at}apiVersion: ${JSON.stringify(value.apiVersion)} is not read; it must be ${OPEN_SLO}`,
    );
    return false;
  });
  const library = libraryOf(current, findings);
  const imported: Imported[] = [];
  for (const { at, slo } of library.slos) {
    imported.push(...importedOf({ at, slo, library, findings, options }, imported));
  }
  return imported;
}
