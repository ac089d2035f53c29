import { describe, expect, test } from "vitest";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { alertEnabled } from "../../../../policies/slo/alerts/alert-enabled.ts";
import { alertSaysWhat } from "../../../../policies/slo/alerts/alert-says-what.ts";
import { alertWaits } from "../../../../policies/slo/alerts/alert-waits.ts";
import { pageWakesSomebody } from "../../../../policies/slo/alerts/page-wakes-somebody.ts";
import { routeHasReceiver } from "../../../../policies/slo/alerts/route-has-receiver.ts";
import * as types from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { custom } from "./slo-support.ts";

const rule = (fields: object) =>
  custom("monitoring.coreos.com/v1", "PrometheusRule", {
    groups: [
      {
        rules: [
          { record: "a:b", expr: "b" },
          { alert: "Down", expr: "up == 0", ...fields },
        ],
      },
    ],
  });
const policy = (props: object) => resource(types.ALERT_POLICY, "alert", props);
const RULE = "api: spec.groups[0].rules[1]";

describe("OS-05 who is woken is woken by more than one moment", () => {
  const one = "one sample is enough, so a single failed scrape wakes somebody";
  const rash = `${RULE}.for is not set, and the expression looks at one moment: ${one}`;
  const condition = `alert: conditions[0] has no duration, and looks over a minute or less: ${one}`;
  const threshold = (conditionThreshold: object) => policy({ conditions: [{ conditionThreshold }] });
  const promql = (conditionPrometheusQueryLanguage: object) =>
    policy({ conditions: [{ conditionPrometheusQueryLanguage }] });
  test.each<[string, PolicyResource, string[]]>([
    ["for a minute", rule({ for: "1m" }), []],
    ["for nothing", rule({}), [rash]],
    ["for no time", rule({ for: "0s" }), [rash]],
    ["over a range", rule({ expr: "rate(errors_total[5m]) > 1" }), []],
    ["over a recorded window", rule({ expr: 'burn{window="1h"} > 14.4' }), []],
    ["over a window in the name", rule({ expr: "slo:sli_error:ratio_rate5m > 0.1" }), []],
    ["a ticket", rule({ labels: { severity: "ticket" } }), []],
    ["a page", rule({ labels: { severity: "page" } }), [rash]],
    ["misshapen", rule({ for: "soon" }), [`${RULE}.for is not a length of time`]],
    ["not known", rule({ for: unknownValue }), [`?${RULE}.for is not known before deployment`]],
    ["a threshold for five minutes", threshold({ duration: "300s", filter: "f" }), []],
    ["a threshold of a moment", threshold({ duration: "0s", filter: "f" }), [condition]],
    [
      "aligned to a minute",
      threshold({ duration: "0s", filter: "f", aggregations: [{ alignmentPeriod: "60s" }] }),
      [condition],
    ],
    [
      "aligned to five",
      threshold({ duration: "0s", filter: "f", aggregations: [{ alignmentPeriod: "300s" }] }),
      [],
    ],
    ["a burn rate", threshold({ duration: "0s", filter: 'select_slo_burn_rate("s", "3600s")' }), []],
    ["PromQL for five minutes", promql({ query: "up == 0", duration: "300s" }), []],
    ["PromQL over a range", promql({ query: "rate(e[5m]) > 1" }), []],
    ["PromQL of a moment", promql({ query: "up == 0" }), [condition]],
    ["a log line", policy({ conditions: [{ conditionMatchedLog: { filter: "f" } }] }), []],
  ])("%s", (_, resource, expected) => {
    expect(says(alertWaits, resource)).toEqual(expected);
  });
});

test("OS-05 an alert says what is wrong, how bad it is and whose it is", () => {
  const whole = {
    documentation: { content: "Users see failures." },
    severity: "CRITICAL",
    userLabels: { owner: "shop" },
  };
  expect(says(alertSaysWhat, policy(whole))).toEqual([]);
  expect(says(alertSaysWhat, policy({ ...whole, userLabels: { team: "shop" } }))).toEqual([]);
  expect(says(alertSaysWhat, policy({}))).toEqual([
    "~alert: documentation.content is not set: the message is a name and a graph",
    "~alert: severity is not set: nobody can tell it from what can wait",
    "~alert: userLabels.owner is not set: nobody answers for it",
  ]);
  expect(says(alertSaysWhat, policy({ ...whole, documentation: { content: unknownValue } }))).toEqual([
    "?alert: documentation.content is not known before deployment",
  ]);
  expect(says(alertSaysWhat, rule({ annotations: { description: "Redis does not answer." } }))).toEqual([]);
  expect(says(alertSaysWhat, rule({ annotations: { summary: " " } }))).toEqual([
    `~${RULE}.annotations.summary is not set: the message is a name and labels`,
  ]);
});

test.each([
  [undefined, []],
  [true, []],
  [false, ["is false: it watches nothing", "is false: what is sent to it reaches nobody"]],
  [unknownValue, ["is not known before deployment", "is not known before deployment"]],
  ["no", ["is not true or false", "is not true or false"]],
])("EA-16 alert policies and channels are on: %s", (enabled, problems) => {
  const found = [policy({ enabled }), resource(types.NOTIFICATION_CHANNEL, "alert", { enabled })].flatMap(
    (one) => says(alertEnabled, one),
  );
  expect(found.map((message) => message.replace(/^\??alert: enabled /, ""))).toEqual(problems);
});

describe("OS-05 a page wakes somebody", () => {
  const channel = (name: string, type: unknown) => resource(types.NOTIFICATION_CHANNEL, name, { name, type });
  const page = (channels: unknown, extra: object = {}) =>
    resource(
      types.ALERT_POLICY,
      "alert",
      { userLabels: { severity: "page" }, notificationChannels: channels },
      extra,
    );
  const slack = channel("slack", "slack");
  const oncall = channel("oncall", "pagerduty");
  const silent = (kinds: string) =>
    `alert: notificationChannels are of the types ${kinds} only, which wake nobody; a page needs one of pagerduty, opsgenie, sms, webhook_tokenauth, webhook_basicauth, webhook, pubsub, campfire`;
  test.each<[string, PolicyResource[], string[]]>([
    ["PagerDuty", [page(["slack", "oncall"]), slack, oncall], []],
    ["Slack and mail", [page(["slack", "mail"]), slack, channel("mail", "email")], [silent("slack, email")]],
    [
      "one elsewhere",
      [page(["other"]), slack],
      ["?alert: one of its channels is not in the stack, so it can't be told whether that wakes somebody"],
    ],
    [
      "names that are not known",
      [page([unknownValue]), slack],
      ["?alert: notificationChannels[0] is not known before deployment"],
    ],
    [
      "made from the stack's",
      [page([unknownValue], { propertyDependencies: { notificationChannels: [slack.urn] } }), slack],
      [silent("slack")],
    ],
    ["outside production", [page(["slack"], { stack: "dev" }), slack], []],
    [
      "no page",
      [
        resource(types.ALERT_POLICY, "alert", {
          userLabels: { severity: "ticket" },
          notificationChannels: ["slack"],
        }),
        slack,
      ],
      [],
    ],
  ])("%s", (_, resources, expected) => {
    expect(says(pageWakesSomebody, ...resources)).toEqual(expected);
  });

  const escalation = (channels: readonly string[]) =>
    resource(types.MONITORING, "watched", {
      escalation: {
        channels: { slack: { kind: "slack" }, oncall: { kind: "pagerduty" } },
        levels: { page: { channels } },
      },
    });
  test.each([
    [["slack", "oncall"], []],
    [["slack"], ["are of the kinds slack only, which wake nobody"]],
    [["phone"], ["names phone, and there is no such channel"]],
    [[], ["has none: a page reaches nobody"]],
  ])("by an escalation to %o", (channels, expected) => {
    expect(says(pageWakesSomebody, escalation(channels))).toEqual(
      expected.map((problem) => `watched: escalation.levels.page.channels ${problem}`),
    );
  });
});

test("OS-05 each route leads to a receiver that sends something", () => {
  const config = (route: unknown) =>
    custom("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", {
      route,
      receivers: [
        { name: "oncall", pagerdutyConfigs: [{}] },
        { name: "nobody" },
        { name: "empty", slackConfigs: [] },
      ],
    });
  const dropped = "which sends to nobody: what is routed there is dropped";
  expect(says(routeHasReceiver, config({ receiver: "oncall", routes: [{ matchers: [] }] }))).toEqual([]);
  expect(
    says(
      routeHasReceiver,
      config({ receiver: "nobody", routes: [{ receiver: "empty" }, { routes: [{ receiver: "gone" }] }] }),
    ),
  ).toEqual([
    `api: spec.route.receiver is "nobody", ${dropped}`,
    `api: spec.route.routes[0].receiver is "empty", ${dropped}`,
    'api: spec.route.routes[1].routes[0].receiver is "gone", and there is no such receiver',
  ]);
  expect(says(routeHasReceiver, config({ receiver: unknownValue }))).toEqual([
    "?api: spec.route.receiver is not known before deployment",
  ]);
});
