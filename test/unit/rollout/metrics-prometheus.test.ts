import { expect, test } from "vitest";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { PrometheusMetrics } from "../../../automation/rollout/metrics/prometheus.ts";
import { PrometheusSource, prometheusAddress } from "../../../automation/status/prometheus.ts";
import {
  CANDIDATE,
  figures,
  planOf,
  type Scripted,
  scriptedPrometheus,
  shopApi,
  sides,
  versions,
} from "./metrics-support.ts";

const SINCE = new Date("2026-03-01T12:00:00Z");
const UNTIL = new Date("2026-03-01T12:01:30Z");

const api = shopApi([
  { name: "availability", indicator: { kind: "availability" }, target: 99.5 },
  { name: "latency", indicator: { kind: "latency", threshold: "500 ms" }, target: 95 },
]);
const gates = gatesOf(
  api,
  planOf({
    gates: ["availability", "latency"],
    thresholds: [{ name: "cpu", limit: { kind: "cpu", under: 80 } }],
  }),
);
const errors = gatesOf(api, planOf({ gates: ["availability"] }));

const metrics = (url: string) => new PrometheusMetrics(new PrometheusSource(prometheusAddress(url)));
const only = { candidate: CANDIDATE, stable: undefined };

/** What is told of availability where this is answered. */
async function told(answer: Scripted, since = SINCE) {
  const { url, asked } = await scriptedPrometheus(() => answer);
  const { readings } = await metrics(url).look(api, errors, only, since, UNTIL);
  return { url, asked, reading: readings[0]?.candidate };
}

test("OS-07 every gate of both versions is asked once, over the step and no more", async () => {
  const { url, asked } = await scriptedPrometheus(({ query }) =>
    query.includes("container_cpu") ? figures(40) : query.includes(CANDIDATE) ? sides(2, 1) : sides(10, 0),
  );
  const { readings } = await metrics(url).look(api, gates, versions, SINCE, UNTIL);
  const candidate = { kind: "events", total: 180, bad: 90 };
  const stable = { kind: "events", total: 900, bad: 0 };
  expect(readings).toEqual([
    { gate: "availability", candidate, stable },
    { gate: "latency", candidate, stable },
    { gate: "cpu", candidate: { kind: "value", value: 40 }, stable: { kind: "value", value: 40 } },
  ]);
  expect(asked).toHaveLength(6);
  expect(new Set(asked.map(({ path, time }) => `${path} ${time}`))).toEqual(
    new Set([`/api/v1/query ${UNTIL.toISOString()}`]),
  );
  expect(
    asked.flatMap(({ query }) => query.match(/\[[^\]]*\]/g) ?? []).filter((range) => range !== "[1m30s]"),
  ).toEqual([]);
});

test("many questions go out a few at a time, and each answer finds its gate", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `m${index}`);
  const many = gatesOf(
    api,
    planOf({
      thresholds: names.map((name) => ({
        name,
        limit: { kind: "query", query: `${name}{{labels}}`, atMost: 1 },
      })),
    }),
  );
  const { url } = await scriptedPrometheus(({ query }) => figures(Number(/^m(\d+)/.exec(query)?.[1])));
  const { readings } = await metrics(url).look(api, many, only, SINCE, UNTIL);
  expect(readings.map(({ gate, candidate }) => [gate, candidate])).toEqual(
    names.map((name, value) => [name, { kind: "value", value }]),
  );
});

test("a histogram without a bucket at the threshold is no answer, not success", async () => {
  const { url } = await scriptedPrometheus(() => sides(5));
  const latency = gatesOf(api, planOf({ gates: ["latency"] }));
  const { readings } = await metrics(url).look(api, latency, only, SINCE, UNTIL);
  expect(readings[0]?.candidate).toEqual({
    kind: "unanswered",
    why: "http_request_duration_seconds has no bucket edge at 0.5 s, so what is slower can't be counted; give the histogram that edge",
  });
});

test("a step that has just begun has nothing, and nobody is asked", async () => {
  const { asked, reading } = await told(sides(5, 0), UNTIL);
  expect(reading).toEqual({ kind: "nothing" });
  expect(asked).toEqual([]);
});

test("an answer that may be a part of the truth is none; a remark on style is not heard", async () => {
  const body = (...warnings: string[]) => ({
    status: 200,
    body: { status: "success", warnings, data: { resultType: "vector", result: sides(2, 0) } },
  });
  const partial = await told(body("PromQL info: metric might not be a counter", "no data from store b"));
  expect(partial.reading).toEqual({
    kind: "unanswered",
    why: `${partial.url} answers with a warning: no data from store b`,
  });
  const styled = await told(body("PromQL info: metric might not be a counter"));
  expect(styled.reading).toEqual({ kind: "events", total: 180, bad: 0 });
});

test("one question that fails is unanswered in its own place, with what helps", async () => {
  const { url } = await scriptedPrometheus(({ query }) =>
    query.includes("container_cpu")
      ? { status: 422, body: { status: "error", error: "query timed out" } }
      : sides(2, 0),
  );
  const { readings } = await metrics(url).look(api, gates, only, SINCE, UNTIL);
  expect(readings.map(({ candidate }) => candidate.kind)).toEqual(["events", "events", "unanswered"]);
  expect(readings[2]?.candidate).toMatchObject({
    why: expect.stringMatching(/ refuses .*query timed out \(422\)$/),
  });
});

test("who isn't there is unanswered, with the ways out", async () => {
  const { url, close } = await scriptedPrometheus(() => []);
  await close();
  const { readings } = await metrics(url).look(api, errors, only, SINCE, UNTIL);
  expect(readings[0]?.candidate).toEqual({
    kind: "unanswered",
    why: `${url} can't be reached: ECONNREFUSED. Name the right one by --prometheus URL or SLIPWAY_PROMETHEUS, without /api/v1; or start one of the sandbox's own: slipway sandbox prometheus start`,
  });
});

test("OS-07 budgets are those that the rules record, the worst of several; nobody's is undefined, as is nobody's answer", async () => {
  const left = (objective: string, value: string) => ({ metric: { objective }, value: [0, value] as const });
  const { url, close, asked } = await scriptedPrometheus(() => [
    left("availability", "0.9"),
    left("availability", "-0.25"),
  ]);
  expect(await metrics(url).budgets(api, UNTIL)).toEqual({ availability: -0.25, latency: undefined });
  expect(asked.map(({ query }) => query)).toEqual([
    'objective:error_budget:remaining{environment="production",system="shop",service="api"}',
  ]);
  await close();
  expect(await metrics(url).budgets(api, UNTIL)).toEqual({ availability: undefined, latency: undefined });
});
