import { stringify } from "yaml";
import { isAlerting, type RuleGroup } from "../../../components/alerting/rule.ts";
import { promtoolMajor, testRules } from "../prometheus.ts";
import type { ExpectedAlert } from "./alerts.ts";
import { alertKey, PROVEN, promtoolTest, ruleIdentity, rulesOf } from "./case.ts";

/** Runs promtool on every case of one alert. @returns what it says @throws Error with its words */
export async function judge(
  groups: readonly RuleGroup[],
  { identity, labels, cases }: ExpectedAlert,
): Promise<string> {
  const rule = groups
    .flatMap(({ rules }) => rules.filter(isAlerting))
    .find((each) => alertKey(ruleIdentity(each)) === alertKey(identity));
  if (rule === undefined) throw new Error(`There is no rule of ${alertKey(identity)}`);
  const chosen = rulesOf(groups, rule);
  const played = cases((await promtoolMajor()) < 3 ? "closed" : "open");
  const [first] = played;
  if (first === undefined || played.some(({ every }) => every !== first.every)) {
    throw new Error(`The cases of ${alertKey(identity)} have to be evaluated at one pace`);
  }
  const missing = PROVEN.filter((each) => !played.some(({ proves }) => proves === each));
  if (missing.length > 0) throw new Error(`No case of ${alertKey(identity)} proves: ${missing.join(", ")}`);
  return await testRules(stringify({ groups: chosen }), {
    evaluation_interval: `${first.every}s`,
    group_eval_order: chosen.map(({ name }) => name),
    tests: played.map((each, index) =>
      promtoolTest(`${index} ${each.proves}`, each, { alertname: identity.alert, labels }),
    ),
  });
}
