import { expect, test } from "vitest";
import { stringify } from "yaml";
import {
  checkAlertmanager,
  checkRules,
  describeWithPrometheus,
  routesTo,
  testRules,
} from "../support/prometheus.ts";

const rules = (expr: string, count = 1) =>
  stringify({
    groups: [
      {
        name: "shop",
        rules: Array.from({ length: count }, () => ({
          alert: "Failing",
          expr,
          labels: { severity: "page" },
        })),
      },
    ],
  });

describeWithPrometheus("promtool", () => {
  test("takes rules, and refuses those whose expression is none or that are there twice", async () => {
    expect(await checkRules(rules("rate(errors_total[5m]) > 0.1"))).toContain("SUCCESS: 1 rules found");
    await expect(checkRules(rules("rate(errors_total[5m) > 0.1"))).rejects.toThrow(
      "could not parse expression",
    );
    await expect(checkRules(rules("up == 0", 2))).rejects.toThrow("duplicate rule(s) found");
  });

  test("runs tests of rules, and shows what came instead of what was expected", async () => {
    const tested = (labels: object) =>
      testRules(rules("errors > 5"), {
        tests: [
          {
            interval: "1m",
            input_series: [{ series: 'errors{job="shop"}', values: "0 6" }],
            alert_rule_test: [
              {
                eval_time: "1m",
                alertname: "Failing",
                exp_alerts: [{ exp_labels: { severity: "page", ...labels } }],
              },
            ],
          },
        ],
      });
    expect(await tested({ job: "shop" })).toContain("SUCCESS");
    await expect(tested({ job: "other" })).rejects.toThrow(/job="other".*job="shop"/s);
    await expect(testRules(rules("up"), { tests: [] })).rejects.toThrow("There is no test of these rules");
  });
});

const alertmanager = (receiver = "pager") =>
  stringify({
    route: {
      receiver: "chat",
      routes: [
        { matchers: ['severity="page"', 'owner="team, one"'], receiver, continue: true },
        { matchers: ['severity="page"'], receiver: "desk" },
      ],
    },
    receivers: [{ name: "chat" }, { name: "pager" }, { name: "desk" }],
  });

describeWithPrometheus("amtool", () => {
  test("takes a configuration, and refuses one whose receiver does not exist", async () => {
    expect(await checkAlertmanager(alertmanager())).toContain("SUCCESS");
    await expect(checkAlertmanager(alertmanager("nobody"))).rejects.toThrow("undefined receiver");
  });

  test("tells where an alert goes", async () => {
    expect(await routesTo(alertmanager(), { severity: "page", owner: "team, one" })).toEqual([
      "pager",
      "desk",
    ]);
    expect(await routesTo(alertmanager(), { severity: "page", owner: 'x="y"' })).toEqual(["desk"]);
    expect(await routesTo(alertmanager(), {})).toEqual(["chat"]);
    await expect(routesTo(alertmanager("nobody"), {})).rejects.toThrow("undefined receiver");
  });
});
