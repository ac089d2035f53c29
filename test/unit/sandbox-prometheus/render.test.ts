import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { type PrometheusStatus, renderPrometheus } from "../../../automation/sandbox/prometheus-render.ts";

const plain = createColors(false);

const running: PrometheusStatus & { running: true } = {
  running: true,
  url: "http://127.0.0.1:20001",
  pid: 42,
  startedAt: "2026-01-02T03:04:05.000Z",
  rulesFolder: "/checkout/rules",
  targets: [],
  rules: [],
  alerts: [],
};

test("what is not there is named with the command that brings it", () => {
  expect(renderPrometheus({ running: false }, plain)).toBe(
    "The sandbox has no Prometheus that runs.\nStart it with `slipway sandbox prometheus start`.",
  );
  expect(renderPrometheus(running, plain)).toBe(
    [
      "The sandbox's Prometheus runs: http://127.0.0.1:20001 (process 42, since 2026-01-02T03:04:05.000Z)",
      "Scrapes:   nothing yet: the local cloud is found within seconds, if it runs; `slipway sandbox start` starts it",
      "Rules:     0 in /checkout/rules",
      "Alerts:    none",
      "Ask it:    curl --get http://127.0.0.1:20001/api/v1/query --data-urlencode 'query=up'",
    ].join("\n"),
  );
});

test("targets, rules that fail and alerts are told one by one", () => {
  const target = { job: "local-cloud", instance: "a", url: "http://127.0.0.1:1/metrics" };
  const rule = { group: "shop", type: "recording", query: "x" } as const;
  const activeAt = "2026-01-02T03:04:05Z";
  const lines = renderPrometheus(
    {
      ...running,
      targets: [
        { ...target, health: "up", lastError: "" },
        { ...target, health: "down", lastError: "connection refused" },
        { ...target, health: "unknown", lastError: "" },
      ],
      rules: [
        { ...rule, name: "good", health: "ok", lastError: "" },
        { ...rule, name: "bad", health: "err", lastError: "many-to-many matching" },
      ],
      alerts: [
        { labels: { alertname: "Full", queue: "mail" }, annotations: {}, state: "firing", activeAt },
        { labels: { alertname: "Slow" }, annotations: {}, state: "pending", activeAt },
      ],
    },
    plain,
  ).split("\n");
  expect(lines.slice(1, -1)).toEqual([
    "Scrapes:   local-cloud at http://127.0.0.1:1/metrics: up",
    "           local-cloud at http://127.0.0.1:1/metrics: down (connection refused)",
    "           local-cloud at http://127.0.0.1:1/metrics: not yet",
    "Rules:     2 in /checkout/rules",
    "           shop/bad fails: many-to-many matching",
    'Alerts:    Full fires: queue="mail"',
    "           Slow is pending",
  ]);
});
