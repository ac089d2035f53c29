import { describe, expect, test } from "vitest";
import type { Indicator } from "../../../components/objectives/indicator.ts";
import type { Objective } from "../../../components/objectives/objective.ts";
import { openSlo } from "../../../components/objectives/open-slo/export.ts";
import { shop } from "./support.ts";

const OWNER = "shop-platform";
const LABELS = 'environment="production",system="shop",service="api"';

function documentsOf(objective: Partial<Objective>) {
  const whole = { name: "it", indicator: { kind: "availability" }, target: 99, owner: OWNER, ...objective };
  return openSlo(shop({ api: [whole as Objective] }));
}

/** The `SLO` of one objective. */
function sloOf(objective: Partial<Objective>) {
  const found = documentsOf(objective).find(({ kind }) => kind === "SLO");
  if (found === undefined) throw new Error("there is no SLO");
  return found;
}

const prometheus = (query: string) => ({ metricSource: { type: "Prometheus", spec: { query } } });

test("an objective is one SLO of its service, with a policy for each way in which its budget burns", () => {
  expect(documentsOf({ name: "availability", target: 99.9 }).slice(0, 2)).toEqual([
    {
      apiVersion: "openslo/v1",
      kind: "Service",
      metadata: {
        name: "shop-api",
        displayName: "shop api",
        labels: { environment: "production", system: "shop", service: "api" },
      },
      spec: { description: "api of shop, in production." },
    },
    {
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: {
        name: "shop-api-availability",
        displayName: "api availability",
        labels: {
          environment: "production",
          system: "shop",
          service: "api",
          objective: "availability",
          owner: OWNER,
        },
        annotations: { "slipway.dev/indicator": '{"kind":"availability"}' },
      },
      spec: {
        description: "99.9 % of requests answered without a server error, over 30 days",
        service: "shop-api",
        indicator: {
          metadata: { name: "shop-api-availability" },
          spec: {
            ratioMetric: {
              counter: false,
              bad: prometheus(
                `(sum (rate(http_requests_total{${LABELS},code=~"5.."}[5m])) or 0 * sum (rate(http_requests_total{${LABELS}}[5m])))`,
              ),
              total: prometheus(`sum (rate(http_requests_total{${LABELS}}[5m]))`),
            },
          },
        },
        timeWindow: [{ duration: "30d", isRolling: true }],
        budgetingMethod: "Occurrences",
        objectives: [{ target: 0.999 }],
        alertPolicies: [
          { alertPolicyRef: "shop-page-1h-14-4x" },
          { alertPolicyRef: "shop-page-6h-6x" },
          { alertPolicyRef: "shop-ticket-3d-1x" },
        ],
      },
    },
  ]);
});

const EVENTS: readonly [Indicator, object, string][] = [
  [
    { kind: "latency", threshold: "1500 ms", route: "/chat", by: ["revision"] },
    {
      good: `(sum by (revision) (rate(http_request_duration_seconds_bucket{${LABELS},route="/chat",le="1.5"}[5m])))`,
      total: `sum by (revision) (rate(http_request_duration_seconds_count{${LABELS},route="/chat"}[5m]))`,
    },
    '{"kind":"latency","threshold":"1500 ms","route":"/chat","by":["revision"]}',
  ],
  [
    { kind: "health", probe: "liveness" },
    {
      bad: `(sum (rate(health_check_total{${LABELS},endpoint="liveness",status!~"success"}[5m])) or 0 * sum (rate(health_check_total{${LABELS},endpoint="liveness"}[5m])))`,
      total: `sum (rate(health_check_total{${LABELS},endpoint="liveness"}[5m]))`,
    },
    '{"kind":"health","probe":"liveness"}',
  ],
  [
    { kind: "ratio", good: "hits_total", total: "lookups_total" },
    {
      good: `(sum (rate(hits_total{${LABELS}}[5m])) or 0 * sum (rate(lookups_total{${LABELS}}[5m])))`,
      total: `sum (rate(lookups_total{${LABELS}}[5m]))`,
    },
    '{"kind":"ratio","good":"hits_total","total":"lookups_total"}',
  ],
  [
    { kind: "queries", bad: "sum(rate(lost[$window]))", total: "sum(rate(sent[$window]))" },
    {
      bad: "((sum(rate(lost[5m]))) or 0 * (sum(rate(sent[5m]))))",
      total: "(sum(rate(sent[5m])))",
    },
    '{"kind":"queries","bad":"sum(rate(lost[$window]))","total":"sum(rate(sent[$window]))"}',
  ],
];

test.each(EVENTS)("%o is a ratio of events", (indicator, queries, annotation) => {
  const { spec, metadata } = sloOf({ indicator });
  expect(metadata.annotations).toEqual({ "slipway.dev/indicator": annotation });
  const asked = Object.entries(queries).map(([side, query]) => [side, prometheus(query as string)]);
  expect(spec).toMatchObject({
    indicator: { spec: { ratioMetric: { counter: false, ...Object.fromEntries(asked) } } },
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.99 }],
  });
});

const TIMES: readonly [Indicator, string, number, string][] = [
  [
    { kind: "delta", threshold: "100 ms", route: "/b", against: "/a" },
    `(histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${LABELS},route="/b"}[5m]))) - histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${LABELS},route="/a"}[5m]))))`,
    0.1,
    '{"kind":"delta","threshold":"100 ms","route":"/b","against":"/a"}',
  ],
  [
    { kind: "freshness", lastSuccess: "backup_success_time", maxAge: "26 h" },
    `(time() - max (backup_success_time{${LABELS}}))`,
    93_600,
    '{"kind":"freshness","lastSuccess":"backup_success_time","maxAge":"26 h"}',
  ],
  [
    { kind: "saturation", used: "connections", capacity: 200, limit: 80, aggregate: "sum" },
    `(100 * sum (connections{${LABELS}}) / 200)`,
    80,
    '{"kind":"saturation","used":"connections","capacity":200,"limit":80,"aggregate":"sum"}',
  ],
];

test.each(TIMES)(
  "%o is a share of time: minutes in which a limit holds",
  (indicator, query, value, annotation) => {
    const { spec, metadata } = sloOf({ indicator });
    expect(metadata.annotations).toEqual({ "slipway.dev/indicator": annotation });
    expect(spec).toMatchObject({
      indicator: { spec: { thresholdMetric: prometheus(query) } },
      budgetingMethod: "Timeslices",
      objectives: [{ op: "lte", value, target: 0.99, timeSliceTarget: 1, timeSliceWindow: "1m" }],
    });
  },
);

describe("a window", () => {
  test("of a calendar month begins with it", () => {
    expect(sloOf({ window: "calendar month" }).spec.timeWindow).toEqual([
      {
        duration: "1M",
        calendar: { startTime: "2026-01-01 00:00:00", timeZone: "UTC" },
        isRolling: false,
      },
    ]);
  });

  test("that OpenSLO has no unit for is a little longer there, and exact in an annotation", () => {
    const { spec, metadata } = sloOf({ window: "100001 s" });
    expect(spec.timeWindow).toEqual([{ duration: "1667m", isRolling: true }]);
    expect(metadata.annotations).toMatchObject({ "slipway.dev/window": "100001 s" });
  });
});

test("a target that no share gives back is in percent", () => {
  expect(sloOf({ target: 50.000000000000014 }).spec.objectives).toEqual([
    { targetPercent: 50.000000000000014 },
  ]);
});

test("what OpenSLO has no field for is in annotations", () => {
  const { metadata, spec } = sloOf({
    owner: "the team on the third floor",
    runbook: "api",
    alerting: { off: "the frontend says the same", minimumBad: 3 },
  });
  expect(metadata.labels).not.toHaveProperty("owner");
  expect(metadata.annotations).toEqual({
    "slipway.dev/owner": "the team on the third floor",
    "slipway.dev/indicator": '{"kind":"availability"}',
    "slipway.dev/runbook": "api",
    "slipway.dev/alerting": '{"minimumBad":3,"off":"the frontend says the same"}',
  });
  expect(spec).not.toHaveProperty("alertPolicies");
});

describe("who is told when", () => {
  const tiers = [{ severity: "page", budgetPercent: 50, long: "12 h", short: "1 h" }] as const;
  const alerts = documentsOf({ alerting: { tiers } }).slice(2);

  test("is a policy and a condition for each burn rate, shared by objectives that burn alike", () => {
    expect(alerts.slice(0, 2)).toEqual([
      {
        apiVersion: "openslo/v1",
        kind: "AlertPolicy",
        metadata: {
          name: "shop-page-12h-30x",
          displayName: "page at a burn rate of 30",
          labels: { system: "shop" },
        },
        spec: {
          description: "A page at 50 % in 12h, a burn rate of 30.",
          alertWhenNoData: false,
          alertWhenResolved: true,
          alertWhenBreaching: true,
          conditions: [{ conditionRef: "shop-page-12h-30x" }],
          notificationTargets: [{ targetRef: "shop-page" }],
        },
      },
      {
        apiVersion: "openslo/v1",
        kind: "AlertCondition",
        metadata: {
          name: "shop-page-12h-30x",
          displayName: "page at a burn rate of 30",
          labels: { system: "shop" },
          annotations: { "slipway.dev/short-window": "1 h" },
        },
        spec: {
          description: "A page at 50 % in 12h, a burn rate of 30. It has to burn so over 1h too.",
          severity: "page",
          condition: { kind: "burnrate", op: "gt", threshold: 30, lookbackWindow: "12h", alertAfter: "0m" },
        },
      },
    ]);
    const two = { indicator: { kind: "availability" }, target: 99, owner: OWNER } as const;
    const shared = openSlo(shop({ api: [{ ...two, name: "a" }], web: [{ ...two, name: "b" }] }));
    expect(shared.filter(({ kind }) => kind === "AlertPolicy")).toHaveLength(3);
  });

  test("is a target for each severity: kinds and names of channels, no address and no secret", () => {
    const targets = alerts.filter(({ kind }) => kind === "AlertNotificationTarget");
    expect(targets.map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
      [
        "shop-page",
        { description: "P1: answered within 15 min, by way of duty, team.", target: "PagerDuty, Slack" },
      ],
      ["shop-warning", { description: "P2: answered within 4 h, by way of team.", target: "Slack" }],
      ["shop-ticket", { description: "P3: answered within 2 days, by way of tracker.", target: "web-hook" }],
    ]);
    expect(JSON.stringify(targets)).not.toMatch(/tracker\.example|shop-pagerduty-key|#shop/);
  });
});

test("names are DNS labels, and none is there twice", () => {
  const it = { indicator: { kind: "availability" }, target: 99, owner: OWNER } as const;
  const services = {
    a: [{ ...it, name: "b-c" }],
    "a-b": [{ ...it, name: "c" }],
    [`long-${"x".repeat(70)}`]: [
      { ...it, name: "d" },
      { ...it, name: "e" },
    ],
  };
  const names = openSlo(shop(services)).flatMap(({ kind, metadata }) =>
    kind === "SLO" ? metadata.name : [],
  );
  expect(names).toEqual([
    "shop-a-b-c",
    "shop-a-b-c-2",
    `shop-long-${"x".repeat(53)}`,
    `shop-long-${"x".repeat(51)}-2`,
  ]);
});
