import { eachAlertingRule } from "../../alerts.ts";
import { each, notEvaluated, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import {
  ALERT_POLICY,
  CLOUD_RUN_SERVICE,
  DEPLOYMENT,
  MONITORING,
  PROMETHEUS_RULE,
  PYRRA,
  SLO,
  SLOTH,
} from "../../types.ts";
import { DAY, durationAt, figure, timeText } from "../duration.ts";
import { eachService, objectivesOf } from "../facts.ts";
import { type BurnCondition, burnConditions, sloId, sloService } from "./burn.ts";

/** Fastest burn rates that page: the SRE workbook's, which Sloth has too, and Pyrra's. */
const WORKBOOK_FASTEST = 14.4;
const PYRRA_FASTEST = 14;

function unreachable(at: Property, factor: number, percent: number): Finding[] {
  const needed = figure(factor * (1 - percent / 100) * 100);
  if (needed < 100) return [];
  return [
    violation(
      at,
      `of ${percent} % can't burn ${figure(factor)} times too fast: that would be ${needed} % bad events, so its alert never fires; alert on less than ${figure(100 / (100 - percent))} times, or raise the target above ${figure(100 * (1 - 1 / factor))} %`,
    ),
  ];
}

/** Tiers that an objective states; where it states none, those that are derived are checked where they are made. */
function checkTiers(objective: Property): readonly Finding[] {
  const alerting = objective.at("alerting");
  const percent = objective.at("target").number();
  if (percent === undefined || alerting.at("off").present) return [];
  const days = objective.at("windowDays").number() ?? 30;
  const stated = alerting.at("tiers");
  if (!stated.present) {
    // The workbook's fastest tier: 2 % of the budget in an hour of 30 days, whatever the window's length.
    return unreachable(objective.at("target"), WORKBOOK_FASTEST, percent);
  }
  return each(stated.items(), (tier) => {
    const [budget, long] = [tier.at("budgetPercent").number(), durationAt(tier.at("long"))];
    if (budget === undefined || long === undefined || long <= 0) return undefined;
    return unreachable(tier, ((budget / 100) * days * DAY) / long, percent);
  });
}

function checkSloth({ props }: Subject): readonly Finding[] {
  return each(props.at("spec", "slos").items(), (objective) => {
    const isOff = objective.at("alerting", "pageAlert", "disable").flag() === true;
    const percent = objective.at("objective").number();
    return isOff || percent === undefined
      ? undefined
      : unreachable(objective.at("objective"), WORKBOOK_FASTEST, percent);
  });
}

function checkPyrra({ props }: Subject): readonly Finding[] {
  const target = props.at("spec", "target");
  const percent = target.number();
  return percent === undefined ? [] : unreachable(target, PYRRA_FASTEST, percent);
}

/** `> (14.4 * 0.1)`, `> 14.4 * (1 - 0.9)`, as rules that Sloth and people write compare an error ratio. */
const PRODUCT =
  />=?\s*\(?\s*(\d+(?:\.\d+)?)\s*\*\s*(?:\(\s*1\s*-\s*(0?\.\d+)\s*\)|\(?\s*(0?\.\d+|1(?:\.0*)?)\s*\)?)/g;

function checkRule(rule: Property): Finding | undefined {
  const at = rule.at("expr");
  for (const [, factor = "", target, share] of (at.text() ?? "").matchAll(PRODUCT)) {
    const budget = target === undefined ? Number(share) : 1 - Number(target);
    const limit = figure(Number(factor) * budget);
    if (limit >= 1)
      return violation(
        at,
        `wants a share of bad events above ${factor} × ${figure(budget)} = ${limit}, and all of them are 1: it never fires`,
      );
  }
  return undefined;
}

function check(resource: Subject): readonly Finding[] {
  switch (resource.type) {
    case SLOTH:
      return parts(() => checkSloth(resource));
    case PYRRA:
      return parts(() => checkPyrra(resource));
    case PROMETHEUS_RULE:
      return parts(() => eachAlertingRule(resource, checkRule));
    case ALERT_POLICY:
    case SLO:
      return [];
    default:
      return eachService(resource, (facts) => each(objectivesOf(facts), checkTiers));
  }
}

/** SLOs by service and id; what is not known of one is left out, and its alerts are not evaluated. */
function indexed(stack: Stack): ReadonlyMap<string, Subject> {
  const byName = new Map<string, Subject>();
  for (const slo of stack.ofType(SLO)) {
    const [id, service] = [slo.props.at("sloId"), slo.props.at("service")];
    if (id.known && service.known) byName.set(JSON.stringify([service.text(), id.text()]), slo);
  }
  return byName;
}

function checkCondition(slos: ReadonlyMap<string, Subject>, burn: BurnCondition): Finding | undefined {
  const name = burn.slo;
  const slo = slos.get(JSON.stringify([sloService(name), sloId(name)]));
  if (slo === undefined)
    return notEvaluated(
      burn.policy.urn,
      `the SLO ${sloId(name)} is not in the stack, so its goal can't be seen`,
    );
  const [factor, goal] = [burn.threshold.number(), slo.props.at("goal").number()];
  if (factor === undefined || goal === undefined) return undefined;
  const needed = figure(factor * (1 - goal) * 100);
  return needed < 100
    ? undefined
    : violation(
        burn.threshold,
        `is ${factor}, and the goal of "${sloId(name)}" is ${goal}: that would be ${needed} % bad events in ${timeText(burn.lookbackSeconds ?? 0)}, so it never fires`,
      );
}

export const burnReachable: Policy = {
  id: "burn-alert-reachable",
  title: "An alert on a burn rate must be able to fire.",
  severity: "high",
  level: "mandatory",
  why: "A burn rate of 14.4 of a 90 % objective would need 144 % bad events. The alert looks as if somebody were told, and nobody ever is.",
  fix: "Alert on a lower burn rate over a longer window, or raise the target above 93.1 %.",
  example: {
    typescript: `const cache: Objective = {
  name: "cache",
  indicator: { kind: "ratio", good: "cache_hits_total", total: "cache_requests_total" },
  target: 80,
  owner: "shop",
  alerting: { tiers: [{ severity: "page", budgetPercent: 2, long: "4 h", short: "20 min" }] },
};`,
  },
  requirements: ["OS-04", "OS-05"],
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING, SLOTH, PYRRA, PROMETHEUS_RULE, SLO, ALERT_POLICY],
  check,
  checkStack: (stack) => {
    const slos = indexed(stack);
    return each(stack.ofType(ALERT_POLICY), (policy) =>
      each(burnConditions(policy), (burn) => checkCondition(slos, burn)),
    );
  },
};
