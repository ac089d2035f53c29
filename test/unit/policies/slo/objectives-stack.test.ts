import { describe, expect, test } from "vitest";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { readPolicySettings } from "../../../../policies/core/settings.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { objectiveAlertsOn } from "../../../../policies/slo/objectives/objective-alerts-on.ts";
import { objectiveDashboard } from "../../../../policies/slo/objectives/objective-dashboard.ts";
import { objectiveDependencies } from "../../../../policies/slo/objectives/objective-dependencies.ts";
import { objectiveStated } from "../../../../policies/slo/objectives/objective-stated.ts";
import { servicePromises } from "../../../../policies/slo/objectives/service-promises.ts";
import * as types from "../../../../policies/types.ts";
import { object } from "../kubernetes-support.ts";
import { resource, says } from "../support.ts";
import {
  OBJECTIVES_AT as AT,
  AVAILABILITY,
  custom,
  deployment,
  elsewhere,
  LATENCY,
  service,
} from "./slo-support.ts";

const promising = { objectives: [AVAILABILITY] };
const stranger = { labels: { environment: "production" } };
const NOTHING =
  "nothing in the stack says what it promises: neither slipway.dev/objectives nor an SLO that names it";

describe("OS-04 a service that takes requests says what it promises", () => {
  const cloudSlo = (service_name: unknown) =>
    resource(types.SLO, "slo", { requestBasedSli: { goodTotalRatio: { totalServiceFilter: service_name } } });
  const FILTER = 'resource.type="cloud_run_revision" AND resource.labels.service_name="backend"';
  test.each<[string, PolicyResource[], string[]]>([
    ["it does", [service(promising)], []],
    [
      "an empty list",
      [service({ objectives: [] })],
      [`backend: ${AT} is empty: the service takes requests, and promises nothing`],
    ],
    [
      "one of ours without",
      [service({})],
      [`backend: ${AT} is not set: the service takes requests, and promises nothing`],
    ],
    [
      "outside production",
      [service({}, { stack: "staging" })],
      [`~backend: ${AT} is not set: the service takes requests, and promises nothing`],
    ],
    ["a stranger's, of which nothing can be told", [service({}, stranger)], [`?backend: ${NOTHING}`]],
    ["a stranger's with an SLO that names it", [service({}, stranger), cloudSlo(FILTER)], []],
    [
      "a stranger's with an SLO of another's",
      [service({}, stranger), cloudSlo(FILTER.replace("backend", "backend-2"))],
      [`?backend: ${NOTHING}`],
    ],
    [
      "a stranger's with an SLO of who knows what",
      [service({}, stranger), cloudSlo(unknownValue)],
      ["?slo: requestBasedSli.goodTotalRatio.totalServiceFilter is not known before deployment"],
    ],
    [
      "a Deployment with Sloth's",
      [deployment({}), custom("sloth.slok.dev/v1", "PrometheusServiceLevel", { service: "api", slos: [] })],
      [],
    ],
    ["a Deployment without", [deployment({})], [`?api: ${NOTHING}`]],
    ["a Deployment that takes none", [deployment({}, { spec: { template: {} } })], []],
    [
      "a release's candidate",
      [
        deployment(
          {},
          { labels: { "slipway.dev/track": "candidate", "app.kubernetes.io/managed-by": "slipway" } },
        ),
      ],
      [],
    ],
    ["a stranger's outside production", [deployment({}, { stack: "dev" })], []],
  ])("%s", (_, resources, expected) => {
    expect(says(objectiveStated, ...resources)).toEqual(expected);
  });
});

describe("OS-04 nobody promises more than what is called", () => {
  const account = (name: string) => ({
    template: { serviceAccount: `${name}@shop.iam.gserviceaccount.com` },
  });
  const grant = (callee: string, caller: unknown = "backend") =>
    resource(types.CLOUD_RUN_INVOKER, `${callee}-invoker`, {
      name: callee,
      role: "roles/run.invoker",
      member: caller === unknownValue ? caller : `serviceAccount:${caller}@shop.iam.gserviceaccount.com`,
    });
  const of = (target: number) => ({ objectives: [{ ...AVAILABILITY, target }, LATENCY] });
  const backend = service(of(99.5), account("backend"));
  const two = (one: number, other: number) => [
    backend,
    service(of(one), { name: "model" }),
    grant("model"),
    service(of(other), { name: "mail" }),
    grant("mail"),
  ];

  test.each<[string, PolicyResource[], string[]]>([
    ["both more", two(99.9, 99.9), []],
    ["one as much, alone", two(99.5, 99.9).slice(0, 3), []],
    [
      "together less",
      two(99.7, 99.7),
      [
        `~backend: ${AT}[0].target is 99.5 %, and what it calls promises 99.4009 % together (model 99.7 %, mail 99.7 %): without a fallback it can't keep that`,
      ],
    ],
    ["what may be called promises nothing", [backend, service({}, { name: "model" }), grant("model")], []],
    [
      "who may call is not known",
      [backend, service(of(90), { name: "model" }), grant("model", unknownValue)],
      ["?model-invoker: member is not known before deployment"],
    ],
    ["nobody may call", [backend, service(of(90), { name: "model" })], []],
  ])("on Cloud Run: %s", (_, resources, expected) => {
    expect(says(objectiveDependencies, ...resources)).toEqual(expected);
  });

  test("in Kubernetes, by what the network lets through", () => {
    const pods = (name: string) => ({ matchLabels: { "app.kubernetes.io/name": name } });
    const egress = (to: object) =>
      custom("networking.k8s.io/v1", "NetworkPolicy", { podSelector: pods("web"), egress: [{ to: [to] }] });
    const web = deployment(of(99.9), { name: "web" });
    const api = deployment(of(99.5));
    const found = [
      "~web: metadata.annotations.slipway.dev/objectives[0].target is 99.9 %, and what it calls promises 99.5 % together (api 99.5 %): without a fallback it can't keep that",
    ];
    const own = { matchLabels: { "kubernetes.io/metadata.name": "shop" } };
    expect(says(objectiveDependencies, web, api, egress({ podSelector: pods("api") }))).toEqual(found);
    expect(
      says(objectiveDependencies, web, api, egress({ namespaceSelector: own, podSelector: pods("api") })),
    ).toEqual(found);
    const other = { matchLabels: { "kubernetes.io/metadata.name": "mail" } };
    expect(
      says(objectiveDependencies, web, api, egress({ namespaceSelector: other, podSelector: pods("api") })),
    ).toEqual([]);
    // That everything may be reached doesn't say who calls whom.
    expect(says(objectiveDependencies, web, api, egress({ podSelector: {} }))).toEqual([]);
  });
});

test.each([
  ["both alerts", {}, []],
  ["tickets only", { alerting: { pageAlert: { disable: true } } }, []],
  [
    "none",
    { alerting: { pageAlert: { disable: true }, ticketAlert: { disable: true } } },
    [
      "api: spec.slos[0].alerting.ticketAlert.disable is true: the budget is reckoned, and nobody is told when it burns",
    ],
  ],
  [
    "not known",
    { alerting: { pageAlert: { disable: unknownValue } } },
    ["?api: spec.slos[0].alerting.pageAlert.disable is not known before deployment"],
  ],
])("OS-05 Sloth's objectives keep their alerts: %s", (_, objective, expected) => {
  expect(
    says(objectiveAlertsOn, custom("sloth.slok.dev/v1", "PrometheusServiceLevel", { slos: [objective] })),
  ).toEqual(expected);
});

test.each([
  [undefined, []],
  [{ disabled: false }, []],
  [
    { disabled: true },
    ["api: spec.alerting.disabled is true: the budget is reckoned, and nobody is told when it burns"],
  ],
  [{ burnrates: false }, ["api: spec.alerting.burnrates is false: no alert tells when the budget burns"]],
  [{ disabled: "maybe" }, ["api: spec.alerting.disabled is not true or false"]],
])("OS-05 Pyrra's objectives keep their alerts: %o", (alerting, expected) => {
  expect(
    says(objectiveAlertsOn, custom("pyrra.dev/v1alpha1", "ServiceLevelObjective", { alerting })),
  ).toEqual(expected);
});

test("EA-16 what is promised is shown on a dashboard", () => {
  const backend = service(promising);
  const none = `~backend: ${AT} promises something, and no dashboard in the stack shows the service`;
  const config = (labels: object) =>
    object({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "d", labels },
      data: { d: 'x{service="backend"}' },
    });
  expect(says(objectiveDashboard, backend)).toEqual([none]);
  expect(says(objectiveDashboard, backend, config({ grafana_dashboard: "1" }))).toEqual([]);
  expect(says(objectiveDashboard, backend, config({}))).toEqual([none]);
  expect(
    says(objectiveDashboard, backend, resource(types.CLOUD_DASHBOARD, "d", { dashboardJson: unknownValue })),
  ).toEqual(["?d: dashboardJson is not known before deployment"]);
  expect(
    says(
      objectiveDashboard,
      backend,
      resource(types.CLOUD_DASHBOARD, "d", { dashboardJson: '{"t":"backend"}' }),
    ),
  ).toEqual([]);
  expect(says(objectiveDashboard, service(promising, { stack: "staging" }))).toEqual([]);
});

describe("AC-05 a service promises what the stack says that it has to", () => {
  const wanted = {
    objectives: [
      { kind: "availability", target: 99.9 },
      { kind: "latency", target: 95, seconds: 0.05 },
      { kind: "ratio", name: "cache", target: 80 },
      { kind: "saturation", target: 99, limit: 85 },
    ],
    thresholds: [{ kind: "cpu", atMost: 80 }],
  };
  const stated = {
    objectives: [
      { ...AVAILABILITY, target: 99.9 },
      { ...LATENCY, thresholdSeconds: 0.05 },
      { name: "cache", kind: "ratio", target: 80 },
      { name: "memory", kind: "saturation", target: 99, limit: 85 },
    ],
    release: { thresholds: [{ name: "cpu", limit: { kind: "cpu", under: 80 } }] },
  };
  const judged = (services: object, ...resources: PolicyResource[]) => {
    const pack = { name: "slo", description: "", policies: [servicePromises] };
    const read = readPolicySettings({ settings: { "service-promises": { services } } }, [pack], "2027-01-01");
    if (read.problems !== undefined) throw new Error(JSON.stringify(read.problems));
    return evaluate([pack], resources, { settings: read.value }).map(({ message }) => message);
  };
  const of = (objectives: object[], release: object = stated.release) => elsewhere({ objectives, release });
  const at = "services[0].objectives does not hold shop/policy to";

  test.each<[string, PolicyResource, string[]]>([
    ["all of it", elsewhere(stated), []],
    [
      "a lower target",
      of([{ ...AVAILABILITY, target: 99.8 }, ...stated.objectives.slice(1)]),
      [`${at} 99.9 % availability`],
    ],
    [
      "longer",
      of([stated.objectives[0] as object, LATENCY, ...stated.objectives.slice(2)]),
      [`${at} 95 % latency within 0.05 s`],
    ],
    [
      "by another name, and fuller",
      of([
        ...stated.objectives.slice(0, 2),
        { name: "hits", kind: "ratio", target: 80 },
        { name: "memory", kind: "saturation", target: 99, limit: 90 },
      ]),
      [`${at} 80 % ratio "cache"`, `${at} 99 % saturation at most 85 % used`],
    ],
    [
      "no threshold",
      of(stated.objectives, {}),
      ["services[0].release.thresholds holds no release of shop/policy to cpu at most 80 %"],
    ],
    [
      "not known",
      of([{ ...AVAILABILITY, target: unknownValue }]),
      ["services[0].objectives[0].target is not known before deployment"],
    ],
  ])("%s", (_, resource, expected) => {
    expect(judged({ "shop/policy": wanted }, resource)).toEqual(expected);
  });

  test("who is not there, and what nobody asked for", () => {
    expect(judged({ "shop/mail": wanted }, elsewhere(stated))).toEqual([
      "shop/mail has to promise something, and is not in the stack",
    ]);
    expect(judged({}, elsewhere({ objectives: [] }))).toEqual([]);
  });
});
