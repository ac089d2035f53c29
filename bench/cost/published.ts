import type { RuleGroup } from "../../components/alerting/rule.ts";

/** An objective as Sloth takes it: events that are bad and all events in a `{{.window}}`, and the percent that has to be good. */
export interface SlothObjective {
  readonly service: string;
  readonly name: string;
  readonly target: number;
  readonly bad: string;
  readonly total: string;
}

const WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

/** Each severity's windows, the short one first, and burn rates. */
const TIERS = {
  page: [
    ["5m", "1h", 14.4],
    ["30m", "6h", 6],
  ],
  ticket: [
    ["2h", "1d", 3],
    ["6h", "3d", 1],
  ],
} as const;

/**
 * The rules that Sloth makes of an objective over 30 days, as its documentation publishes them
 * (https://sloth.dev/introduction/, the examples of its repository): each window from the raw series, the 30 days from what
 * the shortest has recorded, and alerts that read only what is recorded.
 * @param interval Prometheus' `evaluation_interval`: Sloth's groups have none of their own
 */
export function slothRules(objective: SlothObjective, interval: string): RuleGroup[] {
  const { service, name, target, bad, total } = objective;
  const id = `${service}-${name}`;
  const labels = { sloth_id: id, sloth_service: service, sloth_slo: name };
  const of = (metric: string) =>
    `${metric}{${Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(", ")}}`;
  const ratio = (window: string) => of(`slo:sli_error:ratio_rate${window}`);
  const over = (query: string, window: string) => `(${query.replaceAll("{{.window}}", window)})`;
  const budget = 1 - target / 100;
  const record = (metric: string, expr: string, more = {}) => ({
    record: metric,
    expr,
    labels: { ...labels, ...more },
  });
  const perBudget = (metric: string) =>
    `${metric} / on(sloth_id, sloth_slo, sloth_service) group_left ${of("slo:error_budget:ratio")}`;
  const burning = (window: string, factor: number) =>
    `max(${ratio(window)} > (${factor} * ${budget})) without (sloth_window)`;
  return [
    {
      name: `sloth-slo-sli-recordings-${id}`,
      interval,
      rules: [
        ...WINDOWS.map((window) =>
          record(`slo:sli_error:ratio_rate${window}`, `${over(bad, window)} / ${over(total, window)}`, {
            sloth_window: window,
          }),
        ),
        record(
          "slo:sli_error:ratio_rate30d",
          `sum_over_time(${ratio("5m")}[30d]) / ignoring (sloth_window) count_over_time(${ratio("5m")}[30d])`,
          { sloth_window: "30d" },
        ),
      ],
    },
    {
      name: `sloth-slo-meta-recordings-${id}`,
      interval,
      rules: [
        record("slo:objective:ratio", `vector(${target / 100})`),
        record("slo:error_budget:ratio", `vector(1-${target / 100})`),
        record("slo:time_period:days", "vector(30)"),
        record("slo:current_burn_rate:ratio", perBudget(ratio("5m"))),
        record("slo:period_burn_rate:ratio", perBudget(ratio("30d"))),
        record("slo:period_error_budget_remaining:ratio", `1 - ${of("slo:period_burn_rate:ratio")}`),
        record("sloth_slo_info", "vector(1)", { sloth_objective: String(target) }),
      ],
    },
    {
      name: `sloth-slo-alerts-${id}`,
      interval,
      rules: Object.entries(TIERS).map(([severity, tiers]) => ({
        alert: id,
        expr: tiers
          .map(([short, long, factor]) => `(${burning(short, factor)} and ${burning(long, factor)})`)
          .join(" or "),
        labels: { sloth_severity: severity },
        annotations: {},
      })),
    },
  ];
}
