import { describe, expect, test } from "vitest";
import { type Indicator, normalizeIndicator } from "../../../components/objectives/indicator.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";
import { promiseText } from "../../../components/objectives/promise.ts";
import { indicatorQueries } from "../../../components/objectives/queries.ts";

const api: MeasuredService = {
  environment: "production",
  system: "shop",
  service: "api",
  runtime: "kubernetes",
  metrics: METRICS,
  objectives: [],
};
const OWN = 'environment="production",system="shop",service="api"';

/** A counter's rate over five minutes, summed up. */
const rate = (metric: string, more = "", by = "") =>
  `sum ${by === "" ? "" : `by (${by}) `}(rate(${metric}{${OWN}${more}}[5m]))`;

function asked(indicator: Indicator, service = api) {
  const queries = indicatorQueries(service, normalizeIndicator(indicator));
  return queries.unit === "events"
    ? { bad: queries.bad("5m"), total: queries.total("5m") }
    : { value: queries.value("5m"), limit: queries.limit };
}

function promised(indicator: Indicator, more: Partial<Objective> = {}): string {
  return promiseText(normalizeObjective({ name: "it", indicator, target: 99, owner: "shop", ...more }));
}

describe("what Prometheus is asked", () => {
  test("OS-04 availability: answers that are server errors, none of which is none", () => {
    const total = rate("http_requests_total");
    expect(asked({ kind: "availability" })).toEqual({
      bad: `(${rate("http_requests_total", ',code=~"5.."')} or 0 * ${total})`,
      total,
    });
  });

  test("OS-04 availability: by a label, of chosen series, under the service's own names", () => {
    const total = rate("requests", ',method="GET"', "route");
    const metrics = { ...METRICS, requests: "requests", code: "status" };
    expect(
      asked({ kind: "availability", by: ["route"], where: { method: "GET" } }, { ...api, metrics }),
    ).toEqual({
      bad: `(${rate("requests", ',method="GET",status=~"5.."', "route")} or 0 * ${total})`,
      total,
    });
  });

  test("OS-04 latency: requests that are not in the threshold's bucket; without that bucket nothing is known", () => {
    const route = ',route="/chat"';
    const total = rate("http_request_duration_seconds_count", route);
    expect(asked({ kind: "latency", threshold: "1500 ms", route: "/chat" })).toEqual({
      bad: `(${total} - ${rate("http_request_duration_seconds_bucket", `${route},le="1.5"`)})`,
      total,
    });
    // An edge at whole seconds is written `2` or `2.0`.
    expect(asked({ kind: "latency", threshold: "2 s" }).bad).toContain('le=~"2(\\\\.0)?"');
  });

  test("OS-04 health: answers to one probe that are not a success", () => {
    const total = rate("health_check_total", ',endpoint="liveness"');
    expect(asked({ kind: "health", probe: "liveness" })).toEqual({
      bad: `(${rate("health_check_total", ',endpoint="liveness",status!~"success"')} or 0 * ${total})`,
      total,
    });
  });

  test("OS-04 ratio: counted as bad, or as good", () => {
    const [some, total] = [rate("some_total"), rate("all_total")];
    expect(asked({ kind: "ratio", bad: "some_total", total: "all_total" })).toEqual({
      bad: `(${some} or 0 * ${total})`,
      total,
    });
    expect(asked({ kind: "ratio", good: "some_total", total: "all_total" })).toEqual({
      bad: `(${total} - (${some} or 0 * ${total}))`,
      total,
    });
  });

  test("OS-04 queries: as they stand, with the range in its place", () => {
    expect(asked({ kind: "queries", bad: "sum(rate(a[$window]))", total: "sum(rate(b[$window]))" })).toEqual({
      bad: "((sum(rate(a[5m]))) or 0 * (sum(rate(b[5m]))))",
      total: "(sum(rate(b[5m])))",
    });
  });

  test("OS-04 delta: one route's quantile less another's", () => {
    const quantile = (route: string) =>
      `histogram_quantile(0.95, ${rate("http_request_duration_seconds_bucket", `,route="${route}"`, "le")})`;
    expect(asked({ kind: "delta", threshold: "100 ms", route: "/x", against: "/y" })).toEqual({
      value: `(${quantile("/x")} - ${quantile("/y")})`,
      limit: 0.1,
    });
  });

  test("AC-05 freshness and saturation: an age in seconds, a use in percent", () => {
    expect(asked({ kind: "freshness", lastSuccess: "backup_time", maxAge: "26 h" })).toEqual({
      value: `(time() - max (backup_time{${OWN}}))`,
      limit: 93_600,
    });
    expect(
      asked({ kind: "saturation", used: "depth", capacity: "size", limit: 90, aggregate: "sum" }),
    ).toEqual({
      value: `(100 * sum (depth{${OWN}}) / sum (size{${OWN}}))`,
      limit: 90,
    });
    expect(asked({ kind: "saturation", used: "max(x)", capacity: 50, limit: 90 }).value).toBe(
      "(100 * (max(x)) / 50)",
    );
  });

  test("OS-07 one revision alone, for a release's gates", () => {
    const queries = indicatorQueries(api, { kind: "availability" });
    expect(queries.unit === "events" && queries.total("1m", { revision: "r2" })).toBe(
      `sum (rate(http_requests_total{${OWN},revision="r2"}[1m]))`,
    );
  });
});

describe("what is promised, in words", () => {
  test.each<[string, Indicator]>([
    ["99 % of requests answered without a server error, over 30 days", { kind: "availability" }],
    [
      "99 % of requests to /chat under 1.5 s, over 30 days",
      { kind: "latency", threshold: "1500 ms", route: "/chat" },
    ],
    ["99 % of requests under 50 ms, over 30 days", { kind: "latency", threshold: "50 ms" }],
    ["99 % of liveness probes answered well, over 30 days", { kind: "health", probe: "liveness" }],
    ["99 % of b without a, over 30 days", { kind: "ratio", bad: "a", total: "b" }],
    ["99 % of b counted by a, over 30 days", { kind: "ratio", good: "a", total: "b" }],
    [
      "99 % of requests to /x no more than 100 ms slower than to /y, over 30 days",
      { kind: "delta", threshold: "100 ms", route: "/x", against: "/y" },
    ],
    [
      "99 % of the time with backup_time no older than 26 h, over 30 days",
      { kind: "freshness", lastSuccess: "backup_time", maxAge: "26 h" },
    ],
    [
      "99 % of the time with depth at most 90 % of 100, over 30 days",
      { kind: "saturation", used: "depth", capacity: 100, limit: 90 },
    ],
  ])("OS-04 %s", (text, indicator) => {
    expect(promised(indicator)).toBe(text);
  });

  test("OS-04 with what is chosen, what is told apart, and the window", () => {
    const where = { method: "GET", code: { matches: "2.." }, route: { not: "/x" } };
    expect(
      promised({ kind: "availability", where, by: ["route", "code"] }, { window: "calendar month" }),
    ).toBe(
      "99 % of requests answered without a server error (method GET, code like 2.., route not like /x), for each route and code, over each calendar month",
    );
    expect(promised({ kind: "availability" }, { window: "1 days" })).toContain("over 1 day");
  });
});
