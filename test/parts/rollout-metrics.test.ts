import { expect, onTestFinished, test } from "vitest";
import type { Reading } from "../../automation/rollout/gate.ts";
import { gatesOf } from "../../automation/rollout/gates.ts";
import { PrometheusMetrics } from "../../automation/rollout/metrics/prometheus.ts";
import { PrometheusSource, prometheusAddress } from "../../automation/status/prometheus.ts";
import { startPrometheus } from "../../sandbox/prometheus/run.ts";
import { serveInTest } from "../support/http.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";
import { temporaryFolder } from "../unit/engine/support.ts";
import { planOf, shopApi } from "../unit/rollout/metrics-support.ts";

const api = shopApi([
  { name: "availability", indicator: { kind: "availability" }, target: 99 },
  { name: "latency", indicator: { kind: "latency", threshold: "500 ms" }, target: 95 },
  { name: "no-edge", indicator: { kind: "latency", threshold: "700 ms" }, target: 95 },
]);
const gates = gatesOf(
  api,
  planOf({
    gates: ["availability", "latency", "no-edge"],
    thresholds: [
      { name: "cpu", limit: { kind: "cpu", under: 80 } },
      { name: "memory", limit: { kind: "memory", under: 85 } },
      { name: "mean", limit: { kind: "mean-latency", under: "1 s" } },
      { name: "depth", limit: { kind: "query", query: "max(depth{{labels}})", atMost: 5 } },
    ],
  }),
);

/** A revision's metrics after so many rounds: 20 requests each, one CPU used by half of two. */
function exposed(revision: string, rounds: number, failing: number, slow: number): string {
  const own = `environment="production",system="shop",service="api",revision="${revision}"`;
  const all = 20 * rounds;
  const duration = "http_request_duration_seconds";
  return [
    `http_requests_total{${own},route="/",code="200"} ${1000 + all - failing * rounds}`,
    `http_requests_total{${own},route="/",code="503"} ${1000 + failing * rounds}`,
    `${duration}_bucket{${own},route="/",le="0.5"} ${1000 + all - slow * rounds}`,
    `${duration}_bucket{${own},route="/",le="+Inf"} ${1000 + all}`,
    `${duration}_count{${own},route="/"} ${1000 + all}`,
    `${duration}_sum{${own},route="/"} ${77 + 0.25 * all}`,
    `container_cpu_usage_seconds_total{${own}} ${rounds / 5}`,
    `container_spec_cpu_quota{${own}} 200000`,
    `container_spec_cpu_period{${own}} 100000`,
    `container_memory_working_set_bytes{${own}} 300`,
    `container_spec_memory_limit_bytes{${own}} 400`,
    `depth{${own}} 3`,
  ].join("\n");
}

describeWithPrometheus("a release measured by Prometheus", () => {
  test("OS-07 EA-10 a good and a bad revision are each counted right, and what isn't there is never success", {
    timeout: 120_000,
  }, async () => {
    // A round each fifth of a second.
    let began = Number.POSITIVE_INFINITY;
    const rounds = () => Math.max(0, Math.floor((Date.now() - began) / 200));
    const { host } = await serveInTest((_, response) => {
      const now = rounds();
      response.end(
        `${exposed("good", now, 0, 1)}\n${exposed("bad", now, 5, 10)}\n${exposed("idle", 0, 0, 0)}\n`,
      );
    });
    const prometheus = await startPrometheus({
      folder: await temporaryFolder(),
      scrape: [{ name: "exporter", targets: [host] }],
      intervalSeconds: 0.5,
      endsWith: process.pid,
    });
    onTestFinished(() => prometheus.stop());
    const source = new PrometheusSource(prometheusAddress(prometheus.url));
    const metrics = new PrometheusMetrics(source);
    await until(
      () => source.query("depth", new Date()),
      (samples) => samples.length === 3,
    );
    const since = new Date();
    began = since.getTime();
    const look = async (candidate: string, stable?: string) => {
      const { readings } = await metrics.look(api, gates, { candidate, stable }, since, new Date());
      return new Map(readings.map((each) => [each.gate, each]));
    };
    const enough = (reading: Reading | undefined) => reading?.kind === "events" && reading.total > 600;
    const bad = await until(
      () => look("bad", "good"),
      (readings) => enough(readings.get("availability")?.candidate),
      500,
    );

    // A hundred in a second; a scrape may be a second old, and one of them is the first.
    const most = 20 * (rounds() + 5);
    const shares = { availability: [0.25, 0], latency: [0.5, 0.05] } as const;
    for (const [gate, [ofBad, ofGood]] of Object.entries(shares)) {
      const { candidate, stable } = bad.get(gate) ?? {};
      if (candidate?.kind !== "events" || stable?.kind !== "events")
        throw new Error(`${gate} is not counted`);
      expect(candidate.total).toBeGreaterThan(most / 2);
      expect(candidate.total).toBeLessThan(1.2 * most);
      expect(stable.total).toBeCloseTo(candidate.total, 6);
      expect(candidate.bad / candidate.total).toBeCloseTo(ofBad, 6);
      expect(stable.bad / stable.total).toBeCloseTo(ofGood, 6);
    }
    expect(bad.get("no-edge")?.candidate).toMatchObject({
      kind: "unanswered",
      why: expect.stringContaining("has no bucket edge at 0.7 s"),
    });
    // One CPU of two.
    const figure = (gate: string) => {
      const reading = bad.get(gate)?.candidate;
      return reading?.kind === "value" ? reading.value : undefined;
    };
    expect(figure("cpu")).toBeGreaterThan(30);
    expect(figure("cpu")).toBeLessThan(70);
    expect(figure("memory")).toBe(75);
    expect(figure("mean")).toBeCloseTo(0.25, 6);
    expect(figure("depth")).toBe(3);

    const idle = await look("idle");
    expect(idle.get("availability")).toEqual({ gate: "availability", candidate: { kind: "nothing" } });
    const unheard = await look("unheard-of");
    expect([...unheard.values()].map(({ candidate }) => candidate)).toEqual(
      gates.map(() => ({ kind: "nothing" })),
    );

    await prometheus.stop();
    const gone = await look("good");
    expect([...gone.values()].map(({ candidate }) => candidate)).toEqual(
      gates.map(() => ({
        kind: "unanswered",
        why: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:\d+ can't be reached: ECONNREFUSED\. Name the right one/,
        ),
      })),
    );
  });
});
