import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { LabelMatch } from "../objectives/indicator.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import type { NormalizedObjective } from "../objectives/objective.ts";
import { promiseText } from "../objectives/promise.ts";
import { perSecond } from "./measured.ts";
import { COLOUR, heatmap, lines, type Query, type Step, UNIT } from "./panels.ts";

const HALF = 12;
const QUANTILES = [50, 95, 99];

function heatPanel(service: MeasuredService): Panel {
  return heatmap({
    title: "Latency",
    description:
      "How many requests per second took how long: the darker, the more. Bad: the dark band moves up, or a second band appears above it.",
    unit: UNIT.seconds,
    width: HALF,
    height: 8,
    expression: `sum by (le) (${perSecond(service, `${service.metrics.duration}_bucket`)})`,
  });
}

/** Percentiles of the requests with such labels, and the limits that objectives set for them. */
function percentilePanel(
  service: MeasuredService,
  title: string,
  labels: Readonly<Record<string, LabelMatch>>,
  objectives: readonly NormalizedObjective[],
): Panel {
  const buckets = `sum by (le) (${perSecond(service, `${service.metrics.duration}_bucket`, labels)})`;
  const thresholds = objectives.map(({ thresholdSeconds = 0 }) => thresholdSeconds).sort((a, b) => a - b);
  const limits: Step[] = [[null, COLOUR.good], ...thresholds.map((value): Step => [value, COLOUR.bad])];
  const promises = objectives.map((objective) => promiseText(objective)).join("; ");
  return lines({
    title,
    description:
      "Half of the requests were quicker than P50, all but one in twenty than P95, all but one in a hundred than P99. " +
      (promises === ""
        ? "Bad: P95 or P99 leave what is usual."
        : `Bad: the line of the promised share lies above the dashed line. The promise: ${promises}.`),
    unit: UNIT.seconds,
    width: HALF,
    height: 8,
    min: 0,
    queries: QUANTILES.map(
      (quantile): Query => [`histogram_quantile(${quantile / 100}, ${buckets})`, `P${quantile}`],
    ),
    ...(thresholds.length === 0 ? {} : { limits }),
    colours: {
      P50: { colour: COLOUR.good },
      P95: { colour: COLOUR.warning },
      P99: { colour: COLOUR.bad },
    },
  });
}

/** How long requests take: of all, and of those that an objective is about. */
export function latencyPanels(service: MeasuredService): Panel[] {
  const objectives = service.objectives.filter(({ kind }) => kind === "latency");
  const isNarrow = ({ route, where }: NormalizedObjective) => route !== undefined || where !== undefined;
  const wide = objectives.filter((objective) => !isNarrow(objective));
  return [
    heatPanel(service),
    percentilePanel(service, "Latency percentiles", {}, wide),
    ...objectives.filter(isNarrow).map((objective) => {
      const { name, route, where = {} } = objective;
      const of: Record<string, string> = route === undefined ? {} : { [service.metrics.route]: route };
      return percentilePanel(service, `${name}: percentiles`, { ...where, ...of }, [objective]);
    }),
  ];
}
