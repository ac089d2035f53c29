import { expect, test } from "vitest";
import { stringify } from "yaml";
import { systemRules } from "../../components/alerting/rules.ts";
import { describeWithPrometheus, testRules } from "../support/prometheus.ts";
import { shop } from "../unit/open-slo/support.ts";

const HOURS = 60;

/** So many per minute for each of some spells of hours, as promtool writes a counter scraped once a minute. */
function counter(...spells: readonly (readonly [hours: number, perMinute: number])[]): string {
  let value = 0;
  const parts = spells.map(([hours, perMinute]) => {
    const part = `${value}+${perMinute}x${hours * HOURS - 1}`;
    value += perMinute * hours * HOURS;
    return part;
  });
  return [...parts, `${value}`].join(" ");
}

/**
 * What is left of the budget at some moments, to a tenth.
 * @param every time between two looks: promtool reads no more than 10,000 samples for a rule, so in a month there are few
 */
async function left(
  window: "calendar month" | "7 days",
  every: string,
  failures: string,
  hours: number,
  expected: Readonly<Record<string, number>>,
) {
  const facts = shop({
    api: [{ name: "availability", indicator: { kind: "availability" }, target: 99.9, window, owner: "shop" }],
  });
  const groups = systemRules(facts).map((group) => ({
    ...group,
    rules: group.rules.filter((rule) => "record" in rule && !rule.record.includes("burn")),
  }));
  const series = (code: string) =>
    `http_requests_total{environment="production",system="shop",service="api",code="${code}"}`;
  return await testRules(stringify({ groups }), {
    evaluation_interval: every,
    group_eval_order: groups.map(({ name }) => name),
    tests: [
      {
        interval: "1m",
        input_series: [
          { series: series("200"), values: counter([hours, 1000]) },
          { series: series("500"), values: failures },
        ],
        promql_expr_test: Object.entries(expected).map(([eval_time, value]) => ({
          expr: "round(sum(objective:error_budget:remaining), 0.1)",
          eval_time,
          exp_samples: [{ labels: "{}", value }],
        })),
      },
    ],
  });
}

describeWithPrometheus("what is left of a budget", () => {
  test("OS-04 of a calendar month begins anew on the first, and knows nothing of the month before", {
    timeout: 120_000,
  }, async () => {
    const day = 24;
    // January, which begins at promtool's start: three failures in 1003 until its last day. February: none, then one day of ten.
    const failures = counter([30 * day, 3], [5 * day, 0], [day, 10], [24 * day, 0]);
    const expected = {
      "10d": -2,
      // The last look of January, and the first of February.
      "736h": -1.9,
      "31d": 1,
      "35d": 1,
      // Three looks of nineteen found 1 % bad, where a thousandth may be: 1 - 3 / 19 × 10.
      "37d": -0.6,
      // Of 82: 1 - 3 / 82 × 10.
      "58d": 0.6,
      // The first of March.
      "59d": 1,
    };
    expect(await left("calendar month", "8h", failures, 60 * day, expected)).toContain("SUCCESS");
  });

  test("OS-04 of a rolling window forgets what is older than it", { timeout: 120_000 }, async () => {
    const day = 24;
    // 1 - 1 / 6 × 9, 1 - 1 / 7 × 9.
    const failures = counter([day, 9], [9 * day, 0]);
    const expected = { "6d": -0.5, "7d": -0.3, "200h": 1, "9d": 1 };
    expect(await left("7 days", "2h", failures, 10 * day, expected)).toContain("SUCCESS");
  });
});
