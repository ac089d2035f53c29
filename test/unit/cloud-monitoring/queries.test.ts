import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filteredIndicator, measuredByCloudRun } from "../../../components/alerting/cloud/filters.ts";
import { badAtLeast, badShareAbove, unmeasured } from "../../../components/alerting/cloud/queries.ts";
import { countsEvents, normalizeIndicator } from "../../../components/objectives/indicator.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { INDICATORS, service } from "./support.ts";

const RUN = 'resource.type="cloud_run_revision" AND resource.labels.service_name="backend"';
const requests = (labels = "", range = "5m") =>
  `sum (rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision",service_name="backend"${labels}}[${range}]))`;

describe("an objective's indicator in filters", () => {
  test("EA-16 availability is requests without a 5xx", () => {
    const total = `metric.type="run.googleapis.com/request_count" AND ${RUN}`;
    const bad = `${total} AND metric.labels.response_code_class="5xx"`;
    expect(filteredIndicator(service(), normalizeIndicator(INDICATORS.availability))).toEqual({
      total,
      bad,
      sli: { goodTotalRatio: { badServiceFilter: bad, totalServiceFilter: total } },
    });
  });

  test("EA-16 latency is the part of a distribution below the threshold, in milliseconds; it can't be counted", () => {
    expect(filteredIndicator(service(), normalizeIndicator(INDICATORS.latency))).toEqual({
      total: `metric.type="run.googleapis.com/request_count" AND ${RUN}`,
      sli: {
        distributionCut: {
          distributionFilter: `metric.type="run.googleapis.com/request_latencies" AND ${RUN}`,
          range: { max: 2000 },
        },
      },
    });
  });

  test("a ratio is two counters of Managed Service for Prometheus, of this service and with these labels", () => {
    const filter = (metric: string) =>
      [
        `metric.type="prometheus.googleapis.com/${metric}/counter"`,
        'resource.type="prometheus_target"',
        'metric.labels.environment="production"',
        'metric.labels.system="shop"',
        'metric.labels.service="backend"',
        'metric.labels.kind="image"',
        'metric.labels.size=monitoring.regex.full_match("small|large")',
        'metric.labels.user!=monitoring.regex.full_match("test-.*")',
      ].join(" AND ");
    const where = { kind: "image", size: { matches: "small|large" }, user: { not: "test-.*" } };
    const indicator = normalizeIndicator({ ...INDICATORS.ratio, where });
    expect(filteredIndicator(service(), indicator)).toEqual({
      total: filter("uploads_total"),
      bad: filter("uploads_failed_total"),
      sli: {
        goodTotalRatio: {
          badServiceFilter: filter("uploads_failed_total"),
          totalServiceFilter: filter("uploads_total"),
        },
      },
    });
  });

  test("a ratio of good events names them, and its bad ones can't be counted by themselves", () => {
    const indicator = normalizeIndicator({ kind: "ratio", good: "done_total", total: "begun_total" });
    const filtered = filteredIndicator(service(), indicator);
    expect(filtered?.bad).toBeUndefined();
    expect(filtered?.sli.goodTotalRatio).toEqual({
      goodServiceFilter: expect.stringContaining("/done_total/counter"),
      totalServiceFilter: filtered?.total,
    });
  });

  test.each(["routeLatency", "health", "queries", "delta", "freshness", "saturation"] as const)(
    "%s has none",
    (kind) => {
      expect(filteredIndicator(service(), normalizeIndicator(INDICATORS[kind]))).toBeUndefined();
    },
  );

  test.each([
    ["availability by route", { ...INDICATORS.availability, by: ["route"] }],
    ["availability of one method", { ...INDICATORS.availability, where: { method: "GET" } }],
    ["a ratio by kind", { ...INDICATORS.ratio, by: ["kind"], labels: ["kind"] }],
  ] as const)(
    "%s has none: Cloud Run knows no such label, and an objective there has one budget",
    (_, indicator) => {
      expect(filteredIndicator(service(), normalizeIndicator(indicator))).toBeUndefined();
    },
  );
});

describe("a bad share in PromQL", () => {
  const ask = (kind: keyof typeof INDICATORS, share = 0.01, seconds = 300) =>
    badShareAbove(service(), normalizeIndicator(INDICATORS[kind]), share, seconds);

  test("of availability is Cloud Run's own count; no series of 5xx is none", () => {
    expect(ask("availability")).toBe(
      `(${requests(',response_code_class="5xx"')} or 0 * ${requests()}) / ${requests()} > 0.01`,
    );
  });

  test("of latency is a percentile above the threshold: Cloud Run's buckets have other edges", () => {
    expect(ask("latency", 0.05)).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(run_googleapis_com:request_latencies_bucket{monitored_resource="cloud_run_revision",service_name="backend"}[5m]))) > 2000',
    );
  });

  test("of health is Cloud Run's own count of attempts, however it writes the probe", () => {
    const probes = (more = "") =>
      `sum (rate(run_googleapis_com:container_completed_probe_attempt_count{monitored_resource="cloud_run_revision",service_name="backend",probe_type=~"(?i)liveness"${more}}[5m]))`;
    expect(ask("health", 0.1)).toBe(
      `(${probes(',is_healthy="false"')} or 0 * ${probes()}) / ${probes()} > 0.1`,
    );
  });

  test("of a route is what the service itself exports", () => {
    const labels = 'environment="production",system="shop",service="backend",route="/chat"';
    const all = `sum (rate(http_request_duration_seconds_count{${labels}}[5m]))`;
    expect(ask("routeLatency")).toBe(
      `(${all} - sum (rate(http_request_duration_seconds_bucket{${labels},le="1.5"}[5m]))) / ${all} > 0.01`,
    );
  });

  test("of time is the share of moments over the limit: a look each minute within an hour, each five beyond", () => {
    const figure =
      '(time() - max (backup_last_success{environment="production",system="shop",service="backend"}))';
    expect(ask("freshness", 0.5, 3600)).toBe(`avg_over_time(((${figure} > -Inf) > bool 93600)[1h:1m]) > 0.5`);
    expect(ask("freshness", 0.5, 21_600)).toBe(
      `avg_over_time(((${figure} > -Inf) > bool 93600)[6h:5m]) > 0.5`,
    );
  });

  test("Cloud Run has a value each minute, so nothing is asked over less than two", () => {
    expect(ask("availability", 0.01, 60)).toContain("[2m]");
    expect(ask("ratio", 0.01, 60)).toContain("[1m]");
  });

  test("every kind, over any range, is PromQL", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(INDICATORS).map(normalizeIndicator)),
        fc.double({ min: 0.0001, max: 0.9999, noNaN: true }),
        fc.integer({ min: 60, max: 259_200 }),
        (indicator, share, seconds) => {
          const countable =
            countsEvents(indicator) && !(indicator.kind === "latency" && measuredByCloudRun(indicator));
          const asked = [
            badShareAbove(service(), indicator, share, seconds),
            unmeasured(service(), indicator),
            ...(countable ? [badAtLeast(service(), indicator, 5, seconds)] : []),
          ];
          expect(asked.map(promqlProblem)).toEqual(asked.map(() => undefined));
        },
      ),
    );
  });
});

test("so many bad events are counted over the same range", () => {
  expect(badAtLeast(service(), normalizeIndicator(INDICATORS.availability), 5, 3600)).toBe(
    `3600 * (${requests(',response_code_class="5xx"', "1h")} or 0 * ${requests("", "1h")}) >= 5`,
  );
});
