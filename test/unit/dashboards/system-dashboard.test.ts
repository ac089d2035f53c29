import { describe, expect, test } from "vitest";
import { systemDashboard } from "../../../components/dashboards/system-dashboard.ts";
import { ETHIXAI, expressions, ONESOURCE, outline, panelOf, steps } from "./support.ts";

const promised = (service: string) => [
  `${service}: error budgets left`,
  `${service}: burn rates now`,
  `${service}: firing alerts`,
];

describe("EA-16 a system's dashboard", () => {
  test("shows every service at a glance, and each fixed alert that has a limit", () => {
    expect(outline(systemDashboard(ETHIXAI))).toEqual([
      ...["# Firing", "Firing alerts"],
      ...["# backend", ...promised("backend"), "backend: requests"],
      ...["# ai-core", ...promised("ai-core"), "ai-core: requests"],
      ...["# Alerts", "ServiceNotReady", "HighErrorRate"],
    ]);
    expect(outline(systemDashboard(ONESOURCE))).toEqual([
      ...["# Firing", "Firing alerts"],
      ...["# backend", ...promised("backend"), "backend: requests"],
      ...["# frontend", ...promised("frontend"), "frontend: requests"],
      ...["# backups", ...promised("backups")],
      ...["# Alerts", "SchemaFailuresHigh", "RedisDown", "LatencyDeltaHigh"],
    ]);
  });

  test("shows only what fires of a service that promises nothing", () => {
    const [backend] = ETHIXAI.services;
    const idle = { ...backend, objectives: [], runtime: "elsewhere" } as NonNullable<typeof backend>;
    expect(outline(systemDashboard({ ...ETHIXAI, services: [idle], alerts: [] })).slice(2)).toEqual([
      "# backend",
      "backend: firing alerts",
    ]);
  });

  test("colours an alert's figure by its limit, on the side where that lies", () => {
    const onesource = systemDashboard(ONESOURCE);
    expect(steps(panelOf(systemDashboard(ETHIXAI), "HighErrorRate"))).toEqual([
      [null, "green"],
      [0.01, "red"],
    ]);
    expect(steps(panelOf(onesource, "RedisDown"))).toEqual([
      [null, "red"],
      [1, "green"],
    ]);
    expect(steps(panelOf(onesource, "LatencyDeltaHigh"))).toEqual([
      [null, "green"],
      [0.1, "red"],
    ]);
  });

  test("asks for the value that is nearest to the limit; a count that nobody began is 0", () => {
    const onesource = systemDashboard(ONESOURCE);
    expect(expressions(panelOf(onesource, "RedisDown"))).toEqual([
      'min(min (redis_up{environment="sandbox",system="onesource"}))',
    ]);
    const backend = '{environment="sandbox",system="onesource",service="backend"}';
    expect(expressions(panelOf(onesource, "SchemaFailuresHigh"))).toEqual([
      `max(sum (increase(schema_failures_total${backend}[10m]))) or vector(0)`,
    ]);
  });

  test("says in words what an alert's colours mean", () => {
    const text = (facts: typeof ETHIXAI, name: string) => panelOf(systemDashboard(facts), name).description;
    expect(text(ETHIXAI, "ServiceNotReady")).toBe(
      "It is wrong. Users see it. Red: above 10 %; a page follows where that lasts 2m. First: Look for a release.",
    );
    expect(text(ETHIXAI, "HighErrorRate")).toContain("Red: above 1 %; a page follows at once.");
    expect(text(ONESOURCE, "RedisDown")).toContain("Red: below 1; a page follows where that lasts 1m.");
    expect(text(ONESOURCE, "LatencyDeltaHigh")).toContain("Red: above 0.1 s; a warning follows");
  });

  test("reads each objective's burn over the shortest window that is recorded of it", () => {
    const burn = (objective: string, window: string) =>
      `max by (objective) (objective:burn_rate:ratio{environment="sandbox",system="onesource",service="backups",objective=~"${objective}",window="${window}"})`;
    expect(expressions(panelOf(systemDashboard(ONESOURCE), "backups: burn rates now"))).toEqual([
      burn("freshness", "5m"),
      burn("restores", "15m"),
    ]);
  });

  test("leads to its services' dashboards, and they lead back", () => {
    const onesource = systemDashboard(ONESOURCE);
    const url = "/d/slipway-onesource_frontend-sandbox";
    expect(onesource.links).toMatchObject([
      { title: "backend", url: "/d/slipway-onesource_backend-sandbox", keepTime: true },
      { title: "frontend", url },
      { title: "backups", url: "/d/slipway-onesource_backups-sandbox" },
    ]);
    expect(onesource.links?.filter((link) => "placement" in link)).toEqual([]);
    expect(panelOf(onesource, "frontend: requests").links).toMatchObject([{ title: "frontend", url }]);
  });
});
