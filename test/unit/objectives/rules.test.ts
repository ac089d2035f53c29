import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAlerting } from "../../../components/alerting/rule.ts";
import { systemRules } from "../../../components/alerting/rules.ts";
import { burnAlertName, unmeasuredAlertName } from "../../../components/objectives/alert-names.ts";
import type { Objective } from "../../../components/objectives/objective.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { shop, shops } from "../open-slo/support.ts";

const availability: Objective = {
  name: "availability",
  indicator: { kind: "availability" },
  target: 99.9,
  owner: "shop",
};

function groupsOf(...objectives: Objective[]) {
  return systemRules(shop({ "web-api": objectives }));
}

describe("an objective's rules", () => {
  test("OS-05 are looked at every 30 s where they are short, with all alerts, and every 2 min where they are long", () => {
    expect(
      groupsOf(availability).map(({ name, interval, rules }) => [
        name,
        interval,
        rules.map((rule) =>
          isAlerting(rule) ? rule.alert : [rule.record, rule.labels?.window].join(" ").trim(),
        ),
      ]),
    ).toEqual([
      [
        "shop/web-api objectives",
        "30s",
        [
          "objective:events:rate",
          "objective:bad_events:rate",
          "objective:burn_rate:ratio 5m",
          "objective:burn_rate:ratio 30m",
          "objective:burn_rate:ratio 1h",
          "WebApiAvailabilityBurn",
          "WebApiAvailabilityBurn",
          "WebApiAvailabilityBurn",
          "WebApiAvailabilityUnmeasured",
        ],
      ],
      [
        "shop/web-api objectives, long windows",
        "2m",
        [
          "objective:burn_rate:ratio 6h",
          "objective:burn_rate:ratio 3d",
          "objective:error_budget:remaining",
          "objective:target:ratio",
        ],
      ],
    ]);
  });

  test("OS-05 read the service's own series twice at most: its events, and the bad ones", () => {
    const texts = groupsOf(availability).flatMap(({ rules }) => rules.map(({ expr }) => expr));
    expect(texts.filter((text) => text.includes("http_requests_total"))).toHaveLength(2);
  });

  test("OS-05 of a tier hold both windows, and enough bad events", () => {
    const [page] = groupsOf(availability).flatMap(({ rules }) => rules.filter(isAlerting));
    const of = 'environment="production",system="shop",service="web-api",objective="availability"';
    expect(page?.expr).toBe(
      `objective:burn_rate:ratio{${of},window="1h"} > 14.4 and ignoring (window) objective:burn_rate:ratio{${of},window="5m"} > 14.4 and ignoring (window) 30 * sum_over_time(objective:bad_events:rate{${of}}[1h]) >= 5`,
    );
    expect(page?.labels).toEqual({
      environment: "production",
      system: "shop",
      service: "web-api",
      objective: "availability",
      concern: "availability",
      severity: "page",
      owner: "shop",
      window: "1h",
    });
  });

  test("OS-05 wake nobody where the objective says so, and reckon its budget all the same", () => {
    const rules = groupsOf({ ...availability, alerting: { off: "another says it" } }).flatMap(
      ({ rules }) => rules,
    );
    expect(rules.filter(isAlerting)).toEqual([]);
    expect(
      rules.some((rule) => !isAlerting(rule) && rule.record === "objective:error_budget:remaining"),
    ).toBe(true);
  });

  test("OS-05 say how much is left of a rolling window, or since the month began", () => {
    const budget = (objective: Objective) =>
      groupsOf(objective)
        .flatMap(({ rules }) => rules)
        .find((rule) => !isAlerting(rule) && rule.record === "objective:error_budget:remaining")?.expr;
    expect(budget({ ...availability, window: "28 days" })).toContain("[28d:5m]");
    expect(budget({ ...availability, window: "calendar month" })).toContain("[31d:5m]");
    expect(budget({ ...availability, window: "calendar month" })).toContain("@ end()");
  });

  test("OS-05 there are none where nothing is promised", () => {
    expect(groupsOf()).toEqual([]);
  });

  test("OS-05 their alerts are named after the service and the objective", () => {
    expect(burnAlertName("ai-core", "chat-latency")).toBe("AiCoreChatLatencyBurn");
    expect(unmeasuredAlertName("ai-core", "chat-latency")).toBe("AiCoreChatLatencyUnmeasured");
  });
});

describe("the rules of whatever is promised", () => {
  const all = (of: typeof shops extends fc.Arbitrary<infer Facts> ? Facts : never) =>
    systemRules(of).flatMap(({ rules }) => rules);

  test("OS-05 are PromQL", () => {
    fc.assert(
      fc.property(shops, (facts) => {
        expect(all(facts).flatMap(({ expr }) => promqlProblem(expr) ?? [])).toEqual([]);
      }),
    );
  });

  test("OS-05 fire alerts that their labels tell apart, each with texts and a runbook", () => {
    fc.assert(
      fc.property(shops, (facts) => {
        const alerts = all(facts).filter(isAlerting);
        const identities = alerts.map(({ alert, labels, expr }) => JSON.stringify([alert, labels, expr]));
        expect(new Set(identities).size).toBe(identities.length);
        for (const { annotations } of alerts) {
          expect(Object.keys(annotations)).toEqual(["summary", "description", "runbook_url"]);
        }
      }),
    );
  });

  test("OS-05 hold burns against thresholds that can be reached", () => {
    fc.assert(
      fc.property(shops, (facts) => {
        for (const { service, objectives } of facts.services) {
          for (const { name, target } of objectives) {
            const factors = all(facts)
              .filter(isAlerting)
              .filter(({ labels }) => labels.service === service && labels.objective === name)
              .flatMap(({ expr }) =>
                [...expr.matchAll(/} > ([\d.e+-]+)/g)].map(([, factor]) => Number(factor)),
              );
            for (const factor of factors) expect(factor * (1 - target / 100)).toBeLessThan(1);
          }
        }
      }),
    );
  });
});
