import { describe, expect, test } from "vitest";
import type { Gate } from "../../../automation/rollout/gate.ts";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { ScrapeMetrics } from "../../../automation/rollout/metrics/scrape.ts";
import type { Indicator } from "../../../components/objectives/indicator.ts";
import type { Limit } from "../../../components/release/plan.ts";
import { serveInTest } from "../../support/http.ts";
import { CANDIDATE, gateOf, planOf, STABLE, shopApi, versions } from "./metrics-support.ts";

const SINCE = new Date("2026-03-01T12:00:00Z");
const at = (seconds: number) => new Date(SINCE.getTime() + 1000 * seconds);
const api = shopApi([]);

type Labels = Readonly<Record<string, string>>;

/** A line of a version's own series. */
const line = (metric: string, value: number, labels: Labels = {}, revision = CANDIDATE) => {
  const all = { environment: "production", system: "shop", service: "api", revision, ...labels };
  const pairs = Object.entries(all).map(([label, of]) => `${label}="${of}"`);
  return `${metric}{${pairs.join(",")}} ${value}\n`;
};
const requests = (code: string, value: number, revision = CANDIDATE) =>
  line("http_requests_total", value, { method: "GET", route: "/", code }, revision);

/** What is told of gates, page by page, ten seconds apart. */
async function told(gates: readonly Gate[], ...pages: readonly string[]) {
  let page = "";
  const { url } = await serveInTest((_, response) => response.end(page));
  const metrics = new ScrapeMetrics(url, async () => [{ name: "shop", url: `${url}/metrics` }]);
  let last: Awaited<ReturnType<typeof metrics.look>> = { readings: [] };
  for (const [index, next] of pages.entries()) {
    page = next;
    last = await metrics.look(api, gates, versions, SINCE, at(10 * index), last.memory);
  }
  return last.readings;
}

const ofObjective = (indicator: Indicator) =>
  gateOf(shopApi([{ name: "it", indicator, target: 99 }]), { gates: ["it"] });
const ofThreshold = (limit: Limit) => gateOf(api, { thresholds: [{ name: "it", limit }] });
const candidate = async (gate: Gate, ...pages: readonly string[]) =>
  (await told([gate], ...pages))[0]?.candidate;

describe("events", () => {
  const errors = ofThreshold({ kind: "errors", atMost: 1 });

  test("EA-10 of both versions since the step began, each its own", async () => {
    const first = requests("200", 500) + requests("200", 9000, STABLE) + requests("503", 90, STABLE);
    const second = `${requests("200", 590)}${requests("503", 10)}${requests("200", 9900, STABLE)}${requests("503", 95, STABLE)}`;
    expect(await told([errors], first, second)).toEqual([
      {
        gate: "it",
        candidate: { kind: "events", total: 100, bad: 10 },
        stable: { kind: "events", total: 905, bad: 5 },
      },
    ]);
  });

  test("none is nothing, not success: at the first look, without traffic, without a series", async () => {
    const nothing = { kind: "nothing" };
    expect(await candidate(errors, requests("200", 500))).toEqual(nothing);
    expect(await candidate(errors, requests("200", 500), requests("200", 500))).toEqual(nothing);
    expect(await candidate(errors, requests("200", 1, STABLE), requests("200", 2, STABLE))).toEqual(nothing);
  });

  test("EA-10 of a latency: those beyond the threshold's edge, however it is written", async () => {
    const slow = ofThreshold({ kind: "latency", percentile: 95, under: "2 s" });
    const page = (all: number, inTime: number, le: string) =>
      line("http_request_duration_seconds_count", all) +
      line("http_request_duration_seconds_bucket", inTime, { le }) +
      line("http_request_duration_seconds_bucket", all, { le: "+Inf" });
    const expected = { kind: "events", total: 100, bad: 7 };
    expect(await candidate(slow, page(50, 50, "2"), page(150, 143, "2"))).toEqual(expected);
    expect(await candidate(slow, page(50, 50, "2.0"), page(150, 143, "2.0"))).toEqual(expected);
    expect(await candidate(slow, page(50, 50, "2.5"), page(150, 143, "2.5"))).toEqual({
      kind: "unanswered",
      why: "http_request_duration_seconds has no bucket edge at 2 s, so what is slower can't be counted; give the histogram that edge",
    });
  });

  test("OS-07 of two counters of one's own: what was not counted as good is bad", async () => {
    const metric = { good: "sessions_completed_total", total: "sessions_started_total" };
    const gate = gateOf(api, { comparisons: [{ name: "it", metric, worseBy: 5 }] });
    const page = (begun: number, ended: number) =>
      line("sessions_started_total", begun) + line("sessions_completed_total", ended);
    expect(await candidate(gate, page(10, 10), page(40, 34))).toEqual({ kind: "events", total: 30, bad: 6 });
  });
});

describe("figures", () => {
  test("OS-07 a mean is that of the step's own requests", async () => {
    const gate = gateOf(api, {
      comparisons: [{ name: "it", metric: "time_to_first_token_seconds", worseBy: 20 }],
    });
    const page = (sum: number, count: number) =>
      line("time_to_first_token_seconds_sum", sum) + line("time_to_first_token_seconds_count", count);
    expect(await candidate(gate, page(100, 10), page(106, 22))).toEqual({ kind: "value", value: 0.5 });
    expect(await candidate(gate, page(100, 10), page(100, 10))).toEqual({ kind: "nothing" });
  });

  test("OS-04 how much slower one route is than another, by the step's own requests", async () => {
    const gate = ofObjective({ kind: "delta", threshold: "100 ms", route: "/b", against: "/a" });
    const buckets = (route: string, counts: readonly [string, number][]) =>
      counts
        .map(([le, count]) => line("http_request_duration_seconds_bucket", count, { route, le }))
        .join("");
    const page = (extra: number) =>
      buckets("/a", [
        ["0.5", 100 + extra],
        ["1", 100 + extra],
        ["+Inf", 100 + extra],
      ]) +
      buckets("/b", [
        ["0.5", 0],
        ["1", extra],
        ["+Inf", extra],
      ]);
    // 95 % lie below 0.475 s and 0.975 s.
    const reading = await candidate(gate, page(0), page(200));
    expect(reading?.kind === "value" && reading.value).toBeCloseTo(0.5, 9);
    expect(await candidate(gate, page(0), page(0))).toEqual({ kind: "nothing" });
  });

  test("the age of the last success, and the worst of several queues", async () => {
    const age = ofObjective({ kind: "freshness", lastSuccess: "done", maxAge: "1 h" });
    const now = at(0).getTime() / 1000;
    expect(
      await candidate(age, line("done", now - 50, { pod: "a" }) + line("done", now - 70, { pod: "b" })),
    ).toEqual({ kind: "value", value: 50 });
    const depth = ofObjective({
      kind: "saturation",
      used: "depth",
      capacity: "size",
      limit: 90,
      by: ["queue"],
      labels: ["queue"],
    });
    const queue = (name: string, used: number, size: number) =>
      line("depth", used, { queue: name }) + line("size", size, { queue: name });
    expect(await candidate(depth, queue("a", 5, 10) + queue("b", 9, 12) + line("depth", 99))).toEqual({
      kind: "value",
      value: 75,
    });
    expect(await candidate(depth, "")).toEqual({ kind: "nothing" });
  });

  test("EA-10 AC-05 CPU since the step began and memory now, in percent of what the instances have", async () => {
    const gates = gatesOf(
      api,
      planOf({
        thresholds: [
          { name: "cpu", limit: { kind: "cpu", under: 80 } },
          { name: "memory", limit: { kind: "memory", under: 85 } },
        ],
      }),
    );
    const page = (seconds: number) =>
      line("container_cpu_usage_seconds_total", seconds) +
      line("container_spec_cpu_quota", 300_000) +
      line("container_spec_cpu_period", 100_000) +
      line("container_memory_working_set_bytes", 3 * 2 ** 28) +
      line("container_spec_memory_limit_bytes", 2 ** 30);
    // Fifteen seconds of three CPUs within ten.
    expect((await told(gates, page(100), page(115))).map((each) => each.candidate)).toEqual([
      { kind: "value", value: 50 },
      { kind: "value", value: 75 },
    ]);
    expect((await told(gates, page(100))).map((each) => each.candidate.kind)).toEqual(["nothing", "value"]);
    const unlimited = (seconds: number) => line("container_cpu_usage_seconds_total", seconds);
    expect((await told(gates, unlimited(1), unlimited(2))).map((each) => each.candidate.kind)).toEqual([
      "nothing",
      "nothing",
    ]);
  });

  test("PromQL is a Prometheus' to evaluate", async () => {
    const gate = ofThreshold({ kind: "query", query: "max(depth{{labels}})", atMost: 5 });
    expect(await candidate(gate, line("depth", 1))).toEqual({
      kind: "unanswered",
      why: '"max(depth{{labels}})" is PromQL, which only a Prometheus can evaluate; name one by --prometheus URL',
    });
  });
});

describe("an address that gives no metrics leaves every gate unanswered, and what was counted as it was:", () => {
  const gate = ofThreshold({ kind: "errors", atMost: 1 });
  const memory = { kept: true };
  const look = (url: string) =>
    new ScrapeMetrics(url, async () => [{ name: "shop", url }]).look(
      api,
      [gate],
      versions,
      SINCE,
      at(1),
      memory,
    );
  const unanswered = (why: string) => {
    const reading = { kind: "unanswered", why };
    return { readings: [{ gate: "it", candidate: reading, stable: reading }], memory };
  };

  test("nobody is there", async () => {
    const { url, close } = await serveInTest((_, response) => response.end());
    await close();
    expect(await look(url)).toEqual(unanswered(`${url} can't be reached: ECONNREFUSED`));
  });

  test("it says no, or something else", async () => {
    const { url: no } = await serveInTest((_, response) => response.writeHead(503).end("x 1\n"));
    expect(await look(no)).toEqual(unanswered(`${no} answered 503`));
    const { url: else_ } = await serveInTest((_, response) => response.end("<html>Welcome</html>"));
    expect(await look(else_)).toEqual(unanswered(`${else_} gives no metrics of Prometheus' format`));
  });

  test("one of two", async () => {
    const { url } = await serveInTest((_, response) => response.end(requests("200", 1)));
    const { url: gone, close } = await serveInTest((_, response) => response.end());
    await close();
    const metrics = new ScrapeMetrics("two", async () => [
      { name: "a", url },
      { name: "b", url: gone },
    ]);
    expect(await metrics.look(api, [gate], versions, SINCE, at(1), memory)).toEqual(
      unanswered(`${gone} can't be reached: ECONNREFUSED`),
    );
  });
});

test("budgets are what the counters tell since they began, the worst of several; of what nobody counts, nothing is known", async () => {
  const service = shopApi([
    { name: "availability", indicator: { kind: "availability" }, target: 99 },
    { name: "routes", indicator: { kind: "availability", by: ["route"] }, target: 99 },
    {
      name: "repairs",
      indicator: { kind: "ratio", bad: "repairs_total", total: "answers_total" },
      target: 99,
    },
  ]);
  const text =
    requests("200", 1990) +
    requests("503", 10) +
    line("http_requests_total", 495, { route: "/pay", code: "200" }, STABLE) +
    line("http_requests_total", 5, { route: "/pay", code: "500" }, STABLE);
  const { url } = await serveInTest((_, response) => response.end(text));
  const metrics = new ScrapeMetrics(url, async () => [{ name: "shop", url }]);
  const { availability, routes, repairs } = await metrics.budgets(service);
  expect(availability).toBeCloseTo(0.4, 9);
  expect(routes).toBeCloseTo(0, 9);
  expect(repairs).toBeUndefined();
});
