import { expect, test } from "vitest";
import {
  planUptimeCheck,
  planUptimePolicy,
  uptimeFilter,
  uptimeProblems,
} from "../../../components/alerting/cloud/uptime.ts";
import { facts, PROJECT, UPTIME } from "./support.ts";

test("EA-11 a page is asked for from three regions, over TLS whose certificate is good, every 5 minutes", () => {
  expect(planUptimeCheck(facts(), PROJECT, { ...UPTIME, contains: "ok" })).toEqual({
    project: PROJECT,
    displayName: "shop production: api-home",
    period: "300s",
    timeout: "10s",
    selectedRegions: ["USA", "EUROPE", "ASIA_PACIFIC"],
    monitoredResource: { type: "uptime_url", labels: { project_id: PROJECT, host: "api.shop.example" } },
    httpCheck: { path: "/health", port: 443, useSsl: true, validateSsl: true, requestMethod: "GET" },
    contentMatchers: [{ content: "ok", matcher: "CONTAINS_STRING" }],
    userLabels: {
      "managed-by": "slipway",
      environment: "production",
      system: "shop",
      owner: "shop",
    },
  });
  expect(planUptimeCheck(facts(), PROJECT, UPTIME)).not.toHaveProperty("contentMatchers");
});

test("EA-11 somebody is woken when none of 3 checks in a row passed, seen from two places", () => {
  const { name, severity, args } = planUptimePolicy(facts(), PROJECT, UPTIME, uptimeFilter("api-home-1"));
  expect({ name, severity }).toEqual({ name: "api-home", severity: "page" });
  expect(args).toMatchObject({
    displayName: "shop production: UptimeApiHome",
    severity: "CRITICAL",
    conditions: [
      {
        displayName: "api-home failed 3 times in a row",
        conditionThreshold: {
          filter:
            'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="api-home-1"',
          aggregations: [{ alignmentPeriod: "900s", perSeriesAligner: "ALIGN_FRACTION_TRUE" }],
          comparison: "COMPARISON_LT",
          thresholdValue: 0.1666666667,
          trigger: { count: 2 },
          duration: "0s",
        },
      },
    ],
    documentation: {
      subject: "P1 shop (production): UptimeApiHome",
      links: [{ url: "https://runbooks.example.com/shop/service.md#uptimeapihome" }],
    },
  });
});

test("no share of checks that passed lies between none and the threshold, whatever the number in a row", () => {
  for (let failures = 1; failures <= 20; failures++) {
    const { args } = planUptimePolicy(facts(), PROJECT, { ...UPTIME, failures }, "…");
    const [condition] = args.conditions as { conditionThreshold: { thresholdValue: number } }[];
    const { thresholdValue = 0 } = condition?.conditionThreshold ?? {};
    expect(thresholdValue).toBeGreaterThan(0);
    // A window that slides may hold one check more than it is long.
    expect(thresholdValue).toBeLessThan(1 / (failures + 1) + Number.EPSILON);
  }
});

test.each([
  [{}, []],
  [{ failures: 300 }, []],
  [{ name: "API" }, ['uptime["API"]: its name must be lower-case words joined by "-"']],
  [
    { host: "https://api.shop.example" },
    [
      'uptime["api-home"].host: "https://api.shop.example" must be a domain name alone, such as "api.example.com"',
    ],
  ],
  [{ path: "health" }, ['uptime["api-home"].path: "health" must begin with "/"']],
  [{ periodSeconds: 120 }, ['uptime["api-home"].periodSeconds: 120 must be one of 60, 300, 600, 900']],
  [{ contains: "" }, ['uptime["api-home"].contains: 0 characters; use 1 to 1024, or leave it out']],
  [{ failures: 301 }, ['uptime["api-home"].failures: 301 must be a whole number from 1 to 300']],
  [{ failures: 0 }, ['uptime["api-home"].failures: 0 must be a whole number from 1 to 300']],
])("%j", (change, problems) => {
  expect(uptimeProblems({ ...UPTIME, ...change })).toEqual(problems);
});
