import { createColors } from "picocolors";
import { agoText, budgetText, figure, latencyText, momentText, shareText } from "./figures.ts";
import { flow, type Piece, plain, words } from "./flow.ts";
import type {
  AlertStatus,
  BurnStatus,
  ObjectiveStatus,
  SeriesStatus,
  ServiceStatus,
  State,
  Status,
} from "./status.ts";
import { alertsText, labelsText, objectivesText, sourceText } from "./words.ts";

type Colors = ReturnType<typeof createColors>;
type Paint = (text: string) => string;

const BAR = 10;

/** Renders into lines of one width. */
interface Context {
  readonly colors: Colors;
  readonly width: number;
}

const piece = (text: string, paint?: Paint): Piece =>
  paint === undefined ? { text: plain(text) } : { text: plain(text), paint };

const statePaint = ({ green, red, yellow }: Colors): Record<State, Paint> => ({
  kept: green,
  missed: red,
  "no data": yellow,
});

/** What is left of a budget as a bar: any rest shows, and only all of it fills it. */
function bar(percent: number): string {
  const full = Math.min(BAR, Math.max(0, percent <= 0 ? 0 : Math.max(1, Math.floor((percent / 100) * BAR))));
  return "█".repeat(full) + "░".repeat(BAR - full);
}

function burnLines(burns: readonly BurnStatus[], { colors, width }: Context): string[] {
  if (burns.length === 0) return [];
  const paints = { page: colors.red, ticket: colors.yellow, none: undefined };
  const known = burns.some(({ rate }) => rate !== undefined);
  const pieces = (known ? burns : []).map(({ window, rate, level }, index) => {
    const text = `${window} ${rate === undefined ? "no data" : figure(rate)}${level === "none" ? "" : ` (${level})`}`;
    return piece(index === burns.length - 1 ? text : `${text},`, paints[level]);
  });
  return flow(known ? pieces : [piece("no data")], width, { text: "      burn rate  ", paint: colors.dim });
}

function seriesLines(series: SeriesStatus, context: Context): string[] {
  const { colors, width } = context;
  const { state, sharePercent, budgetLeftPercent, burns } = series;
  const of = labelsText(series.labels);
  const paint = statePaint(colors)[state];
  const measured =
    sharePercent === undefined || budgetLeftPercent === undefined
      ? []
      : [
          piece(`${shareText(sharePercent)}, budget`),
          piece(`${bar(budgetLeftPercent)} ${budgetText(budgetLeftPercent)}`, paint),
        ];
  const pieces = [
    piece(state, (text) => colors.bold(paint(text))),
    ...measured,
    ...(of === "" ? [] : words(`(${of})`, colors.dim)),
  ];
  // Where nothing is known of the promise, that says it all.
  const burning = state === "no data" && !burns.some(({ rate }) => rate !== undefined) ? [] : burns;
  return [...flow(pieces, width, { text: "      " }), ...burnLines(burning, context)];
}

function objectiveLines(objective: ObjectiveStatus, context: Context): string[] {
  const { colors, width } = context;
  return [
    ...flow(
      [
        piece(objective.name, colors.bold),
        ...words(objective.promise),
        ...words(`(${objective.owner})`, colors.dim),
      ],
      width,
      { text: "    " },
    ),
    ...objective.series.flatMap((series) => seriesLines(series, context)),
  ];
}

function trafficPieces(service: ServiceStatus): Piece[] {
  const { requestsPerSecond, capacity, p95Seconds, revisions } = service;
  const used = capacity?.usedPercent;
  const bears = capacity === undefined ? "" : ` of the ${figure(capacity.requestsPerSecond)} it can bear`;
  return [
    requestsPerSecond === undefined
      ? "requests: no data"
      : `${figure(requestsPerSecond)} requests/s${used === undefined ? "" : ` (${figure(used)} %${bears})`}`,
    ...(p95Seconds === undefined ? [] : [`P95 ${latencyText(p95Seconds)}`]),
    ...revisions.map(({ revision, percent }) => `${revision} ${figure(percent)} %`),
  ].map((text, index, all) => piece(index === all.length - 1 ? text : `${text},`));
}

function serviceLines(service: ServiceStatus, context: Context): string[] {
  const { colors, width } = context;
  return [
    ...flow([piece(service.service, colors.bold), ...trafficPieces(service)], width, { text: "  " }),
    ...(service.objectives.length === 0
      ? flow(words("It promises nothing.", colors.dim), width, { text: "    " })
      : service.objectives.flatMap((objective) => objectiveLines(objective, context))),
  ];
}

function alertLines(alert: AlertStatus, now: string, { colors, width }: Context): string[] {
  const paint = alert.severity === "page" ? colors.red : colors.yellow;
  const firing = alert.state === "firing";
  const where = [alert.system, ...(alert.service === undefined ? [] : [alert.service])].join("/");
  const title = firing ? alert.severity.toUpperCase() : `${alert.severity}, pending`;
  const labels = labelsText(alert.labels);
  const detail = (name: string, text: string | undefined) =>
    text === undefined ? [] : flow(words(text), width, { text: `    ${name.padEnd(9)}`, paint: colors.dim });
  return [
    ...flow(
      [
        piece(title, firing ? (text) => colors.bold(paint(text)) : paint),
        piece(alert.name, colors.bold),
        piece(where),
        ...words(labels),
        piece(`for ${agoText(alert.since, now)}, since ${momentText(alert.since)}`),
      ],
      width,
      { text: "  " },
    ),
    ...flow(words(alert.what), width, { text: "    " }),
    ...detail("first", alert.first),
    ...detail("owner", alert.owner),
    ...detail("runbook", alert.runbook),
  ];
}

function headLines(status: Status, { colors, width }: Context): string[] {
  const { totals, source } = status;
  const alertPaint =
    totals.pages > 0
      ? colors.red
      : totals.firing > 0 || source.kind === "local cloud"
        ? colors.yellow
        : colors.green;
  const promisePaint = totals.missed > 0 ? colors.red : totals.noData > 0 ? colors.yellow : colors.green;
  return [
    ...flow([piece(status.stack, colors.bold), ...words(sourceText(status), colors.dim)], width),
    ...flow(
      [...words(`${alertsText(status)};`, alertPaint), ...words(objectivesText(status), promisePaint)],
      width,
    ),
    ...status.notes.flatMap((note) =>
      flow(words(note, colors.yellow), width, { text: "! ", paint: colors.yellow }),
    ),
  ];
}

/**
 * A status for a terminal: alerts first, then each system with its services and what they promise. Never wider than `width`
 * columns, and without anything in it that could steer a terminal.
 */
export function renderStatus(status: Status, color: boolean, width: number): string {
  const context = { colors: createColors(color), width };
  const parts = [
    headLines(status, context),
    ...(status.alerts.length === 0
      ? []
      : [status.alerts.flatMap((alert) => alertLines(alert, status.at, context))]),
    ...status.systems.map(({ system, services }) => [
      ...flow([piece(system, context.colors.bold)], width),
      ...services.flatMap((service) => serviceLines(service, context)),
    ]),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/**
 * A text over what a terminal shows: home, each line anew and its old rest gone, then all that is below; nothing flickers.
 * What has no room is counted, so that the top, where alerts are, stays in sight.
 */
export function redrawn(shown: string, rows: number): string {
  const lines = shown.trimEnd().split("\n");
  const room = Math.max(2, rows - 1);
  const left = lines.length - room + 1;
  const fitting =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… ${left} more lines; without --watch all are shown`];
  return `\u001b[H${fitting.map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`;
}
