import { type Alert, normalizeAlert } from "../../../components/alerting/alert.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import type { Runbook } from "../../../components/alerting/runbook.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";

const OWNER = "shop-platform";

const OBJECTIVES: readonly Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.5, owner: OWNER },
  {
    name: "latency",
    indicator: { kind: "latency", threshold: "2 s" },
    target: 95,
    owner: OWNER,
    runbook: "store",
    alerting: { off: "HighLatency says the same" },
  },
];

const ALERTS: readonly Alert[] = [
  {
    name: "StoreDown",
    condition: { kind: "value", metric: "store_up", below: 1, aggregate: "min", orAbsent: true },
    for: "1 min",
    severity: "page",
    owner: "shop-data",
    runbook: "store",
    what: "The store doesn't answer.",
    impact: "Nothing is kept | nothing is found.",
    first: "Is its pod there?",
  },
  {
    name: "HighErrorRate",
    service: "api",
    condition: { kind: "share", indicator: { kind: "availability" }, above: 1 },
    for: "0 s",
    severity: "warning",
    owner: OWNER,
    runbook: "service",
    what: "More than 1 % of requests fail.",
    impact: "Users see errors.",
    first: "Look for a release.",
  },
];

const STEP = { say: "Look at it.", run: ["kubectl -n {namespace} get pods"] };

/** A runbook of which nothing is said but its name and title. */
export const bare = (name: string, title: string): Runbook => ({
  name,
  title,
  about: `What to do about ${title}.`,
  checks: [STEP],
  mitigations: [{ say: "Wait." }],
  recovery: [{ say: "It is over.", queries: ["store_up{{labels}}"] }],
});

/** A system with a promise that burns, one that tells nobody, and alerts of its own. */
export const FACTS: MonitoringFacts = {
  schemaVersion: 1,
  system: "shop",
  environment: "production",
  services: [
    {
      environment: "production",
      system: "shop",
      service: "api",
      runtime: "kubernetes",
      metrics: METRICS,
      namespace: "shop",
      objectives: OBJECTIVES.map(normalizeObjective),
      release: {
        strategy: "canary",
        steps: [{ weight: 100, hold: "15 min" }],
        gates: ["availability"],
        emergency: { flags: { NEW_PIPELINE: "0", STORE: "second" }, within: "2 min" },
      },
    },
    {
      environment: "production",
      system: "shop",
      service: "pages",
      runtime: "cloud-run",
      metrics: METRICS,
      objectives: [],
    },
  ],
  alerts: ALERTS.map(normalizeAlert),
  uptime: [],
  escalation: {
    channels: {
      pager: { kind: "pagerduty", key: "pagerduty-key" },
      team: { kind: "slack", channel: "#shop", webhook: "slack-hook" },
      duty: {
        kind: "sms",
        number: "+15551234567",
        gateway: { address: "https://sms.example/alerts", token: "sms-token" },
      },
      mail: { kind: "email", to: "alerts@shop.example" },
    },
    levels: {
      page: { priority: "P1", within: "5 min", channels: ["pager", "team", "duty"] },
      warning: { priority: "P2", within: "15 min", channels: ["mail"] },
      ticket: { priority: "P3", within: "1 h", channels: ["team"] },
    },
  },
  runbooks: [bare("service", "The service"), bare("store", "The store")],
  runbookBase: "docs/runbooks",
};
