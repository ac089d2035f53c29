import { describe, expect, test } from "vitest";
import { serviceDashboard } from "../../../components/dashboards/service-dashboard.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import { ETHIXAI, expressions, measured, ONESOURCE, outline, panelOf, serviceOf, steps } from "./support.ts";

const dashboard = (facts: typeof ETHIXAI, name: string) => serviceDashboard(facts, serviceOf(facts, name));

const objective = (name: string, now = "good now") => [
  `${name}: error budget left`,
  `${name}: burn rate`,
  `${name}: ${now}`,
];
const REQUESTS = [
  "# Requests",
  "Requests by status class",
  "Error share",
  "Requests by route (top 10)",
  "Requests by revision",
  "Saturation",
];
const HEALTH = ["# Health", "Health checks that failed", "Health checks"];

describe("EA-16 a service's dashboard", () => {
  test("shows what the service promises, who asks, how long it takes, and how well it is", () => {
    expect(outline(dashboard(ETHIXAI, "backend"))).toEqual([
      ...["# Alerts", "Firing alerts"],
      ...["# Objectives", ...objective("availability"), ...objective("latency")],
      ...REQUESTS,
      ...["# Latency", "Latency", "Latency percentiles"],
      ...HEALTH,
    ]);
  });

  test("shows each objective's own figure, and percentiles of the routes that promises are about", () => {
    expect(outline(dashboard(ONESOURCE, "backend"))).toEqual([
      ...["# Alerts", "Firing alerts"],
      ...["# Objectives", ...objective("availability"), ...objective("chat-latency")],
      ...[...objective("latency-delta", "now"), ...objective("persistence")],
      ...REQUESTS,
      ...["# Latency", "Latency", "Latency percentiles", "chat-latency: percentiles"],
      ...HEALTH,
    ]);
  });

  test("has no panel of what nobody measures", () => {
    const { annotations } = dashboard(ONESOURCE, "backups");
    expect(outline(dashboard(ONESOURCE, "backups"))).toEqual([
      ...["# Alerts", "Firing alerts"],
      ...["# Objectives", ...objective("freshness", "now"), ...objective("restores")],
    ]);
    expect(annotations).toEqual({ list: [] });
  });

  test("takes from elsewhere what objectives and alerts read, and no more", () => {
    const elsewhere = { runtime: "elsewhere" } as const;
    const promised = (indicator: Parameters<typeof normalizeObjective>[0]["indicator"]) => [
      { name: "promise", indicator, target: 99, owner: "platform" },
    ];
    const sections = (service: ReturnType<typeof measured>) =>
      outline(serviceDashboard({ ...ETHIXAI, services: [service] }, service)).slice(6);
    expect(sections(measured("ethixai", "pages", promised({ kind: "availability" }), elsewhere))).toEqual([
      ...["# Requests", "Requests by status class", "Error share", "Requests by route (top 10)"],
    ]);
    const latency = promised({ kind: "latency", threshold: "1 s" });
    const slow = measured("ethixai", "pages", latency, elsewhere);
    expect(sections(slow)).toEqual([
      ...["# Requests", "Requests by route (top 10)", "# Latency", "Latency", "Latency percentiles"],
    ]);
    expect(
      expressions(
        panelOf(serviceDashboard({ ...ETHIXAI, services: [slow] }, slow), "Requests by route (top 10)"),
      )[0],
    ).toContain("http_request_duration_seconds_count{");
    // The alert ServiceNotReady is about this service's probes, HighErrorRate about its requests.
    expect(
      sections(measured("ethixai", "backend", promised({ kind: "health", probe: "liveness" }), elsewhere)),
    ).toEqual([
      "# Requests",
      "Requests by status class",
      "Error share",
      "Requests by route (top 10)",
      ...HEALTH,
    ]);
  });

  test("draws limits where the promises have them", () => {
    const backend = dashboard(ETHIXAI, "backend");
    expect(steps(panelOf(backend, "availability: error budget left"))).toEqual([
      [null, "dark-red"],
      [0, "red"],
      [0.25, "orange"],
      [0.5, "green"],
    ]);
    expect(steps(panelOf(backend, "availability: burn rate"))).toEqual([
      [null, "green"],
      [1, "orange"],
      [6, "red"],
      [14.4, "red"],
    ]);
    expect(steps(panelOf(backend, "availability: good now"))).toEqual([
      [null, "red"],
      [99.5, "green"],
    ]);
    expect(steps(panelOf(backend, "Latency percentiles"))).toEqual([
      [null, "green"],
      [2, "red"],
    ]);
    expect(steps(panelOf(dashboard(ONESOURCE, "backups"), "freshness: now"))).toEqual([
      [null, "green"],
      [93_600, "red"],
    ]);
    expect(steps(panelOf(dashboard(ONESOURCE, "backend"), "chat-latency: percentiles"))).toEqual([
      [null, "green"],
      [1.5, "red"],
    ]);
  });

  test("holds requests against what all instances bear, and shows the declared peak", () => {
    const saturation = panelOf(dashboard(ETHIXAI, "backend"), "Saturation");
    const labels = '{environment="sandbox",system="ethixai",service="backend"}';
    expect(expressions(saturation)).toEqual([
      `100 * sum(rate(http_requests_total${labels}[5m])) / 195`,
      "vector(25.641)",
    ]);
    expect(steps(saturation)).toEqual([
      [null, "green"],
      [100, "red"],
    ]);
    expect(saturation.description).toContain("what 13 instances bear at 15 a second each: 195 a second");
    const { capacity: _, ...unknown } = serviceOf(ETHIXAI, "backend");
    expect(outline(serviceDashboard(ETHIXAI, unknown))).not.toContain("Saturation");
  });

  test("shows no errors as 0, not as nothing", () => {
    const labels = 'environment="sandbox",system="ethixai",service="backend"';
    const all = `sum (rate(http_requests_total{${labels}}[5m]))`;
    expect(expressions(panelOf(dashboard(ETHIXAI, "backend"), "Error share"))).toEqual([
      `100 * (sum (rate(http_requests_total{${labels},code=~"5.."}[5m])) or 0 * ${all}) / (${all} > 0)`,
    ]);
  });

  test("says of an objective with parts that the worst is shown, and of one without alerts that nobody is told", () => {
    const [first] = ETHIXAI.services;
    const each = normalizeObjective({
      name: "availability",
      indicator: { kind: "availability", by: ["route", "method"] },
      target: 99,
      owner: "platform",
      alerting: { off: "it says the same as another" },
    });
    const service = { ...first, objectives: [each] } as NonNullable<typeof first>;
    const parts = serviceDashboard(ETHIXAI, service);
    expect(panelOf(parts, "availability: burn rate").description).toMatch(
      /Nobody is told \(it says the same as another\)\. Shown is the worst route and method\.$/,
    );
    const now = panelOf(parts, "availability: good now");
    expect(expressions(now)[0]).toMatch(/^bottomk\(10, 100 \* \(1 - /);
    expect(now.targets).toMatchObject([{ legendFormat: "{{route}} {{method}}" }]);
  });

  test("marks each revision that begins to serve", () => {
    const labels = '{environment="sandbox",system="ethixai",service="backend"}';
    const series = `http_requests_total${labels}`;
    const expr = `count by (revision) (${series}) unless count by (revision) (last_over_time(${series}[1h] offset 1m))`;
    expect(dashboard(ETHIXAI, "backend").annotations.list).toMatchObject([
      { name: "Release", enable: true, expr, titleFormat: "{{revision}}", step: "1m", target: { expr } },
    ]);
  });
});
