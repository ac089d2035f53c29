import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { standalonePage, table } from "../../plan/formats/html.ts";
import { type Html, html, joined, raw } from "../../plan/formats/markup.ts";
import { agoText, budgetText, figure, latencyText, momentText, shareText } from "../figures.ts";
import type { Series } from "../series.ts";
import type {
  AlertStatus,
  BurnStatus,
  ObjectiveStatus,
  SeriesStatus,
  ServiceStatus,
  State,
  Status,
} from "../status.ts";
import { alertsText, labelsText, objectivesText, sourceText } from "../words.ts";
import { clock } from "./chart.ts";
import {
  budgetFigure,
  burnFigure,
  type Drawing,
  latencyFigure,
  saturationFigure,
  trafficFigure,
} from "./charts.ts";
import { pageStyle } from "./style.ts";

const STATES: Record<State, string> = { kept: "good", missed: "blocks", "no data": "warns" };
const SEVERITIES: Record<AlertStatus["severity"], string> = {
  page: "blocks",
  warning: "warns",
  ticket: "warns",
};
const LEVELS: Record<BurnStatus["level"], string> = { page: "blocks", ticket: "warns", none: "" };

/** A link where an address leads somewhere from anywhere; else its text. */
function linked(address: string): Html {
  return /^https?:\/\//.test(address)
    ? html`<a href="${address}">${address}</a>`
    : html`<code>${address}</code>`;
}

function alertRow(alert: AlertStatus, now: string): Html[] {
  const { state, severity, name, what, first, runbook, owner, since } = alert;
  const where = [alert.system, ...(alert.service === undefined ? [] : [alert.service])].join("/");
  const labels = labelsText(alert.labels);
  const paragraph = (title: string, text: Html | string | undefined) =>
    text === undefined ? raw("") : html`<br><span class="dim">${title}</span> ${text}`;
  return [
    html`<strong class="${SEVERITIES[severity]}">${severity}</strong><br>${state}`,
    html`<strong>${name}</strong><br>${where}${labels === "" ? "" : `, ${labels}`}`,
    html`${what}${paragraph("First:", first)}${paragraph("Runbook:", runbook === undefined ? undefined : linked(runbook))}`,
    html`${agoText(since, now)} ago<br><span class="dim">${momentText(since)}</span>`,
    html`${owner ?? "nobody"}`,
  ];
}

function alertSection({ alerts, at }: Status): Html {
  if (alerts.length === 0) return raw("");
  const rows = alerts.map((alert) => alertRow(alert, at));
  return html`<h2>Alerts</h2>\n<div class="wide">${table(["Severity", "Alert", "What", "Since", "Owner"], rows)}</div>`;
}

function budgetCell({ budgetLeftPercent: percent, state }: SeriesStatus): Html {
  if (percent === undefined) return html`no data`;
  const width = Math.min(100, Math.max(0, percent)).toFixed(1);
  return html`<span class="meter ${STATES[state]}" aria-hidden="true"><span style="width:${width}%"></span></span><br><span class="state">${budgetText(percent)}</span>`;
}

function burnCell(burns: readonly BurnStatus[]): Html {
  if (!burns.some(({ rate }) => rate !== undefined)) return html`no data`;
  return joined(
    burns.map(
      ({ window, rate, level }, index) =>
        html`${index === 0 ? "" : ", "}<span class="${LEVELS[level]}">${window}: ${rate === undefined ? "no data" : figure(rate)}${level === "none" ? "" : ` (${level})`}</span>`,
    ),
  );
}

function objectiveRow(of: ObjectiveStatus, series: SeriesStatus): Html[] {
  const labels = labelsText(series.labels);
  return [
    html`<strong>${of.name}</strong>${labels === "" ? raw("") : html`<br>${labels}`}`,
    html`${of.promise}<br><span class="dim">${of.owner}</span>`,
    html`<span class="state ${STATES[series.state]}">${series.state}</span>`,
    html`${series.sharePercent === undefined ? "no data" : shareText(series.sharePercent)}`,
    budgetCell(series),
    burnCell(series.burns),
  ];
}

function objectiveTable({ objectives }: ServiceStatus): Html {
  if (objectives.length === 0) return html`<p class="dim">It promises nothing.</p>\n`;
  const titles = ["Objective", "Promise", "State", "#Measured", "Error budget", "Burn rate now"];
  const rows = objectives.flatMap((objective) =>
    objective.series.map((series) => objectiveRow(objective, series)),
  );
  return html`<div class="wide">${table(titles, rows)}</div>`;
}

function trafficLine({ requestsPerSecond, p95Seconds, capacity, revisions }: ServiceStatus): Html {
  const used = capacity?.usedPercent;
  const parts = [
    requestsPerSecond === undefined ? "requests: no data" : `${figure(requestsPerSecond)} requests/s`,
    ...(capacity === undefined
      ? []
      : [
          used === undefined
            ? `can bear ${figure(capacity.requestsPerSecond)} requests/s`
            : `${figure(used)} % of the ${figure(capacity.requestsPerSecond)} it can bear`,
        ]),
    ...(p95Seconds === undefined ? [] : [`P95 ${latencyText(p95Seconds)}`]),
    ...revisions.map(({ revision, percent }) => `${revision} ${figure(percent)} %`),
  ];
  return html`<p>${parts.join(" · ")}</p>\n`;
}

function releaseList({ frame }: Drawing): Html {
  if (frame.releases.length === 0) return raw("");
  const items = frame.releases.map(
    ({ revision, at }, index) =>
      html`<li><strong class="release">R${index + 1}</strong> ${revision}, first requests at ${clock(frame, at)} UTC</li>`,
  );
  return html`<ul class="legend">${joined(items)}</ul>\n`;
}

/** Whether anything at all was measured of a service. */
function isMeasured({ budgets, burns, latency, traffic }: Drawing["over"]): boolean {
  return [budgets, burns, latency, traffic].flat().some(({ points }) => points.length > 0);
}

function charts(drawing: Drawing): Html {
  if (!isMeasured(drawing.over)) {
    return html`<p class="dim">No data: nothing was measured of this service in the time that charts would show.</p>\n`;
  }
  return html`${releaseList(drawing)}<div class="charts">
${budgetFigure(drawing)}${trafficFigure(drawing)}${latencyFigure(drawing)}${saturationFigure(drawing)}${joined(
  drawing.service.objectives.map((objective, index) => burnFigure(drawing, objective, index)),
)}</div>\n`;
}

/** What a service's charts are drawn from; undefined where nothing was kept of what was before. */
function drawingOf(
  facts: readonly MonitoringFacts[],
  series: Series,
  system: string,
  name: string,
): Drawing | undefined {
  const all = facts.flatMap(({ services }) => services);
  const index = all.findIndex((each) => each.system === system && each.service === name);
  const service = all[index];
  const over = series.services.find((each) => each.system === system && each.service === name);
  if (service === undefined || over === undefined) return undefined;
  const { from, to, step, column } = series;
  return { id: `s${index}`, service, over, column, frame: { from, to, step, releases: over.releases } };
}

function systemSection(
  facts: readonly MonitoringFacts[],
  series: Series | undefined,
  of: Status["systems"][number],
): Html {
  const services = of.services.map((service) => {
    const drawing = series && drawingOf(facts, series, of.system, service.service);
    return html`<section>\n<h3>${of.system}/${service.service}</h3>\n${trafficLine(service)}${objectiveTable(service)}${drawing === undefined ? raw("") : charts(drawing)}</section>\n`;
  });
  return html`<h2>${of.system} <span class="dim">${of.environment}</span></h2>\n${joined(services)}`;
}

function rangeText({ from, to }: Series): string {
  const iso = (at: number) => momentText(new Date(at * 1000).toISOString());
  return `Charts from ${iso(from)} to ${iso(to)}; all times are UTC.`;
}

const NO_CHARTS =
  "There are no charts: counters tell nothing of what was before. A Prometheus does: slipway sandbox prometheus start";

/**
 * A status as one page that stands by itself: no script, nothing that is loaded from elsewhere; for light and dark screens and
 * for paper. Every chart has its figures beside it. Pure.
 * @param series what was before; left out where nobody kept it
 */
export function statusPage(status: Status, facts: readonly MonitoringFacts[], series?: Series): string {
  const { totals } = status;
  const verdict =
    totals.missed > 0 || totals.pages > 0
      ? "blocks"
      : totals.noData > 0 || totals.firing > 0
        ? "warns"
        : "good";
  const body = html`<h1>Status of ${status.stack}</h1>
<p class="${verdict}">${alertsText(status)}; ${objectivesText(status)}</p>
<p class="dim">${sourceText(status)}. ${series === undefined ? NO_CHARTS : rangeText(series)}</p>
${joined(status.notes.map((note) => html`<p class="warns">${note}</p>\n`))}${alertSection(status)}${joined(
  status.systems.map((system) => systemSection(facts, series, system)),
)}`;
  return standalonePage(`Status of ${status.stack}`, body, pageStyle);
}
