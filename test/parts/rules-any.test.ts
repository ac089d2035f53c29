import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { rulesText } from "../../automation/plan/monitoring/files.ts";
import { isAlerting } from "../../components/alerting/rule.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { checkRules, describeWithPrometheus, testRules } from "../support/prometheus.ts";
import { productionFacts } from "../support/rule-tests/production.ts";
import { shops } from "../unit/open-slo/support.ts";

const systems = await productionFacts();
const WAIT = { timeout: 60_000 };

/** Half an hour of 20 requests/s, of which 5 % end in a server error. */
function oneInTwenty(system: string, service: string) {
  const series = (code: string) =>
    `http_requests_total{environment="production",system="${system}",service="${service}",code="${code}"}`;
  return [
    { series: series("200"), values: "0+570x60" },
    { series: series("500"), values: "0+30x60" },
  ];
}

describeWithPrometheus("rules", () => {
  test("OS-05 of whatever is promised are what Prometheus takes", WAIT, async () => {
    // One file for all: a system's name tells its rules from the others'.
    const all = fc.sample(shops, { numRuns: 60, seed: 20_251_101 }).flatMap((facts, index) => {
      const system = `shop${index}`;
      return systemRules({
        ...facts,
        system,
        services: facts.services.map((service) => ({ ...service, system })),
      });
    });
    const rules = all.reduce((sum, group) => sum + group.rules.length, 0);
    expect(await checkRules(stringify({ groups: all }))).toContain(`SUCCESS: ${rules} rules found`);
  });

  test.each(systems.map((facts) => [facts.system, facts] as const))(
    "OS-05 of %s are what Prometheus takes, with texts that are templates",
    async (_, facts) => {
      const rules = systemRules(facts).reduce((sum, group) => sum + group.rules.length, 0);
      expect(await checkRules(rulesText(facts))).toContain(`SUCCESS: ${rules} rules found`);
    },
  );

  test(
    "OS-05 tell whoever they wake what, how bad, since when, what to do first and whose",
    WAIT,
    async () => {
      const facts = systems.find(({ system }) => system === "onesource");
      if (facts === undefined) throw new Error("Nothing is watched of onesource");
      const labels = { environment: "production", system: "onesource", service: "backend" };
      const page = systemRules(facts)
        .flatMap(({ rules }) => rules.filter(isAlerting))
        .find(({ alert }) => alert === "HighErrorRate");
      const tests = [
        {
          interval: "30s",
          input_series: oneInTwenty("onesource", "backend"),
          alert_rule_test: [
            {
              eval_time: "20m",
              alertname: "HighErrorRate",
              exp_alerts: [
                {
                  exp_labels: {
                    ...labels,
                    concern: "availability",
                    severity: "page",
                    owner: "onesource-platform",
                  },
                  exp_annotations: {
                    summary: "onesource/backend: More than 0.3 % of requests end in a server error.",
                    description: [
                      "What: More than 0.3 % of requests end in a server error. Now: 5%.",
                      "How bad: Users see failures; the month's budget of errors goes three times too fast.",
                      "Since when: it held for 5m before this alert began.",
                      "First: Is a release under way? Set the candidate's weight to 0. Else turn the emergency flags.",
                      `Whose: onesource-platform. ${facts.escalation.levels.page.priority}: answer within ${facts.escalation.levels.page.within}.`,
                    ].join("\n"),
                    runbook_url: page?.annotations.runbook_url,
                  },
                },
              ],
            },
          ],
        },
      ];
      expect(page?.annotations.runbook_url).toMatch(/\/onesource\/rollout\.md#higherrorrate$/);
      expect(await testRules(rulesText(facts), { evaluation_interval: "30s", tests })).toContain("SUCCESS");
    },
  );

  test("OS-05 tell how fast a budget burns", WAIT, async () => {
    const facts = systems.find(({ system }) => system === "wcag");
    if (facts === undefined) throw new Error("Nothing is watched of wcag");
    const rules = systemRules(facts).flatMap((group) => group.rules.filter(isAlerting));
    const page = rules.find(({ alert, labels }) => alert === "ApiAvailabilityBurn" && labels.window === "1h");
    if (page === undefined) throw new Error("There is no such alert");
    const { description = "", summary = "" } = page.annotations;
    const burns = (text: string) => text.replaceAll('{{ $value | printf "%.1f" }}', "50.0");
    const tests = [
      {
        interval: "30s",
        input_series: oneInTwenty("wcag", "api"),
        alert_rule_test: [
          {
            eval_time: "20m",
            alertname: "ApiAvailabilityBurn",
            exp_alerts: [
              {
                exp_labels: page.labels,
                exp_annotations: {
                  ...page.annotations,
                  summary: burns(summary),
                  description: burns(description),
                },
              },
            ],
          },
        ],
      },
    ];
    const groups = systemRules(facts).map((group) => ({
      ...group,
      rules: group.rules.filter(
        (rule) => !isAlerting(rule) || JSON.stringify(rule.labels) === JSON.stringify(page.labels),
      ),
    }));
    expect(summary).toContain("wcag/api: the error budget of availability burns");
    expect(await testRules(stringify({ groups }), { evaluation_interval: "30s", tests })).toContain(
      "SUCCESS",
    );
  });
});
