import { expect, test } from "vitest";
import { parse } from "yaml";
import { rulesText } from "../../../automation/plan/monitoring/files.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { type AlertingRule, isAlerting, type RuleGroup } from "../../../components/alerting/rule.ts";
import { describeWithPrometheus } from "../prometheus.ts";
import { type ExpectedAlert, expectedAlerts, type OwnPromql } from "./alerts.ts";
import { alertKey, ruleIdentity } from "./case.ts";
import { judge } from "./judge.ts";

/** Requirements that a system's alerts prove: those of its objectives, and those with fixed thresholds. */
export interface Proven {
  readonly objectives: string;
  readonly fixed: string;
}

const TITLES: Readonly<Record<ExpectedAlert["kind"], string>> = {
  burn: "fires once both windows burn, ends with the short one; never just below, on next to nothing or on nothing",
  unmeasured: "fires after an hour of nothing to measure, and not before",
  fixed: "fires once it has held for long enough, ends with it; never just below",
};

/** promtool is quick; the machine may not be. */
const WAIT = { timeout: 120_000 };

/** Tests every alert of a system on generated series, and that none is left out. */
export function describeAlerts(facts: MonitoringFacts, proven: Proven, own: OwnPromql = {}): void {
  const groups: RuleGroup[] = parse(rulesText(facts)).groups;
  const rules: AlertingRule[] = groups.flatMap(({ rules }) => rules.filter(isAlerting));
  const expected = expectedAlerts(facts, own);

  test(`${proven.objectives} every alert of ${facts.system} is tested`, () => {
    expect(rules.map((rule) => alertKey(ruleIdentity(rule))).sort()).toEqual(
      expected.map(({ identity }) => alertKey(identity)).sort(),
    );
  });

  describeWithPrometheus(`${facts.system}'s alerts`, () => {
    for (const each of expected) {
      const proves = each.kind === "fixed" ? proven.fixed : proven.objectives;
      test(`${proves} ${alertKey(each.identity)} ${TITLES[each.kind]}`, WAIT, async () => {
        expect(await judge(groups, each)).toContain("SUCCESS");
      });
    }
  });
}
