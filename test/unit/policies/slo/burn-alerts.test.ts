import { describe, expect, test } from "vitest";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { burnFastAndSlow } from "../../../../policies/slo/alerts/burn-fast-and-slow.ts";
import { burnReachable } from "../../../../policies/slo/alerts/burn-reachable.ts";
import { burnTwoWindows } from "../../../../policies/slo/alerts/burn-two-windows.ts";
import { burnWindows } from "../../../../policies/slo/alerts/burn-windows.ts";
import * as types from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { OBJECTIVES_AT as AT, AVAILABILITY, custom, service } from "./slo-support.ts";

const NAME = "projects/p/services/shop/serviceLevelObjectives/availability";
const slo = (props: object = {}) =>
  resource(types.SLO, "slo", { service: "shop", sloId: "availability", goal: 0.995, ...props });
const burn = (lookback: string, thresholdValue: unknown = 14.4) => ({
  conditionThreshold: { filter: `select_slo_burn_rate("${NAME}", "${lookback}")`, thresholdValue },
});
const policy = (conditions: unknown, more: object = {}) =>
  resource(types.ALERT_POLICY, "burn", { combiner: "AND", conditions, ...more });
const sloth = (objective: object) =>
  custom("sloth.slok.dev/v1", "PrometheusServiceLevel", { slos: [objective] });
const pyrra = (spec: object) => custom("pyrra.dev/v1alpha1", "ServiceLevelObjective", spec);
const of = (change: object) => service({ objectives: [{ ...AVAILABILITY, ...change }] });
const rule = (expr: string) =>
  custom("monitoring.coreos.com/v1", "PrometheusRule", { groups: [{ rules: [{ alert: "Burn", expr }] }] });

describe("OS-05 a burn alert can fire", () => {
  const CONDITION = "conditions[0].conditionThreshold";
  test.each<[string, PolicyResource[], string[]]>([
    ["the usual", [slo(), policy([burn("3600s")])], []],
    [
      "of 90 %",
      [slo({ goal: 0.9 }), policy([burn("3600s")])],
      [
        `burn: ${CONDITION}.thresholdValue is 14.4, and the goal of "availability" is 0.9: that would be 144 % bad events in 1 h, so it never fires`,
      ],
    ],
    ["of 90 %, slower", [slo({ goal: 0.9 }), policy([burn("3600s", 9.9)])], []],
    [
      "of 90 %, at exactly all",
      [slo({ goal: 0.9 }), policy([burn("3600s", 10)])],
      [
        `burn: ${CONDITION}.thresholdValue is 10, and the goal of "availability" is 0.9: that would be 100 % bad events in 1 h, so it never fires`,
      ],
    ],
    [
      "of an SLO elsewhere",
      [policy([burn("3600s")])],
      ["?burn: the SLO availability is not in the stack, so its goal can't be seen"],
    ],
    [
      "of who knows which SLO",
      [slo(), policy([{ conditionThreshold: { filter: unknownValue } }])],
      [`?burn: ${CONDITION}.filter is not known before deployment`],
    ],
    [
      "something else, with aggregations",
      [slo(), policy([{ conditionThreshold: { filter: unknownValue, aggregations: [{}] } }])],
      [],
    ],
    [
      "goal not known",
      [slo({ goal: unknownValue }), policy([burn("3600s")])],
      ["?slo: goal is not known before deployment"],
    ],
    ["Sloth's", [sloth({ objective: 99.9 })], []],
    ["Sloth's lowest that can page", [sloth({ objective: 93.1 })], []],
    [
      "Sloth's below",
      [sloth({ objective: 93 })],
      [
        "api: spec.slos[0].objective of 93 % can't burn 14.4 times too fast: that would be 100.8 % bad events, so its alert never fires; alert on less than 14.2857 times, or raise the target above 93.0556 %",
      ],
    ],
    [
      "Sloth's below, without a page",
      [sloth({ objective: 90, alerting: { pageAlert: { disable: true } } })],
      [],
    ],
    ["Pyrra's", [pyrra({ target: "93" })], []],
    [
      "Pyrra's below",
      [pyrra({ target: "92" })],
      [
        "api: spec.target of 92 % can't burn 14 times too fast: that would be 112 % bad events, so its alert never fires; alert on less than 12.5 times, or raise the target above 92.8571 %",
      ],
    ],
    ["ours", [of({})], []],
    [
      "ours of 80 %",
      [of({ target: 80 })],
      [
        `backend: ${AT}[0].target of 80 % can't burn 14.4 times too fast: that would be 288 % bad events, so its alert never fires; alert on less than 5 times, or raise the target above 93.0556 %`,
      ],
    ],
    ["ours of 80 %, told by another", [of({ target: 80, alerting: { off: "cache" } })], []],
    [
      "ours of 80 %, with tiers",
      [of({ target: 80, alerting: { tiers: [{ budgetPercent: 2, long: "4 h" }] } })],
      [],
    ],
    [
      "ours of 80 %, with a tier too fast",
      [of({ target: 80, alerting: { tiers: [{ budgetPercent: 2, long: "2 h" }] } })],
      [
        `backend: ${AT}[0].alerting.tiers[0] of 80 % can't burn 7.2 times too fast: that would be 144 % bad events, so its alert never fires; alert on less than 5 times, or raise the target above 86.1111 %`,
      ],
    ],
    ["a rule", [rule("slo:sli_error:ratio_rate5m > (14.4 * 0.001)")], []],
    [
      "a rule as Sloth writes it",
      [rule("(max(slo:sli_error:ratio_rate5m) > (14.4 * 0.1)) and x > 0")],
      [
        "api: spec.groups[0].rules[0].expr wants a share of bad events above 14.4 × 0.1 = 1.44, and all of them are 1: it never fires",
      ],
    ],
    [
      "a rule as people write it",
      [rule("error_ratio > 14.4 * (1 - 0.9)")],
      [
        "api: spec.groups[0].rules[0].expr wants a share of bad events above 14.4 × 0.1 = 1.44, and all of them are 1: it never fires",
      ],
    ],
    ["a rule on something else", [rule("queue_depth > 100 * 3")], []],
  ])("%s", (_, resources, expected) => {
    expect(says(burnReachable, ...resources)).toEqual(expected);
  });
});

describe("OS-05 its windows can be measured", () => {
  const tier = (change: object) =>
    of({ alerting: { tiers: [{ budgetPercent: 2, long: "1 h", short: "5 min", ...change }] } });
  const at = `backend: ${AT}[0].alerting.tiers[0]`;
  test.each<[string, PolicyResource, string[]]>([
    ["a tier", tier({}), []],
    ["a minute", tier({ short: "1 min" }), []],
    [
      "less",
      tier({ short: "30 s" }),
      [`${at}.short is 30 s: a rate needs a minute at least, four scrapes 15 s apart`],
    ],
    [
      "alike",
      tier({ long: "5 min" }),
      [`${at}.long is 5 min, no longer than the short window; a twelfth is usual`],
    ],
    [
      "longer than all",
      tier({ long: "31 days" }),
      [`${at}.long is 31 days, longer than the objective's own 30 days`],
    ],
    ["no time", tier({ long: "long" }), [`${at}.long is not a length of time`]],
    ["Pyrra's weeks", pyrra({ window: "4w" }), []],
    ["Pyrra's three days", pyrra({ window: "3d" }), []],
    [
      "Pyrra's day",
      pyrra({ window: "1d" }),
      ["api: spec.window is 24 h: the short window of its fastest alert rounds to nothing; use 3d or longer"],
    ],
    ["a day in Cloud Monitoring", policy([burn("86400s")]), []],
    [
      "three days",
      policy([burn("259200s")]),
      [
        "burn: conditions[0].conditionThreshold.filter looks back 3 days, and Cloud Monitoring's burn rates 24 h at most; ask by PromQL for longer",
      ],
    ],
    [
      "nothing",
      policy([burn("0s")]),
      ["burn: conditions[0].conditionThreshold.filter looks back 0 s: a burn rate needs a minute at least"],
    ],
    [
      "no length of time",
      policy([burn("soon")]),
      [
        'burn: conditions[0].conditionThreshold.filter names no lookback that Cloud Monitoring reads, such as "3600s"',
      ],
    ],
  ])("%s", (_, one, expected) => {
    expect(says(burnWindows, one)).toEqual(expected);
  });
});

test("OS-05 a burn alert holds over two windows", () => {
  const two = [burn("3600s"), burn("300s")];
  expect(says(burnTwoWindows, policy(two))).toEqual([]);
  expect(says(burnTwoWindows, policy([burn("3600s")]))).toEqual([
    "~burn: conditions[0].conditionThreshold.filter is the only window: without a short one beside it, the alert goes on long after the trouble ended",
  ]);
  expect(says(burnTwoWindows, policy(two, { combiner: "OR" }))).toEqual([
    '~burn: combiner is "OR": each window fires by itself; use "AND"',
  ]);
  expect(says(burnTwoWindows, policy([{ conditionThreshold: { filter: "metric.type=x" } }]))).toEqual([]);
  expect(says(burnTwoWindows, policy(unknownValue))).toEqual([
    "?burn: conditions is not known before deployment",
  ]);
});

test("OS-05 an SLO is watched for a fast burn and for a slow one", () => {
  const fast = policy([burn("3600s"), burn("300s")]);
  const slow = policy([burn("21600s"), burn("7200s")]);
  expect(says(burnFastAndSlow, slo(), fast, slow)).toEqual([]);
  expect(says(burnFastAndSlow, slo())).toEqual([
    "~slo: goal is promised, and no alert policy in the stack watches how fast its budget burns",
  ]);
  expect(says(burnFastAndSlow, slo(), fast)).toEqual([
    "~slo: goal is watched over an hour and less only: a slow burn spends the whole budget unseen; add one over 6 h",
  ]);
  expect(says(burnFastAndSlow, slo(), slow)).toEqual([
    "~slo: goal is watched over long windows only: an outage is told hours later; add one over 1 h and 5 m",
  ]);
  expect(says(burnFastAndSlow, slo({ sloId: "latency" }), fast, slow)).toHaveLength(1);
  const open = policy([{ conditionThreshold: { filter: unknownValue } }]);
  expect(says(burnFastAndSlow, slo(), open)).toEqual([
    "?burn: conditions[0].conditionThreshold.filter is not known before deployment",
  ]);
});
