import { expect, test } from "vitest";
import { prometheusConfig } from "../../../sandbox/prometheus/config.ts";

test("what is scraped, what is evaluated and where alerts go is stated once", () => {
  expect(
    prometheusConfig({
      scrape: [
        { name: "shop", targets: ["127.0.0.1:8080", "127.0.0.1:8081"], path: "/internal/metrics" },
        { name: "cloud", targetsFile: "/state/targets.json" },
      ],
      ruleFiles: ["/state/rules/*.yaml"],
      alertmanagerUrl: "https://alerts.example:9443/manager",
      intervalSeconds: 0.25,
    }),
  ).toEqual({
    global: { scrape_interval: "250ms", scrape_timeout: "250ms", evaluation_interval: "250ms" },
    rule_files: ["/state/rules/*.yaml"],
    scrape_configs: [
      {
        job_name: "shop",
        metrics_path: "/internal/metrics",
        static_configs: [{ targets: ["127.0.0.1:8080", "127.0.0.1:8081"] }],
      },
      {
        job_name: "cloud",
        file_sd_configs: [{ files: ["/state/targets.json"], refresh_interval: "250ms" }],
      },
    ],
    alerting: {
      alertmanagers: [
        {
          scheme: "https",
          path_prefix: "/manager",
          static_configs: [{ targets: ["alerts.example:9443"] }],
        },
      ],
    },
  });
});

test("nothing but the interval is said where nothing is asked for", () => {
  expect(prometheusConfig({})).toEqual({
    global: { scrape_interval: "5000ms", scrape_timeout: "5000ms", evaluation_interval: "5000ms" },
    scrape_configs: [],
  });
});

test.each([0, -1, 0.0001, Number.NaN])("an interval of %d seconds is refused", (intervalSeconds) => {
  expect(() => prometheusConfig({ intervalSeconds })).toThrow(`intervalSeconds is ${intervalSeconds}; `);
});
