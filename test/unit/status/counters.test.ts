import fc from "fast-check";
import { expect, test } from "vitest";
import { answersFromCounters } from "../../../automation/status/counters.ts";
import { readExposition } from "../../../automation/status/exposition.ts";
import { renderStatus } from "../../../automation/status/render.ts";
import { statusOf } from "../../../automation/status/status-of.ts";
import { shopFacts } from "./support.ts";

const SINCE = "2026-03-01T11:58:20.000Z";
const about = { address: "http://127.0.0.1:7000", since: SINCE, at: new Date("2026-03-01T12:00:00Z") };

const own = 'environment="production",system="shop",service="api",revision="api-1"';
const requests = (code: string, route: string, count: number, labels = own) =>
  `http_requests_total{${labels},method="GET",route="${route}",code="${code}"} ${count}\n`;
const bucket = (le: string, count: number) =>
  `http_request_duration_seconds_bucket{le="${le}",${own},route="/pay"} ${count}\n`;

const TEXT = [
  "# HELP http_requests_total Requests that the router answered.\n",
  requests("200", "/pay", 980),
  requests("503", "/pay", 5),
  requests("404", "/cart", 10),
  requests("200", "/cart", 5, own.replace("api-1", "api-2")),
  requests("503", "/pay", 777, own.replace("production", "staging")),
  bucket("0.25", 800),
  bucket("0.5", 970),
  bucket("1", 990),
  bucket("+Inf", 1000),
  `http_request_duration_seconds_count{${own},route="/pay"} 1000\n`,
].join("");

const status = (text: string) =>
  statusOf("sandbox", [shopFacts()], answersFromCounters([shopFacts()], readExposition(text), about));
const api = (text: string) => status(text).systems[0]?.services[0];

test("shares are those of all requests since the cloud started, of this system and environment", () => {
  expect(api(TEXT)?.objectives.map(({ name, state, series }) => [name, state, series])).toEqual([
    // 5 of 1000 failed, and 0.5 % may.
    [
      "availability",
      "kept",
      [{ labels: {}, state: "kept", sharePercent: 99.5, budgetLeftPercent: 0, burns: [] }],
    ],
    ["latency", "kept", [{ labels: {}, state: "kept", sharePercent: 97, budgetLeftPercent: 40, burns: [] }]],
    [
      "routes",
      "kept",
      [
        { labels: { route: "/cart" }, state: "kept", sharePercent: 100, budgetLeftPercent: 100, burns: [] },
        {
          labels: { route: "/pay" },
          state: "kept",
          sharePercent: 99.492386,
          budgetLeftPercent: 49.238579,
          burns: [],
        },
      ],
    ],
  ]);
});

test("requests/s are the average since then, shared by revision; P95 lies within its bucket", () => {
  expect(api(TEXT)).toMatchObject({
    requestsPerSecond: 10,
    // 950 of 1000 lie 150/170 of the way from 0.25 s to 0.5 s.
    p95Seconds: 0.4705882353,
    capacity: { requestsPerSecond: 40, usedPercent: 25 },
    revisions: [
      { revision: "api-1", percent: 99.5 },
      { revision: "api-2", percent: 0.5 },
    ],
  });
});

test("what was never counted is no data: no requests, no bucket at the threshold, no counter", () => {
  const states = (text: string) => api(text)?.objectives.map(({ state }) => state);
  expect(states("")).toEqual(["no data", "no data", "no data"]);
  expect(states(TEXT.replaceAll('le="0.5"', 'le="0.4"'))).toEqual(["kept", "no data", "kept"]);
  expect(states(requests("200", "/pay", 0))).toEqual(["no data", "no data", "no data"]);
  expect(status(TEXT).totals).toMatchObject({ kept: 3, noData: 1 });
});

test("an edge is found however it is written", () => {
  const facts = shopFacts();
  const [service] = facts.services;
  const latency = service?.objectives[1];
  if (service === undefined || latency === undefined) throw new Error("no such objective");
  const at = (thresholdSeconds: number, le: string) => {
    const changed = { ...facts, services: [{ ...service, objectives: [{ ...latency, thresholdSeconds }] }] };
    const samples = readExposition(TEXT.replaceAll('le="0.5"', `le="${le}"`));
    return answersFromCounters([changed], samples, about).budgets.map(({ value }) =>
      Number(value.toFixed(6)),
    );
  };
  expect([at(2, "2"), at(2, "2.0"), at(0.5, "0.5"), at(2, "20")]).toEqual([[0.4], [0.4], [0.4], []]);
});

test("nothing burns, and nobody evaluates alerts, which is said", () => {
  const text = renderStatus(status(TEXT), false, 100);
  expect(text).toContain("nobody evaluates alerts here; 3 of 4 objectives kept; 1 without data\n");
  expect(text).toContain("! Shares and budgets are those of the requests since the local cloud started");
});

test("Prometheus' text is read with its quotes, its times and without what is no number", () => {
  const value = fc.string({ unit: fc.constantFrom(...'a=,{} é\u2028\r\n\\"'), maxLength: 20 });
  fc.assert(
    fc.property(value, fc.integer(), (label, count) => {
      const quoted = label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
      const line = `a_total{x="${quoted}",y="} 7 {"} ${count} 1772366400000`;
      expect(readExposition(`# TYPE a_total counter\n${line}\nb NaN\n`)).toEqual([
        { name: "a_total", labels: { x: label, y: "} 7 {" }, value: count },
      ]);
    }),
  );
});

test("OpenMetrics adds exemplars and fractions of seconds, which are no values", () => {
  const text = [
    'a_bucket{le="1.0"} 17 1772366400.123 # {trace_id="a } b"} 0.67 1772366399.5',
    'b_total 4 # {trace_id="x"} 1',
    'c{x="1"} 2e-3',
    "# EOF",
  ].join("\n");
  expect(readExposition(text)).toEqual([
    { name: "a_bucket", labels: { le: "1.0" }, value: 17 },
    { name: "b_total", labels: {}, value: 4 },
    { name: "c", labels: { x: "1" }, value: 0.002 },
  ]);
});
