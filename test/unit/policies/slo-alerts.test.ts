import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { alertReachesSomeone } from "../../../policies/slo/alert-reaches-someone.ts";
import { objectiveHasAlert } from "../../../policies/slo/objective-has-alert.ts";
import { ALERT_POLICY, CLOUD_RUN_SERVICE, DEPLOYMENT, PROMETHEUS_RULE } from "../../../policies/types.ts";
import { changed, resource, SERVICE, says } from "./support.ts";

const POLICY = {
  displayName: "backend: availability",
  notificationChannels: [unknownValue],
  userLabels: { system: "shop", service: "backend", concern: "availability", severity: "page" },
};
const RULE = {
  metadata: { name: "api", namespace: "shop", labels: { "app.kubernetes.io/managed-by": "slipway" } },
  spec: {
    groups: [
      {
        name: "shop/api objectives",
        rules: [
          { record: "objective:events:rate", expr: "vector(1)", labels: { objective: "latency" } },
          {
            alert: "ApiAvailabilityBurn",
            expr: "vector(1)",
            labels: {
              severity: "page",
              owner: "shop",
              system: "shop",
              service: "api",
              objective: "availability",
            },
          },
        ],
      },
    ],
  },
};
const LABELS = "spec.groups[0].rules[1].labels";

const policy = (props: unknown = POLICY) => resource(ALERT_POLICY, "policy", props);
const rule = (props: unknown = RULE) => resource(PROMETHEUS_RULE, "rule", props);

describe("EA-16 an alert policy tells somebody", () => {
  test.each([
    ["one channel, its id not known yet", [unknownValue], []],
    ["none", [], ["policy: notificationChannels has none: an incident is opened, and nobody is told"]],
    [
      "nothing said",
      undefined,
      ["policy: notificationChannels has none: an incident is opened, and nobody is told"],
    ],
    ["not known", unknownValue, ["?policy: notificationChannels is not known before deployment"]],
    ["no list", "mail", ["policy: notificationChannels is not a list"]],
  ])("%s", (_, channels, expected) => {
    expect(says(alertReachesSomeone, policy(changed(POLICY, "notificationChannels", channels)))).toEqual(
      expected,
    );
  });
});

describe("OS-05 an alerting rule has a severity that leads somewhere, and an owner", () => {
  test.each(["page", "warning", "ticket"])("%s", (severity) => {
    expect(says(alertReachesSomeone, rule(changed(RULE, `${LABELS}.severity`, severity)))).toEqual([]);
  });
  test.each([
    [
      "severity",
      "sev1",
      `rule: ${LABELS}.severity is "sev1": no route leads from it; use page, warning, ticket`,
    ],
    [
      "severity",
      undefined,
      `rule: ${LABELS}.severity is nothing: no route leads from it; use page, warning, ticket`,
    ],
    ["severity", unknownValue, `?rule: ${LABELS}.severity is not known before deployment`],
    ["owner", undefined, `rule: ${LABELS}.owner is not set: nobody answers for it`],
    ["owner", " ", `rule: ${LABELS}.owner is not set: nobody answers for it`],
    ["owner", unknownValue, `?rule: ${LABELS}.owner is not known before deployment`],
  ])("%s %s", (label, value, expected) => {
    expect(says(alertReachesSomeone, rule(changed(RULE, `${LABELS}.${label}`, value)))).toEqual([expected]);
  });
  test("what is customary elsewhere leads nowhere in Slipway's own routes", () => {
    expect(says(alertReachesSomeone, rule(changed(RULE, `${LABELS}.severity`, "critical")))).toEqual([
      `rule: ${LABELS}.severity is "critical": no route leads from it; use page, warning, ticket`,
    ]);
  });
  test("a team answers for it, too", () => {
    const team = changed(changed(RULE, `${LABELS}.owner`, undefined), `${LABELS}.team`, "shop");
    expect(says(alertReachesSomeone, rule(team))).toEqual([]);
  });
  test("rules that only record need neither; what can't be read of one group hides no other", () => {
    const bad = changed(RULE, LABELS, undefined).spec.groups[0];
    const groups = [{ name: "unknown", rules: unknownValue }, bad];
    expect(says(alertReachesSomeone, rule({ ...RULE, spec: { groups } }))).toEqual([
      "?rule: spec.groups[0].rules is not known before deployment",
      `rule: ${LABELS.replace("groups[0]", "groups[1]")}.severity is nothing: no route leads from it; use page, warning, ticket`,
      `rule: ${LABELS.replace("groups[0]", "groups[1]")}.owner is not set: nobody answers for it`,
    ]);
  });
});

describe("OS-05 rules of others, whose routes can't be seen, are advised", () => {
  const others = (...alerts: readonly unknown[]) =>
    rule({ metadata: { name: "node" }, spec: { groups: [{ name: "node", rules: alerts }] } });
  const alert = (labels: unknown) => ({ alert: "NodeDown", expr: "up == 0", labels });
  const at = (index: number) => `spec.groups[0].rules[${index}].labels`;

  test.each(["critical", "warning", "info", "none", "page"])("of severity %s nothing", (severity) => {
    expect(says(alertReachesSomeone, others(alert({ severity, team: "sre" })))).toEqual([]);
  });
  test("of another severity, of each", () => {
    expect(says(alertReachesSomeone, others(alert({ severity: "sev1", team: "sre" })))).toEqual([
      `~rule: ${at(0)}.severity is "sev1": no route leads from it; use page, warning, ticket`,
    ]);
  });
  test("of no owner once, with how many have none", () => {
    const none = alert({ severity: "critical" });
    const owned = alert({ severity: "critical", owner: "sre" });
    const told = (...alerts: readonly unknown[]) => says(alertReachesSomeone, others(...alerts));
    const found = (index: number, rest = "") => [
      `~rule: ${at(index)}.owner is not set: nobody answers for it${rest}`,
    ];
    expect(told(owned, none)).toEqual(found(1));
    expect(told(none, owned, none)).toEqual(found(0, ", nor for 1 other alert"));
    expect(told(none, none, none, { record: "a:b", expr: "1" })).toEqual(
      found(0, ", nor for 2 other alerts"),
    );
  });
  test("of what is not known, and of what is misshapen, as of any", () => {
    const odd = [alert(unknownValue), alert({ severity: "info" }), alert("critical")];
    expect(says(alertReachesSomeone, others(...odd))).toEqual([
      `?rule: ${at(0)} is not known before deployment`,
      `rule: ${at(2)} is not an object`,
      `~rule: ${at(1)}.owner is not set: nobody answers for it`,
    ]);
  });
});

const objectives = (...stated: readonly object[]) => JSON.stringify(stated);
const AVAILABILITY = { name: "availability", kind: "availability", target: 99.5 };
const LATENCY = { name: "latency", kind: "latency", target: 95 };
const AT = "annotations.slipway.dev/objectives";

function cloudRun(annotation: unknown, extra: { stack?: string } = {}) {
  const annotations = { ...SERVICE.annotations, "slipway.dev/objectives": annotation };
  return resource(CLOUD_RUN_SERVICE, "backend", { ...SERVICE, annotations }, extra);
}

function deployment(annotation: unknown, track = "stable") {
  const labels = {
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/name": "api",
    "slipway.dev/track": track,
  };
  return resource(DEPLOYMENT, "api", {
    metadata: {
      name: "api",
      namespace: "shop",
      labels,
      annotations: { "slipway.dev/objectives": annotation },
    },
  });
}

describe("OS-04 a promise has an alert", () => {
  test("in a PrometheusRule, by its labels; on Cloud Run in an alert policy, by its concern", () => {
    expect(says(objectiveHasAlert, deployment(objectives(AVAILABILITY)), rule())).toEqual([]);
    expect(says(objectiveHasAlert, cloudRun(objectives(AVAILABILITY)), policy())).toEqual([]);
  });
  test("each of them; a recording rule is none", () => {
    expect(says(objectiveHasAlert, deployment(objectives(AVAILABILITY, LATENCY)), rule())).toEqual([
      `api: metadata.${AT} promises "latency", and no alert tells when the service breaks it`,
    ]);
  });
  test.each(["system", "service", "objective"])("of its own %s, not another's", (label) => {
    const other = rule(changed(RULE, `${LABELS}.${label}`, "other"));
    expect(says(objectiveHasAlert, deployment(objectives(AVAILABILITY)), other)).toHaveLength(1);
  });
  test.each(["system", "service", "concern"])("of its own %s, in Cloud Monitoring too", (label) => {
    const other = policy(changed(POLICY, `userLabels.${label}`, undefined));
    expect(says(objectiveHasAlert, cloudRun(objectives(AVAILABILITY)), other)).toHaveLength(1);
  });
  test("where nothing watches the service at all, it is said once, with what to declare", () => {
    expect(says(objectiveHasAlert, cloudRun(objectives(AVAILABILITY, LATENCY)), rule())).toEqual([
      `backend: ${AT} promises "availability", "latency", and nothing in the stack watches the service: declare a Monitoring with it`,
    ]);
  });
  test("or says why nobody is told", () => {
    const off = { ...LATENCY, alerting: { off: "HighLatency says the same" } };
    expect(says(objectiveHasAlert, cloudRun(objectives(AVAILABILITY, off)), policy())).toEqual([]);
    expect(says(objectiveHasAlert, cloudRun(objectives(off)))).toEqual([]);
  });
  test("a service that promises nothing needs none, and a candidate's promises are the stable version's", () => {
    expect(
      says(objectiveHasAlert, cloudRun(undefined), deployment(objectives(LATENCY), "candidate")),
    ).toEqual([]);
    expect(says(objectiveHasAlert, cloudRun("[]"))).toEqual([]);
  });
  test("outside production it is advice", () => {
    const staging = changed(SERVICE, "labels.environment", "staging");
    const props = { ...staging, annotations: { "slipway.dev/objectives": objectives(LATENCY) } };
    expect(
      says(objectiveHasAlert, resource(CLOUD_RUN_SERVICE, "backend", props, { stack: "staging" })),
    ).toEqual([
      `~backend: ${AT} promises "latency", and nothing in the stack watches the service: declare a Monitoring with it`,
    ]);
  });
});

describe("OS-04 what is not known is no pass", () => {
  test("promises that are not known, or are no list", () => {
    expect(says(objectiveHasAlert, cloudRun(unknownValue))).toEqual([
      `?backend: ${AT} is not known before deployment`,
    ]);
    for (const annotation of ["soon", "{}", '[{"target": 99}]', "[null]"]) {
      expect(says(objectiveHasAlert, cloudRun(annotation))).toEqual([
        `backend: ${AT} is no list of objectives, each with a name`,
      ]);
    }
  });
  test("alerts that might be the one: their labels, their rules, all of a group", () => {
    const promise = deployment(objectives(LATENCY));
    for (const at of [LABELS, "spec.groups[0].rules", "spec.groups", "spec"]) {
      const [line] = says(objectiveHasAlert, promise, rule(changed(RULE, at, unknownValue)));
      expect(line).toMatch(/^\?rule: spec.* is not known before deployment$/);
    }
    expect(says(objectiveHasAlert, promise, policy(changed(POLICY, "userLabels", unknownValue)))).toEqual([
      "?policy: userLabels is not known before deployment",
    ]);
  });
  test("but not where the alert is there anyway", () => {
    const other = policy(changed(POLICY, "userLabels", unknownValue));
    expect(says(objectiveHasAlert, deployment(objectives(AVAILABILITY)), rule(), other)).toEqual([]);
  });
});
