import { describe, expect, test } from "vitest";
import { filteredIndicator } from "../../../components/alerting/cloud/filters.ts";
import { cloudObjectiveProblems, planObjective } from "../../../components/alerting/cloud/objectives.ts";
import type { Objective } from "../../../components/objectives/objective.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { conditions, facts, INDICATORS, objective, PROJECT, query, service } from "./support.ts";

function plan(change: Partial<Objective> = {}) {
  return planObjective(facts(), PROJECT, service(), objective(change));
}

function problems(change: Partial<Objective>): string[] {
  return cloudObjectiveProblems(service(), objective(change));
}

const latency = { name: "latency", indicator: INDICATORS.latency, target: 95 } as const;
const SLO = 'projects/shop-production/services/shop-backend/serviceLevelObjectives/availability"';

describe("the objective", () => {
  test("EA-16 has the promise's goal, window and words", () => {
    const { sli } = filteredIndicator(service(), objective()) ?? {};
    expect(plan().slo).toEqual({
      project: PROJECT,
      service: "shop-backend",
      sloId: "availability",
      displayName: "99.5 % of requests answered without a server error, over 30 days",
      goal: 0.995,
      rollingPeriodDays: 30,
      requestBasedSli: sli,
      userLabels: {
        "managed-by": "slipway",
        environment: "production",
        system: "shop",
        service: "backend",
        owner: "shop-team",
      },
    });
  });

  test.each([
    ["28 days", { rollingPeriodDays: 28 }],
    ["7 days", { rollingPeriodDays: 7 }],
    ["calendar month", { calendarPeriod: "MONTH" }],
  ] as const)("is held over %s", (window, expected) => {
    const { rollingPeriodDays, calendarPeriod } = plan({ window }).slo ?? {};
    expect(JSON.parse(JSON.stringify({ rollingPeriodDays, calendarPeriod }))).toEqual(expected);
    expect(problems({ window })).toEqual([]);
  });

  test("has 99.99 % as its highest goal, without the noise of fractions", () => {
    expect(plan({ target: 99.99 }).slo?.goal).toBe(0.9999);
    expect(plan({ target: 99.9 }).slo?.goal).toBe(0.999);
    expect(problems({ target: 99.99 })).toEqual([]);
    expect(problems({ target: 99.995 })).toEqual([
      'services["backend"].objectives["availability"].target: 99.995 is above 99.99 (percent), the highest goal that Cloud Monitoring takes: promise 99.99, or say the indicator as `queries`, which need no objective there',
    ]);
  });

  test.each([
    ["90 days", "90 days"],
    ["36 h", "1.5 days"],
  ] as const)("of %s is refused", (window, said) => {
    expect(problems({ window })[0]).toBe(
      `services["backend"].objectives["availability"].window: ${said}; Cloud Monitoring takes whole days up to 30: use 7, 28 or 30 days or a calendar month, or say the indicator as \`queries\`, which need no objective there`,
    );
  });

  test("whose burning tells nobody is still there", () => {
    const { slo, policies } = plan({ alerting: { off: "HighErrorRate says the same" } });
    expect(slo?.sloId).toBe("availability");
    expect(policies).toEqual([]);
  });
});

describe("its burning", () => {
  const threshold = (seconds: number, factor: number, said: string) => ({
    displayName: `burn rate over ${said} above ${factor}`,
    conditionThreshold: {
      filter: `select_slo_burn_rate("${SLO}, "${seconds}s")`,
      comparison: "COMPARISON_GT",
      thresholdValue: factor,
      duration: "0s",
    },
  });

  test("EA-16 is told of by both windows together, and by enough bad requests", () => {
    const [page] = plan().policies;
    expect(page?.name).toBe("backend-availability-page-1h");
    expect(page?.severity).toBe("page");
    expect(page?.args).toMatchObject({
      project: PROJECT,
      displayName: "shop production: BackendAvailabilityBurn, 2 % of the budget in 1h",
      combiner: "AND",
      severity: "CRITICAL",
      conditions: [
        threshold(3600, 14.4, "1h"),
        threshold(300, 14.4, "5m"),
        {
          displayName: "at least 5 bad events in 1h",
          conditionThreshold: {
            filter: filteredIndicator(service(), objective())?.bad,
            aggregations: [
              { alignmentPeriod: "3600s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM" },
            ],
            comparison: "COMPARISON_GT",
            thresholdValue: 4.5,
            duration: "0s",
          },
        },
      ],
    });
  });

  test("over 24 hours and more is one query of both windows, without a time that it has to hold", () => {
    const ticket = plan().policies[2];
    const bad = (range: string) =>
      `(sum (rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision",service_name="backend",response_code_class="5xx"}[${range}])) or 0 * ${all(range)})`;
    const all = (range: string) =>
      `sum (rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision",service_name="backend"}[${range}]))`;
    expect(ticket?.args).toMatchObject({ severity: "WARNING", combiner: "OR" });
    expect(conditions(ticket as never)).toEqual([
      {
        displayName: "BackendAvailabilityBurn, 10 % of the budget in 3d",
        conditionPrometheusQueryLanguage: {
          query: `${bad("3d")} / ${all("3d")} > 0.005 and ${bad("6h")} / ${all("6h")} > 0.005 and 259200 * ${bad("3d")} >= 5`,
          evaluationInterval: "30s",
          alertRule: "BackendAvailabilityBurn",
          labels: {
            environment: "production",
            system: "shop",
            service: "backend",
            concern: "availability",
            severity: "ticket",
            owner: "Shop Team",
            objective: "availability",
            window: "3d",
          },
          disableMetricValidation: true,
        },
      },
    ]);
  });

  test("EA-16 of latency over 3 days is watched for over 24 hours, for the same share of the budget, and says so", () => {
    const ticket = plan(latency).policies[2];
    const of = (seconds: number, said: string) => ({
      displayName: `burn rate over ${said} above 3`,
      conditionThreshold: {
        filter: `select_slo_burn_rate("${SLO.replace("availability", "latency")}, "${seconds}s")`,
        comparison: "COMPARISON_GT",
        thresholdValue: 3,
        duration: "0s",
      },
    });
    // 5 bad ones where 3 × 5 % are bad: 34 requests.
    const guard = { displayName: "at least 34 events in 1d", conditionThreshold: { thresholdValue: 33.5 } };
    expect(ticket?.name).toBe("backend-latency-ticket-1d");
    expect(conditions(ticket as never)).toMatchObject([of(86_400, "1d"), of(7200, "2h"), guard]);
    expect(ticket?.args.documentation).toMatchObject({
      content: expect.stringContaining(
        "(The tier says 3d; Cloud Monitoring reckons burn rates over at most 24 h, so the same share of the budget is watched for over 1d, at a higher rate.)",
      ),
    });
  });

  test("without a least number of bad events has no such condition", () => {
    const { policies } = plan({ alerting: { minimumBad: 0 } });
    expect(policies.map((policy) => conditions(policy).length)).toEqual([2, 2, 1]);
    expect(query(policies[2] as never)).not.toContain(">= ");
  });

  test("over a week's windows needs no query: they shrink with it", () => {
    expect(plan({ window: "7 days" }).policies.map(query)).toEqual([undefined, undefined, undefined]);
  });

  test.each(["routeLatency", "health", "queries", "delta", "freshness", "saturation"] as const)(
    "of %s is told of by PromQL alone, over both windows of each tier",
    (kind) => {
      const { slo, policies } = plan({ indicator: INDICATORS[kind], name: "promise", target: 95 });
      expect(slo).toBeUndefined();
      const asked = policies.map((policy) => query(policy) ?? "");
      expect(asked.map(promqlProblem)).toEqual(asked.map(() => undefined));
      for (const [index, windows] of [
        ["[1h", "[5m"],
        ["[6h", "[30m"],
        ["[3d", "[6h"],
      ].entries()) {
        for (const window of windows) expect(asked[index]).toContain(window);
      }
    },
  );

  test("of what the service itself exports has a ticket for when that is missing; Cloud Run measures always", () => {
    const [, , , missing] = plan({ indicator: INDICATORS.ratio, name: "uploads" }).policies;
    expect(missing).toMatchObject({ name: "backend-uploads-unmeasured", severity: "ticket" });
    expect(conditions(missing as never)).toMatchObject([
      {
        conditionPrometheusQueryLanguage: {
          query:
            'absent(sum (rate(uploads_total{environment="production",system="shop",service="backend"}[5m])))',
          duration: "3600s",
          alertRule: "BackendUploadsUnmeasured",
        },
      },
    ]);
    expect(plan().policies).toHaveLength(3);
  });
});

test("a tier that looks back longer than 3 days is refused", () => {
  const tiers = [{ severity: "ticket", budgetPercent: 10, long: "4 days", short: "8 h" }] as const;
  expect(problems({ alerting: { tiers } })).toEqual([
    'services["backend"].objectives["availability"].alerting.tiers: its ticket on 10 % of the budget looks back 4d, and Cloud Monitoring is asked for at most 3d: state a tier whose `long` is "3 days" or less',
  ]);
});

test("a latency's tier that no share of slow requests could reach within 24 hours is refused, with a share that could", () => {
  expect(problems({ ...latency, target: 60 })).toEqual([
    'services["backend"].objectives["latency"].alerting.tiers: its ticket on 10 % of the budget within 3d is brought to 24 h, the longest that Cloud Monitoring reckons a burn rate over, and would need 120 % bad events there, which can\'t be: state a tier with a smaller share of the budget, such as 7.5 %',
  ]);
  const tiers = [{ severity: "ticket", budgetPercent: 7.5, long: "3 days", short: "6 h" }] as const;
  expect(problems({ ...latency, target: 60, alerting: { tiers } })).toEqual([]);
  expect(problems({ ...latency, target: 60, alerting: { off: "not yet" } })).toEqual([]);
});
