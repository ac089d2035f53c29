import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { selector } from "../objectives/promql.ts";
import { indicatorQueries, serviceLabels } from "../objectives/queries.ts";
import { type Measured, perSecond, requestCounter } from "./measured.ts";
import { COLOUR, lines, MOST_LINES, type Query, RANGE, UNIT } from "./panels.ts";

const HALF = 12;

function classPanel(service: MeasuredService): Panel {
  const { requests, code } = service.metrics;
  const classed = `label_replace(${perSecond(service, requests)}, "class", "\${1}xx", "${code}", "(.)..")`;
  return lines({
    title: "Requests by status class",
    description:
      "Requests per second by the first digit of their status code. Bad: red (5xx: the service failed), or a total that falls to 0 while there should be users.",
    unit: UNIT.perSecond,
    width: HALF,
    min: 0,
    stacked: true,
    queries: [[`sum by (class) (${classed})`, "{{class}}"]],
    colours: {
      "2xx": { colour: COLOUR.good },
      "3xx": { colour: COLOUR.neutral },
      "4xx": { colour: COLOUR.warning },
      "5xx": { colour: COLOUR.bad },
    },
  });
}

function errorPanel(service: MeasuredService): Panel {
  const queries = indicatorQueries(service, { kind: "availability" });
  if (queries.unit !== "events") throw new TypeError("availability counts events");
  return lines({
    title: "Error share",
    description: `Percent of requests that ended in a 5xx over the last ${RANGE}. Good: 0. Bad: a rise that stays; look whether a release or a flag is as old as it. A gap: there were no requests.`,
    unit: UNIT.percent,
    width: HALF,
    min: 0,
    queries: [[`100 * ${queries.bad(RANGE)} / (${queries.total(RANGE)} > 0)`, "errors"]],
    colours: { errors: { colour: COLOUR.bad } },
  });
}

function routePanel(service: MeasuredService, counter: string): Panel {
  const { route } = service.metrics;
  const by = `sum by (${route})`;
  const busiest = `topk(${MOST_LINES}, ${by} (rate(${selector(counter, serviceLabels(service))}[$__range] @ end())))`;
  return lines({
    title: `Requests by route (top ${MOST_LINES})`,
    description:
      "Requests per second of the routes that were asked for most in the time shown. Bad: a route that stops, or one that nobody should ask for.",
    unit: UNIT.perSecond,
    width: HALF,
    min: 0,
    queries: [[`${by} (${perSecond(service, counter)}) and ${busiest}`, `{{${route}}}`]],
  });
}

function revisionPanel(service: MeasuredService, counter: string): Panel {
  return lines({
    title: "Requests by revision",
    description:
      "Requests per second by the revision that answered them. During a release two share them by weight. Bad: an old revision that still serves after it, or a new one that got none.",
    unit: UNIT.perSecond,
    width: HALF,
    min: 0,
    stacked: true,
    queries: [[`sum by (revision) (${perSecond(service, counter)}) > 0`, "{{revision}}"]],
  });
}

/** Without the noise of binary fractions. */
function figure(value: number): number {
  return Number(value.toPrecision(6));
}

function saturationPanel(
  service: MeasuredService,
  counter: string,
  capacity: NonNullable<MeasuredService["capacity"]>,
): Panel {
  const { perInstance, max, peak } = capacity;
  const most = figure(perInstance * max);
  const declared = figure((100 * peak) / most);
  const queries: Query[] = [
    [`100 * sum(${perSecond(service, counter)}) / ${most}`, "used"],
    [`vector(${declared})`, "declared peak"],
  ];
  return lines({
    title: "Saturation",
    description: `Requests per second, in percent of what ${max} instances bear at ${perInstance} a second each: ${most} a second. The dashed purple line is the declared peak, ${peak} a second. Bad: above that line (the plan is wrong), or near 100 % (requests will wait or fail).`,
    unit: UNIT.percent,
    width: HALF,
    min: 0,
    queries,
    limits: [
      [null, COLOUR.good],
      [100, COLOUR.bad],
    ],
    colours: {
      used: { colour: COLOUR.neutral },
      "declared peak": { colour: COLOUR.declared, dashed: true },
    },
  });
}

/** Who asks how much, what fails, and which revision answers: as far as it is measured. */
export function requestPanels(service: MeasuredService, measured: Measured): Panel[] {
  const counter = requestCounter(service, measured);
  if (counter === undefined) return [];
  return [
    ...(measured.requests ? [classPanel(service), errorPanel(service)] : []),
    routePanel(service, counter),
    ...(measured.revisions ? [revisionPanel(service, counter)] : []),
    ...(service.capacity === undefined ? [] : [saturationPanel(service, counter, service.capacity)]),
  ];
}
