import { beforeAll, describe, expect, test } from "vitest";
import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import { plan } from "../../../automation/plan/plan.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { systemRules } from "../../../components/alerting/rules.ts";

let systems: ReadonlyMap<string, MonitoringFacts>;
beforeAll(async () => {
  const { resources } = await plan({ root: process.cwd(), stack: "production" });
  systems = new Map(factsOf(resources).map((facts) => [facts.system, facts]));
});

function factsFor(system: string): MonitoringFacts {
  const facts = systems.get(system);
  if (facts === undefined) throw new Error(`there is no ${system}; there are ${[...systems.keys()]}`);
  return facts;
}

/** Each fixed alert: what it is held against, for how long, how bad. */
function listed(system: string): Record<string, string> {
  const names = factsFor(system).alerts.map(({ name }) => name);
  const rules = systemRules(factsFor(system)).flatMap(({ rules }) => rules);
  return Object.fromEntries(
    rules.flatMap((rule) => {
      if (!("alert" in rule) || !names.includes(rule.alert)) return [];
      const limit = /(?:[<>]) [\d.]+(?= or absent|$)/.exec(rule.expr)?.[0];
      return [[rule.alert, `${limit} for ${rule.for ?? "0s"}: ${rule.labels.severity}`]];
    }),
  );
}

describe("fixed alerts are the seeds'", () => {
  test("OS-05 ONESource: four page, three warn", () => {
    expect(listed("onesource")).toEqual({
      SchemaFailuresHigh: "> 0 for 10m: page",
      PersistenceErrorsHigh: "> 0.001 for 15m: page",
      RedisDown: "< 1 for 1m: page",
      HighErrorRate: "> 0.003 for 5m: page",
      SchemaRepairsHigh: "> 0.005 for 1d: warning",
      LatencyDeltaHigh: "> 0.1 for 15m: warning",
      HighLatency: "> 0.05 for 10m: warning",
    });
  });

  test("P8-05 Phase 8: errors page, slowness warns, a broken chain escalates at once, a provider has half an hour", () => {
    expect(listed("phase8")).toEqual({
      HighErrorRate: "> 0.01 for 5m: page",
      HighLatency: "> 0.01 for 5m: warning",
      CostDiscrepancy: "> 0.01 for 0s: warning",
      HashChainBroken: "> 0 for 0s: page",
      ProviderDown: "< 1 for 30m: warning",
      BudgetNotEnforced: "> 0 for 0s: page",
    });
  });

  test("WC-01 WCAG: health, queue over 100, errors over 5 %, drift over 15 %", () => {
    expect(listed("wcag")).toEqual({
      ApiUnhealthy: "< 1 for 5m: page",
      QueueDepthHigh: "> 100 for 5m: page",
      HighErrorRate: "> 0.05 for 5m: page",
      ModelDriftHigh: "> 0.15 for 5m: page",
    });
  });
});

describe("promises are the seeds'", () => {
  const promised = (system: string) =>
    Object.fromEntries(
      factsFor(system).services.flatMap(({ service, objectives }) =>
        objectives.map(({ name, target, thresholdSeconds, limit }) => [
          `${service}/${name}`,
          [target, thresholdSeconds ?? limit].filter((figure) => figure !== undefined),
        ]),
      ),
    );

  test("P8-04 Phase 8: 99.5 % of operations, 99 % within 2 s, each provider", () => {
    expect(promised("phase8")).toEqual({
      "assistant/operations": [99.5],
      "assistant/latency": [99, 2],
      "assistant/providers": [99],
    });
  });

  test("AC-05 ACGS: 99.9 % available, under 1 % errors, P95 under 50 ms, 80 % of hits, CPU under 80 %, memory under 85 %", () => {
    expect(promised("acgs")).toEqual({
      "policy/availability": [99.9],
      "policy/errors": [99],
      "policy/decisions": [95, 0.05],
      "policy/cache": [80],
      "host/cpu": [99, 80],
      "host/memory": [99, 85],
    });
  });
});

test("P8-06 P1 reaches Discord, the page and SMS within 5 min, P2 mail within 15, P3 a ticket within an hour", () => {
  const { channels, levels } = factsFor("phase8").escalation;
  const reached = Object.entries(levels).map(([severity, level]) => [
    severity,
    level.priority,
    level.within,
    level.channels.map((name) => channels[name]?.kind),
  ]);
  expect(reached.sort(([, a], [, b]) => String(a).localeCompare(String(b)))).toEqual([
    ["page", "P1", "5 min", ["discord", "pagerduty", "sms"]],
    ["warning", "P2", "15 min", ["email"]],
    ["ticket", "P3", "1 h", ["tickets"]],
  ]);
});

test("EA-16, OS-05, P8-05 every alert says what, how bad, since when, what first, whose, and where to read on", () => {
  const alerts = [...systems.values()]
    .flatMap(systemRules)
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ("alert" in rule ? [rule] : []));
  expect(alerts.length).toBeGreaterThan(60);
  for (const { annotations, labels } of alerts) {
    expect(annotations.description?.split("\n").map((line) => line.replace(/:.*/, ""))).toEqual([
      "What",
      "How bad",
      "Since when",
      "First",
      expect.stringMatching(/^Whose/),
    ]);
    expect(annotations.description).toMatch(/P[123]: answer within /);
    expect(annotations.runbook_url).toMatch(
      /^https:\/\/.*\/docs\/runbooks\/[a-z0-9]+\/[a-z-]+\.md#[a-z0-9]+$/,
    );
    expect(labels).toMatchObject({ environment: "production", owner: expect.any(String) });
  }
});
