import { describe, expect, test } from "vitest";
import {
  type Alert,
  alertProblems,
  type Condition,
  normalizeAlert,
} from "../../../components/alerting/alert.ts";
import { alertmanagerProblems } from "../../../components/alerting/alertmanager.ts";
import { type Escalation, escalationProblems } from "../../../components/alerting/escalation.ts";
import { type Runbook, runbookProblems } from "../../../components/alerting/runbook.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";
import { shop } from "../open-slo/support.ts";

const alert: Alert = {
  name: "HighErrorRate",
  service: "api",
  condition: { kind: "value", metric: "errors", above: 1 },
  for: "5 min",
  severity: "page",
  owner: "shop",
  runbook: "service",
  what: "Too much fails.",
  impact: "Users see it.",
  first: "Look.",
};

describe("an alert", () => {
  const AT = 'alerts["HighErrorRate"]';
  const problems = (...changes: Partial<Alert>[]) =>
    alertProblems(
      changes.map((change) => ({ ...alert, ...change })),
      (service) => (service === "api" ? METRICS : undefined),
      ["api", "web"],
    );
  const of = (condition: Condition) => problems({ condition });

  test("OS-05 has a name, one of its own, and a service that there is", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ name: "high" })).toEqual([
      'alerts["high"]: its name must be words in capitals without blanks, such as HighErrorRate',
    ]);
    expect(problems({}, {})).toEqual([`${AT}: there are two of this name; give each its own`]);
    expect(problems({ service: "shop" })).toEqual([
      `${AT}.service: there is no service "shop"; there are: api, web`,
    ]);
  });

  test("OS-05 says what is wrong, how bad it is and what to do first", () => {
    expect(problems({ what: " ", impact: "", first: "" })).toEqual(
      ["what", "impact", "first"].map(
        (text) => `${AT}.${text}: say it in one sentence; whoever reads it has just woken up`,
      ),
    );
  });

  test("OS-05 of a figure is above or below, not both", () => {
    expect(of({ kind: "value", metric: "a b" })).toEqual([
      `${AT}.condition.metric: "a b" is no metric's name`,
      `${AT}.condition: state either \`above\` or \`below\``,
    ]);
    expect(of({ kind: "value", metric: "a", above: 1, below: 2 })).toEqual([
      `${AT}.condition: state either \`above\` or \`below\``,
    ]);
  });

  test("OS-05 counts over a minute or more", () => {
    expect(of({ kind: "count", metric: "a", above: -1, over: "30 s" })).toEqual([
      `${AT}.condition.above: -1 must be 0 or more events`,
      `${AT}.condition.over: "30 s" must be whole seconds, and a minute or more: four scrapes, 15 s apart`,
    ]);
    expect(of({ kind: "share", indicator: { kind: "availability" }, above: 100, over: "90.5 s" })).toEqual([
      `${AT}.condition.above: 100 must be 0 or more and below 100 (percent of events)`,
      `${AT}.condition.over: "90.5 s" must be whole seconds, and a minute or more: four scrapes, 15 s apart`,
    ]);
  });

  test("OS-05 is a share of events, or a limit of a figure", () => {
    expect(
      of({ kind: "share", indicator: { kind: "freshness", lastSuccess: "a", maxAge: "1 h" }, above: 1 }),
    ).toEqual([`${AT}.condition: freshness is no share of events; use { kind: "limit", … }`]);
    expect(of({ kind: "limit", indicator: { kind: "availability" } })).toEqual([
      `${AT}.condition: availability is a share of events; use { kind: "share", above: … }`,
    ]);
    expect(of({ kind: "promql", expression: "sum(x" })).toEqual([
      `${AT}.condition.expression: "sum(x" is no PromQL: it ends too soon or goes wrong at character 6, after "sum(x"`,
    ]);
  });

  test("OS-05 counts over five minutes and is its own concern unless it says otherwise", () => {
    const share: Alert = {
      ...alert,
      condition: { kind: "share", indicator: { kind: "availability" }, above: 1 },
    };
    expect(normalizeAlert(share)).toMatchObject({
      condition: { kind: "share", indicator: { kind: "availability" }, above: 1, overSeconds: 300 },
      forSeconds: 300,
      concern: "HighErrorRate",
    });
    expect(normalizeAlert(alert).condition).toEqual({
      kind: "value",
      metric: "errors",
      above: 1,
      aggregate: "max",
      orAbsent: false,
    });
  });
});

describe("an escalation table", () => {
  const right = shop({}).escalation;
  const problems = (change: Partial<Escalation<string>>) => escalationProblems({ ...right, ...change });
  const { duty, team, tracker } = right.channels as Required<typeof right.channels>;

  test("P8-06 reaches somebody at every level, by channels that there are, sooner than they have to answer", () => {
    expect(problems({})).toEqual([]);
    const levels = {
      ...right.levels,
      page: { priority: "P1", within: "30 s", channels: [] },
      ticket: { priority: "P3", within: "1 h", channels: ["nobody"] },
    } as const;
    expect(problems({ levels })).toEqual([
      "escalation.levels.page.channels: nobody is told; name one of: duty, team, tracker",
      'escalation.levels.page.within: "30 s" is sooner than a message arrives; use "1 min" or more',
      'escalation.levels.ticket.channels: there is no channel "nobody"; there are: duty, team, tracker',
      'escalation.channels["duty"]: no level reaches it; name it in one, or leave it out',
      'escalation.channels["tracker"]: no level reaches it; name it in one, or leave it out',
    ]);
  });

  test("P8-06 has channels that messages can be sent to, and shows no token", () => {
    const channels = {
      duty: { kind: "slack", channel: "ops" },
      team: { kind: "email", to: "nobody" },
      tracker: { kind: "tickets", address: "http://tracker.example/?token=abc", token: "id" },
    } as const;
    expect(problems({ channels })).toEqual([
      'escalation.channels["duty"].channel: "ops" must begin with "#", such as "#alerts"',
      'escalation.channels["duty"]: give it a `token` (Cloud Monitoring) or a `webhook` (Alertmanager)',
      'escalation.channels["team"].to: "nobody" is no e-mail address',
      'escalation.channels["tracker"].address: "http://tracker.example/?…" must be an https address without a query: a token goes beside it',
    ]);
    if (duty === undefined || team === undefined || tracker === undefined) throw new Error("no channels");
    const sms = {
      kind: "sms",
      number: "0170",
      gateway: { address: "https://sms.example?x=1", token: "id" },
    } as const;
    expect(problems({ channels: { duty: sms, team, tracker } })).toEqual([
      'escalation.channels["duty"].gateway.address: "https://sms.example?…" must be an https address without a query: a token goes beside it',
      'escalation.channels["duty"].number: "0170" must be in E.164: "+", the country, the number, digits only',
    ]);
    expect(problems({ channels: { duty, team, tracker, Up: { kind: "discord", webhook: "id" } } })).toEqual([
      'escalation.channels["Up"]: use lower-case letters, digits and "-"',
      'escalation.channels["Up"]: no level reaches it; name it in one, or leave it out',
    ]);
  });

  test("P8-06 has no channel that Alertmanager would be silent on", () => {
    const channels = {
      phone: { kind: "sms", number: "+15555550108" },
      chat: { kind: "slack", channel: "#shop", token: "id" },
    } as const;
    expect(alertmanagerProblems({ escalation: { ...right, channels } })).toEqual([
      'escalation.channels["phone"]: Alertmanager sends no SMS; give it a `gateway` that takes its webhook',
      'escalation.channels["chat"]: Alertmanager posts to Slack by an incoming `webhook`; give it one beside the token',
    ]);
    expect(alertmanagerProblems({ escalation: right })).toEqual([]);
  });
});

describe("runbooks", () => {
  const runbook: Runbook = {
    name: "service",
    title: "Service",
    about: "What to do.",
    checks: [{ say: "Look." }],
    mitigations: [{ say: "Take it back." }],
    recovery: [{ say: "Look again." }],
  };

  test("OS-05 there is at least one, and each that is asked for", () => {
    expect(runbookProblems([], [])).toEqual(["runbooks: there are none; an alert without one helps nobody"]);
    expect(runbookProblems([runbook], [{ runbook: "service", by: 'alerts["X"]' }])).toEqual([]);
    expect(runbookProblems([runbook], [{ runbook: "other", by: 'alerts["X"]' }])).toEqual([
      'alerts["X"].runbook: there is no runbook "other"; there are: service',
    ]);
  });

  test("OS-05 each has a name of its own, and says what to look at, what helps and when it is over", () => {
    const empty: Runbook = { ...runbook, name: "Bad Name", checks: [], mitigations: [], recovery: [] };
    expect(runbookProblems([runbook, runbook, empty], [])).toEqual([
      'runbooks["service"]: there are two of this name',
      'runbooks["Bad Name"]: its name must be lower-case words joined by "-"',
      'runbooks["Bad Name"].checks: there are none; state at least one',
      'runbooks["Bad Name"].mitigations: there are none; state at least one',
      'runbooks["Bad Name"].recovery: there are none; state at least one',
    ]);
  });
});
