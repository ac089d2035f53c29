import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts } from "../alerting/facts.ts";
import { shortestWindow } from "../objectives/budget.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { selector } from "../objectives/promql.ts";
import { serviceLabels } from "../objectives/queries.ts";
import { RECORDED } from "../objectives/recorded.ts";
import { alertPanels, firing, firingPanel } from "./alert-panels.ts";
import { framed } from "./frame.ts";
import { measuredOf, perSecond, requestCounter } from "./measured.ts";
import { dashboardPath, SMOKE_DASHBOARD } from "./names.ts";
import { BUDGET_STEPS, burnSteps } from "./objective-panels.ts";
import { COLOUR, figures, type Query, type Step, UNIT } from "./panels.ts";

const HEIGHT = 5;
const NARROW = 4;

/** How fast each objective burns now: over the shortest window that is recorded of it. */
function burnQueries(service: MeasuredService): Query[] {
  const byWindow = Map.groupBy(service.objectives, shortestWindow);
  return [...byWindow].map(([window, objectives]) => {
    const objective = { matches: objectives.map(({ name }) => name).join("|") };
    const labels = { ...serviceLabels(service), objective, window };
    return [`max by (objective) (${selector(RECORDED.burn, labels)})`, "{{objective}}"];
  });
}

/** The strictest colours of a service's objectives: each step begins where the first of them has it. */
function strictest(service: MeasuredService): Step[] {
  const steps = service.objectives.flatMap(burnSteps);
  const first = (colour: string) =>
    Math.min(...steps.filter((step) => step[1] === colour).map(([from]) => from ?? Number.POSITIVE_INFINITY));
  return [
    [null, COLOUR.good],
    ...[COLOUR.warning, COLOUR.bad]
      .map((colour): Step => [first(colour), colour])
      .filter(([from]) => Number.isFinite(from))
      .sort(([a], [b]) => (a ?? 0) - (b ?? 0)),
  ];
}

function firingCount(service: MeasuredService): Query {
  return [`count(${firing(serviceLabels(service))}) or vector(0)`, "firing"];
}

/** One line of figures: what is left, what burns, what fires, and how much is asked. */
function servicePanels(facts: MonitoringFacts, service: MeasuredService): Panel[] {
  const { service: name, objectives } = service;
  const counter = requestCounter(service, measuredOf(facts, service));
  const link = { title: name, url: dashboardPath(facts, name) };
  const narrow = counter === undefined ? NARROW : 2 * NARROW;
  const wide = (24 - narrow) / 2;
  const promised = [
    figures({
      title: `${name}: error budgets left`,
      description:
        "Of what each objective lets go wrong, how much is left. Orange: less than half. Red: less than a quarter. Dark red: the promise is broken.",
      unit: UNIT.share,
      width: wide,
      height: HEIGHT,
      link,
      queries: [
        [`min by (objective) (${selector(RECORDED.budget, serviceLabels(service))})`, "{{objective}}"],
      ],
      steps: BUDGET_STEPS,
    }),
    figures({
      title: `${name}: burn rates now`,
      description:
        "How fast each error budget goes: at 1 it lasts exactly as long as it has to. Orange: a ticket follows where it lasts. Red: somebody is woken.",
      unit: UNIT.figure,
      width: wide,
      height: HEIGHT,
      link,
      queries: burnQueries(service),
      steps: strictest(service),
    }),
  ];
  return [
    ...(objectives.length === 0 ? [] : promised),
    figures({
      title: `${name}: firing alerts`,
      description: "Alerts of this service that fire now. Good: 0.",
      unit: UNIT.count,
      width: NARROW,
      height: HEIGHT,
      link,
      queries: [firingCount(service)],
      steps: [
        [null, COLOUR.good],
        [1, COLOUR.bad],
      ],
    }),
    ...(counter === undefined
      ? []
      : [
          figures({
            title: `${name}: requests`,
            description:
              "Requests per second. Bad: it falls to 0 while there should be users, or rises as it never did.",
            unit: UNIT.perSecond,
            width: NARROW,
            height: HEIGHT,
            link,
            queries: [[`sum(${perSecond(service, counter)})`, "requests"]],
            steps: [[null, COLOUR.neutral]],
          }),
        ]),
  ];
}

/** A system's dashboard: all its services' promises at a glance, and its fixed alerts' figures against their limits. */
export function systemDashboard(facts: MonitoringFacts): Dashboard {
  const { system, environment, services, smoke } = facts;
  return framed(facts, {
    description: `How ${system} does, service by service. Made from the system's declarations: change those, not this.`,
    sections: [
      { title: "Firing", panels: [firingPanel({ environment, system })] },
      ...services.map((service) => ({ title: service.service, panels: servicePanels(facts, service) })),
      { title: "Alerts", panels: alertPanels(facts) },
    ],
    markers: [],
    links: [
      ...services.map(({ service }) => ({ title: service, url: dashboardPath(facts, service) })),
      ...(smoke === undefined ? [] : [{ title: "smoke tests", url: dashboardPath(facts, SMOKE_DASHBOARD) }]),
    ],
  });
}
