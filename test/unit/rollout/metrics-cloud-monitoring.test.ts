import { describe, expect, test } from "vitest";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { cloudMonitoring, cloudQuestion } from "../../../automation/rollout/metrics/cloud-monitoring.ts";
import { promQuestion, promqlOf } from "../../../automation/rollout/metrics/questions.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import {
  CANDIDATE,
  figures,
  gateOf,
  planOf,
  type Scripted,
  scriptedPrometheus,
  shopApi,
  sides,
  versions,
} from "./metrics-support.ts";

const SINCE = new Date("2026-03-01T12:00:00Z");
const UNTIL = new Date("2026-03-01T12:05:00Z");
const PROJECT = "acme-prod";

const api = shopApi([
  { name: "availability", indicator: { kind: "availability" }, target: 99 },
  { name: "latency", indicator: { kind: "latency", threshold: "2 s" }, target: 95 },
  { name: "chat", indicator: { kind: "latency", threshold: "2 s", route: "/chat" }, target: 95 },
]);
const errors = gatesOf(api, planOf({ gates: ["availability"] }));
const only = { candidate: CANDIDATE, stable: undefined };

const metrics = (base: string, token = async () => "ya29.secret") =>
  cloudMonitoring(PROJECT, { base, token });

/** Distribution buckets, in milliseconds. */
const buckets = (...counts: readonly (readonly [string, number])[]): Scripted =>
  counts.map(([le, count]) => ({ metric: { le }, value: [0, String(count)] }));

describe("what Cloud Monitoring is asked", () => {
  const asked = (measures: Partial<ReleasePlan>, service = api) => {
    const promql = promqlOf(cloudQuestion(service, gateOf(service, measures), "api-2", 300));
    expect(promqlProblem(promql)).toBeUndefined();
    return promql;
  };
  const own = (metric: string, more = "") =>
    `(rate(run_googleapis_com:${metric}{monitored_resource="cloud_run_revision",service_name="api",revision_name="api-2"${more}}[5m]))`;
  const limit = (name: "cpu" | "memory") => ({ thresholds: [{ name, limit: { kind: name, under: 80 } }] });

  test("EA-10 errors of one revision, by Cloud Run's own count", () => {
    const total = `sum ${own("request_count")}`;
    const bad = `sum ${own("request_count", ',response_code_class="5xx"')}`;
    expect(asked({ gates: ["availability"] })).toBe(
      `label_replace(${total}, "slipway_side", "total", "", "") or label_replace((${bad} or 0 * ${total}), "slipway_side", "bad", "", "")`,
    );
  });

  test("EA-10 latency, by its own histogram; CPU and memory, by its own use; the mean in seconds", () => {
    expect(asked({ gates: ["latency"] })).toBe(`sum by (le) ${own("request_latencies_bucket")}`);
    expect(asked(limit("cpu"))).toBe(
      `100 * sum ${own("container_cpu_utilizations_sum")} / sum ${own("container_cpu_utilizations_count")}`,
    );
    expect(asked(limit("memory"))).toBe(
      `100 * sum ${own("container_memory_utilizations_sum")} / sum ${own("container_memory_utilizations_count")}`,
    );
    expect(asked({ thresholds: [{ name: "it", limit: { kind: "mean-latency", under: "2 s" } }] })).toBe(
      `sum ${own("request_latencies_sum")} / sum ${own("request_latencies_count")} / 1000`,
    );
  });

  test("what Cloud Run doesn't measure, and what doesn't run there, as Managed Prometheus has it", () => {
    const pods = { ...api, runtime: "kubernetes" } as const;
    const same = (service: typeof api, measures: Partial<ReleasePlan>) => {
      const gate = gateOf(service, measures);
      expect(cloudQuestion(service, gate, "api-2", 300)).toEqual(promQuestion(service, gate, "api-2", 300));
    };
    same(api, { comparisons: [{ name: "it", metric: "time_to_first_token_seconds", worseBy: 20 }] });
    same(pods, { gates: ["availability"] });
    same(pods, limit("cpu"));
    expect(asked({ gates: ["chat"] })).toContain(
      'http_request_duration_seconds_bucket{environment="production",system="shop",service="api",route="/chat",le=~"2(\\\\.0)?",revision="api-2"}[5m]',
    );
  });
});

test("EA-10 each version is asked with a token, at the project's own address", async () => {
  const { url, asked } = await scriptedPrometheus(({ query, authorization }) => {
    if (authorization !== "Bearer ya29.secret") return { status: 401, body: "" };
    if (query.includes("latencies")) return buckets(["1000", 6], ["2000", 9], ["4000", 10], ["+Inf", 10]);
    return query.includes("utilizations") ? figures(35) : sides(10, 1);
  });
  const gates = gatesOf(
    api,
    planOf({
      gates: ["availability", "latency"],
      thresholds: [{ name: "cpu", limit: { kind: "cpu", under: 80 } }],
    }),
  );
  const { readings } = await metrics(url).look(api, gates, versions, SINCE, UNTIL, undefined);
  const count = { kind: "events", total: 3000, bad: 300 };
  expect(readings).toEqual([
    { gate: "availability", candidate: count, stable: count },
    { gate: "latency", candidate: count, stable: count },
    { gate: "cpu", candidate: { kind: "value", value: 35 }, stable: { kind: "value", value: 35 } },
  ]);
  expect(new Set(asked.map(({ path }) => path))).toEqual(
    new Set([`/v1/projects/${PROJECT}/location/global/prometheus/api/v1/query`]),
  );
});

test("before two of Cloud Run's minutes are over there is nothing, and nobody is asked", async () => {
  const { url, asked } = await scriptedPrometheus(() => sides(10, 0));
  const look = (until: string) => metrics(url).look(api, errors, only, SINCE, new Date(until), undefined);
  expect((await look("2026-03-01T12:01:59Z")).readings[0]?.candidate).toEqual({ kind: "nothing" });
  expect(asked).toEqual([]);
  expect((await look("2026-03-01T12:02:00Z")).readings[0]?.candidate).toMatchObject({ total: 1200 });
});

describe("no answer is none, with what helps:", () => {
  const why = async (answer: Scripted, token?: () => Promise<string>) => {
    const { url } = await scriptedPrometheus(() => answer);
    const { readings } = await metrics(url, token).look(api, errors, only, SINCE, UNTIL, undefined);
    const reading = readings[0]?.candidate;
    if (reading?.kind !== "unanswered") throw new Error(`it is ${reading?.kind}`);
    return reading.why.replace(url, "GOOGLE");
  };
  const google = (code: number, message: string, status: string): Scripted => ({
    status: code,
    body: { error: { code, message, status } },
  });
  const at = `GOOGLE/v1/projects/${PROJECT}/location/global/prometheus`;
  const role =
    ". Whoever asks needs roles/monitoring.viewer in the project acme-prod; as a person: gcloud auth application-default login";

  test.each([
    [401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"],
    [403, "Permission monitoring.timeSeries.list denied", "PERMISSION_DENIED"],
  ])("%s names the role", async (code, message, status) => {
    const text = await why(google(code, message, status));
    expect(text).toBe(`${at} does not take the token that it was given (${code}): ${message}${role}`);
    expect(text).not.toContain("ya29");
  });

  test.each([
    [429, "Quota exceeded", "RESOURCE_EXHAUSTED"],
    [500, "Internal error", "INTERNAL"],
  ])("%s is asked again", async (code, message, status) => {
    expect(await why(google(code, message, status))).toBe(
      `${at} can't answer now (${code}): ${message}. It is asked again at the next look`,
    );
  });

  test("another refusal is quoted", async () => {
    expect(await why(google(400, "no such function", "INVALID_ARGUMENT"))).toMatch(
      / refuses label_replace\(.*\(400\): no such function$/,
    );
  });

  test("no credentials", async () => {
    const nobody = async () => {
      throw new Error("Could not load the default credentials");
    };
    expect(await why([], nobody)).toBe("Could not load the default credentials");
  });
});

test("OS-07 budgets are reckoned from each window's events; of what nobody counted nothing is known", async () => {
  const { url, asked } = await scriptedPrometheus(({ query }) =>
    query.includes("request_latencies")
      ? buckets(["2000", 98], ["+Inf", 100])
      : query.includes("/chat")
        ? []
        : sides(1000, 4),
  );
  const left = await metrics(url).budgets(api, UNTIL);
  expect(left.availability).toBeCloseTo(0.6, 9);
  expect(left.latency).toBeCloseTo(0.6, 9);
  expect(left.chat).toBeUndefined();
  expect(asked.every(({ query }) => query.includes("[30d]") && !query.includes("revision_name"))).toBe(true);
});
