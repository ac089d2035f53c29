import { expect, test } from "vitest";
import { gatesText } from "../../../automation/rollout/gate-text.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { planOf, shopApi } from "./metrics-support.ts";

const OBJECTIVES = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.5 },
  { name: "load", indicator: { kind: "saturation", used: "depth", capacity: 50, limit: 90 }, target: 99 },
  {
    name: "own",
    indicator: { kind: "queries", bad: "rate(a[$window])", total: "rate(b[$window])" },
    target: 99,
  },
] as const;

const written = (service: ReturnType<typeof shopApi>) => JSON.parse(gatesText([service]));

test("OS-07 a plan's gates are written for whoever judges by himself: queries, limits, and what to compare", () => {
  const release = planOf({
    gates: ["availability"],
    thresholds: [{ name: "errors", limit: { kind: "errors", atMost: 1 }, settled: 0.5 }],
    comparisons: [
      { name: "first-token", metric: "time_to_first_token_seconds", worseBy: 20, noData: "skip" },
    ],
  });
  const [{ service, gates }] = written(shopApi(OBJECTIVES, { release }));
  expect(service).toBe("api");
  const own = 'environment="production",system="shop",service="api",revision="$revision"';
  expect(gates[0]).toMatchObject({
    name: "availability",
    title: "99.5 % of requests answered without a server error",
    unit: "share",
    limit: 0.005,
    total: `sum (rate(http_requests_total{${own}}[$range]))`,
  });
  expect(gates[1]).toMatchObject({ name: "errors", limit: 0.01, settled: 0.005 });
  expect(gates[2]).toEqual({
    name: "first-token",
    title: "time_to_first_token_seconds, on average, at most 20 % above the stable version's",
    unit: "value",
    badWhen: "above",
    worseThan: 1.2,
    noData: "skip",
    value: `sum (rate(time_to_first_token_seconds_sum{${own}}[$range])) / sum (rate(time_to_first_token_seconds_count{${own}}[$range]))`,
  });
});

test("a service without a plan has those of its objectives that can be asked of one revision", () => {
  const [{ gates }] = written(shopApi(OBJECTIVES));
  expect(gates.map(({ name, unit, limit }: Record<string, unknown>) => [name, unit, limit])).toEqual([
    ["availability", "share", 0.005],
    ["load", "value", 90],
  ]);
  const queries = gates.flatMap(({ total, bad, value }: Record<string, string>) => [total, bad, value]);
  for (const query of queries.filter((each: string | undefined) => each !== undefined)) {
    expect(promqlProblem(query.replaceAll("$range", "5m"))).toBeUndefined();
  }
  expect(gatesText([shopApi([])])).toBe("[]\n");
});
