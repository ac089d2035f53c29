import { expect, test } from "vitest";
import { askPrometheus } from "../../../automation/status/answers.ts";
import { askSeries } from "../../../automation/status/series.ts";
import type { Track } from "../../../automation/status/source.ts";
import { PAGE, ScriptedSource, shopFacts } from "./support.ts";

const AT = new Date("2026-03-01T12:00:00Z");
const NOW = AT.getTime() / 1000;
const SHOP = 'environment="production",system="shop"';

test("a status is asked for by two questions for each system and two for each service", async () => {
  const traffic = `sum by (revision) (rate(http_requests_total{${SHOP},service="api"}[5m]))`;
  const p95 = `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${SHOP},service="api"}[5m])))`;
  const left = { labels: { ...PAGE.labels, __name__: "objective:error_budget:remaining" }, value: 0.5 };
  const source = new ScriptedSource({
    samples: {
      [`objective:error_budget:remaining{${SHOP}}`]: [left],
      [traffic]: [{ labels: { revision: "api-1" }, value: 4 }],
      [p95]: [{ labels: {}, value: 0.2 }],
    },
    alerts: [PAGE],
  });
  expect(await askPrometheus(source, [shopFacts()], AT)).toEqual({
    source: { kind: "prometheus", address: "http://prometheus.test" },
    at: "2026-03-01T12:00:00.000Z",
    budgets: [left],
    burns: [],
    traffic: [{ labels: { system: "shop", service: "api", revision: "api-1" }, value: 4 }],
    p95: [{ labels: { system: "shop", service: "api" }, value: 0.2 }],
    alerts: [PAGE],
  });
  expect(source.asked.toSorted()).toEqual(
    [
      p95,
      p95.replace('"api"', '"worker"'),
      `objective:burn_rate:ratio{${SHOP}}`,
      `objective:error_budget:remaining{${SHOP}}`,
      traffic,
      traffic.replace('"api"', '"worker"'),
    ].toSorted(),
  );
});

test("charts are asked for as finely as they can show, and never more often than is scraped", async () => {
  const finest = await askSeries(new ScriptedSource({}), [shopFacts()], AT, 600);
  expect(finest).toMatchObject({ from: NOW - 600, to: NOW, step: 15, column: 15 });
  const source = new ScriptedSource({});
  const week = await askSeries(source, [shopFacts()], AT, 7 * 86_400);
  expect(week).toMatchObject({ step: 2520, column: 12_600 });
  // A rate over less than a step would leave requests out.
  expect(source.asked).toContain(`sum by (code) (rate(http_requests_total{${SHOP},service="api"}[42m]))`);
  expect(source.asked).toContain(
    `sum by (le) (rate(http_request_duration_seconds_bucket{${SHOP},service="api"}[3h30m]))`,
  );
  expect(source.asked).toContain(
    'objective:burn_rate:ratio{environment="production",system="shop",service="worker",objective="orders"}',
  );
});

test("a release is the first moment at which a revision answers; one that answered before the range is none", async () => {
  const track = (revision: string, ...values: readonly number[]): Track => ({
    labels: { revision },
    points: values.map((value, index): [number, number] => [NOW - 600 + 15 * index, value]),
  });
  const source = new ScriptedSource({
    tracks: {
      [`sum by (revision) (rate(http_requests_total{${SHOP},service="api"}[2m]))`]: [
        track("api-3", 0, 0, 0, 0, 0, 1),
        track("api-1", 5, 5, 5, 5, 5, 4),
        track("api-2", 0, 0, 0, 2, 2, 2),
        track("api-4", 0, 0, 0, 0, 0, 0),
      ],
    },
  });
  const { services } = await askSeries(source, [shopFacts()], AT, 600);
  expect(services.map(({ service, releases }) => [service, releases])).toEqual([
    [
      "api",
      [
        { revision: "api-2", at: NOW - 555 },
        { revision: "api-3", at: NOW - 525 },
      ],
    ],
    ["worker", []],
  ]);
});

test("traffic is told apart by the label that the service calls its status code", async () => {
  const facts = shopFacts();
  const [api] = facts.services;
  if (api === undefined) throw new Error("no service");
  const renamed = { ...facts, services: [{ ...api, metrics: { ...api.metrics, code: "status" } }] };
  const query = `sum by (status) (rate(http_requests_total{${SHOP},service="api"}[2m]))`;
  const source = new ScriptedSource({
    tracks: { [query]: [{ labels: { status: "503" }, points: [[NOW, 1]] }] },
  });
  const { services } = await askSeries(source, [renamed], AT, 600);
  expect(services[0]?.traffic).toEqual([{ labels: { code: "503" }, points: [[NOW, 1]] }]);
});
