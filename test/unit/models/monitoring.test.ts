import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import {
  appliedOutputs,
  checkedInputs,
  checkInputs,
  plannedOutputs,
  UNKNOWN,
} from "../../../sandbox/models/index.ts";
import { markSecret, type Properties } from "../../../sandbox/models/values.ts";
import { declare, find, refusal } from "../../support/declare.ts";
import { changed, good } from "./examples.ts";

const policy = "gcp:monitoring/alertPolicy:AlertPolicy";
const slo = "gcp:monitoring/slo:Slo";
const uptime = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";
const channel = "gcp:monitoring/notificationChannel:NotificationChannel";
const job = "gcp:cloudrunv2/job:Job";
const scheduler = "gcp:cloudscheduler/job:Job";
const P = "projects/acme-prod";

const argsOf = (token: string, inputs: Properties = good(token)) => ({
  urn: `urn:pulumi:production::slipway::${token}::thing`,
  name: "thing",
  inputs,
  project: "acme-prod",
});
const reasons = (token: string, inputs: Properties) =>
  checkInputs(token, inputs).map(({ path, reason }) => `${path}: ${reason}`);

test.each([
  [
    "gcp:monitoring/customService:CustomService",
    undefined,
    { serviceId: "api", name: UNKNOWN, deletionPolicy: "DELETE" },
  ],
  [slo, undefined, { sloId: "availability", name: UNKNOWN, project: "acme-prod" }],
  [policy, undefined, { name: UNKNOWN, enabled: true, creationRecords: UNKNOWN }],
  [
    uptime,
    undefined,
    {
      name: UNKNOWN,
      uptimeCheckId: UNKNOWN,
      checkerType: "STATIC_IP_CHECKERS",
      httpCheck: { port: 443, requestMethod: "GET" },
    },
  ],
  [
    job,
    `${P}/locations/us-east1/jobs/nightly`,
    { uid: UNKNOWN, executionCount: UNKNOWN, launchStage: "GA", template: { taskCount: 4 } },
  ],
  [
    "gcp:cloudrunv2/jobIamMember:JobIamMember",
    `${P}/locations/us-east1/jobs/nightly/roles/run.invoker/serviceAccount:nightly@acme-prod.iam.gserviceaccount.com`,
    { etag: UNKNOWN },
  ],
  [scheduler, `${P}/locations/us-east1/jobs/nightly`, { state: "ENABLED", paused: false }],
] as const)("%s: a plan knows what the provider knows before it makes anything", (token, id, outputs) => {
  const planned = plannedOutputs(token, argsOf(token));
  expect(planned.id).toBe(id);
  expect(planned.outputs).toMatchObject(outputs);
});

test("services and objectives are named by the project's number, policies and checks by its id", () => {
  const made = (token: string) => appliedOutputs(token, argsOf(token));
  const number = /^projects\/\d{12}\/services\/api/;
  expect(made("gcp:monitoring/customService:CustomService").id).toMatch(new RegExp(`${number.source}$`));
  expect(made(slo).id).toMatch(new RegExp(`${number.source}/serviceLevelObjectives/availability$`));
  expect(made(policy).id).toMatch(/^projects\/acme-prod\/alertPolicies\/\d{19}$/);
  expect(made(uptime).id).toMatch(/^projects\/acme-prod\/uptimeCheckConfigs\/api-is-reachable-[0-9a-f]{11}$/);
  expect(made(uptime).outputs.uptimeCheckId).toBe(made(uptime).id.split("/").at(-1));
});

test("each condition has a name of its own below its policy's", () => {
  const { id, outputs } = appliedOutputs(policy, argsOf(policy));
  const names = (outputs.conditions as Properties[]).map(({ name }) => String(name));
  expect(names).toEqual([
    expect.stringMatching(new RegExp(`^${id}/conditions/\\d{19}$`)),
    expect.stringMatching(new RegExp(`^${id}/conditions/\\d{19}$`)),
  ]);
  expect(new Set(names).size).toBe(2);
});

test.each([
  ["a number with its unit in quotes", '"3600s"'],
  ["the unit without quotes", "60m"],
  ["the longest", "24h"],
  ["nanoseconds", "60000000000ns"],
])("a burn rate may look back by %s", (_, lookback) => {
  const filter = `select_slo_burn_rate("${P}/services/api/serviceLevelObjectives/availability", ${lookback})`;
  expect(reasons(policy, changed(good(policy), "conditions[0].conditionThreshold.filter", filter))).toEqual(
    [],
  );
});

test("a PromQL condition alone, and a log condition with a rate limit, are accepted", () => {
  const query = { query: "up == 0", duration: "45s", evaluationInterval: "60s", alertRule: "ApiDown" };
  const alone = [{ displayName: "down", conditionPrometheusQueryLanguage: query }];
  expect(reasons(policy, { ...good(policy), conditions: alone })).toEqual([]);
  const logs = [{ displayName: "errors", conditionMatchedLog: { filter: "severity>=ERROR" } }];
  const limited = { alertStrategy: { notificationRateLimit: { period: "300s" } }, documentation: undefined };
  expect(reasons(policy, { ...good(policy), ...limited, conditions: logs })).toEqual([]);
});

test("an indicator on windows may hold one on requests, with the same rules", () => {
  const withPerformance = (performance: object) =>
    reasons(slo, {
      service: "api",
      goal: 0.99,
      calendarPeriod: "MONTH",
      windowsBasedSli: { windowPeriod: "300s", goodTotalRatioThreshold: { threshold: 0.95, performance } },
    });
  expect(withPerformance({ distributionCut: { distributionFilter: "x", range: { max: 0.5 } } })).toEqual([]);
  expect(withPerformance({ goodTotalRatio: { goodServiceFilter: "x" } })).toEqual([
    "windowsBasedSli.goodTotalRatioThreshold.performance.goodTotalRatio: needs exactly two of goodServiceFilter, badServiceFilter and totalServiceFilter, and has goodServiceFilter",
  ]);
});

test("the region USA holds three locations by itself", () => {
  expect(reasons(uptime, { ...good(uptime), selectedRegions: ["USA"] })).toEqual([]);
  expect(reasons(uptime, { ...good(uptime), selectedRegions: ["USA_IOWA", UNKNOWN] })).toEqual([]);
});

test.each([
  ["sms", { labels: { number: "+15551234567" } }],
  ["webhook_tokenauth", { labels: { url: "https://hooks.example.com/?token=t" } }],
  ["pubsub", { labels: { topic: "projects/acme-prod/topics/alerts" } }],
  ["google_chat", { labels: { space: "spaces/AAAA" } }],
  ["slack", { labels: { channel_name: "#alerts" }, sensitiveLabels: { authToken: markSecret("t") } }],
  ["pagerduty", { sensitiveLabels: { serviceKey: markSecret("k") } }],
  ["pagerduty", { sensitiveLabels: { serviceKeyWo: markSecret("k"), serviceKeyWoVersion: "1" } }],
  ["pagerduty", { labels: { service_key: "k" } }],
] as const)("a channel of the type %s with what it wants is accepted", (type, inputs) => {
  expect(reasons(channel, { type, ...inputs })).toEqual([]);
});

test.each([
  [
    "sms",
    { labels: { number: "555-1234" } },
    'labels.number: must be a phone number in E.164, such as `+15551234567`; got "555-1234"',
  ],
  [
    "webhook_tokenauth",
    { labels: { url: "hooks" } },
    'labels.url: must be an address that begins with `https://` or `http://`; got "hooks"',
  ],
  [
    "pubsub",
    { labels: { topic: "alerts" } },
    'labels.topic: must be `projects/PROJECT/topics/TOPIC`; got "alerts"',
  ],
  [
    "slack",
    { labels: { channel_name: "#alerts" } },
    "sensitiveLabels.authToken: is required for channels of the type slack",
  ],
  ["pagerduty", {}, "sensitiveLabels.serviceKey: is required for channels of the type pagerduty"],
  [
    "pagerduty",
    { labels: { service_key: "k" }, sensitiveLabels: { serviceKey: "k" } },
    "sensitiveLabels.serviceKey: must not be set in labels.service_key as well",
  ],
] as const)("a channel of the type %s with %j is refused", (type, inputs, reason) => {
  expect(reasons(channel, { type, ...inputs })).toEqual([reason]);
});

test("a channel's write-only key does not come back", () => {
  const inputs = { type: "pagerduty", sensitiveLabels: { serviceKeyWo: "k", serviceKeyWoVersion: "1" } };
  expect(appliedOutputs(channel, argsOf(channel, inputs)).outputs.sensitiveLabels).toEqual(
    markSecret({ serviceKeyWoVersion: "1" }),
  );
});

test.each(["0 3 * * 7", "*/5 * * * *", "0 9 1 jan-mar mon", "every 15 minutes", "1st monday of sep 17:00"])(
  "Cloud Scheduler takes %s",
  (schedule) => {
    expect(reasons(scheduler, { ...good(scheduler), schedule })).toEqual([]);
  },
);

test("a scheduler job says how long it waits, where time is counted, and whether it is paused", () => {
  const { attemptDeadline: _, timeZone: __, ...rest } = good(scheduler);
  expect(checkedInputs(scheduler, argsOf(scheduler, rest))).toMatchObject({
    attemptDeadline: "180s",
    timeZone: "Etc/UTC",
  });
  const paused = plannedOutputs(scheduler, argsOf(scheduler, { ...rest, paused: true }));
  expect(paused.outputs.state).toBe("PAUSED");
});

/** One of each, as a program declares them, each made of what another one tells. */
function program(goal: number) {
  const service = new gcp.monitoring.CustomService("service", { project: "acme-prod", serviceId: "api" });
  new gcp.monitoring.Slo("objective", {
    service: service.serviceId,
    sloId: "availability",
    goal,
    rollingPeriodDays: 30,
    requestBasedSli: { goodTotalRatio: { goodServiceFilter: "good", totalServiceFilter: "all" } },
  });
  const mail = new gcp.monitoring.NotificationChannel("mail", {
    type: "email",
    labels: { email_address: "ops@example.com" },
  });
  new gcp.monitoring.AlertPolicy("policy", {
    displayName: "down",
    combiner: "OR",
    conditions: [{ displayName: "down", conditionPrometheusQueryLanguage: { query: "up == 0" } }],
    notificationChannels: [mail.name],
  });
  new gcp.monitoring.UptimeCheckConfig("check", {
    displayName: "api",
    timeout: "10s",
    monitoredResource: { type: "uptime_url", labels: { host: "api.example.com" } },
    httpCheck: { useSsl: true },
  });
  const nightly = new gcp.cloudrunv2.Job("job", {
    project: "acme-prod",
    name: "nightly",
    location: "us-east1",
    template: { template: { containers: [{ image: "us-docker.pkg.dev/acme/nightly@sha256:abc" }] } },
  });
  new gcp.cloudscheduler.Job("start", {
    region: "us-east1",
    schedule: "30 3 * * *",
    httpTarget: { uri: pulumi.interpolate`https://run.googleapis.com/v2/${nightly.id}:run` },
  });
}

test("a plan of a program with one of each goes through, and tells what the provider would", async () => {
  const resources = await declare(() => program(0.999));
  expect(resources.map(({ type }) => type).filter((type) => type.startsWith("gcp:"))).toHaveLength(7);
  expect(find(resources, slo, "objective").inputs.service).toBe("api");
  expect(find(resources, policy, "policy").inputs.notificationChannels).toEqual(["[unknown]"]);
  expect(find(resources, scheduler, "start").inputs.httpTarget).toEqual({
    uri: "https://run.googleapis.com/v2/projects/acme-prod/locations/us-east1/jobs/nightly:run",
  });
});

test("a plan refuses a goal that Cloud Monitoring does", async () => {
  expect(await refusal(() => program(1))).toContain("goal: must be more than 0 and at most 0.9999; got 1");
});
