import type { Answers } from "../../../automation/status/answers.ts";
import type { MetricsSource, Sample, Track } from "../../../automation/status/source.ts";
import { normalizeAlert } from "../../../components/alerting/alert.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";
import type { Alert } from "../../../sandbox/prometheus/client.ts";

const OWNER = "shop-platform";

const API: readonly Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.5, owner: OWNER },
  { name: "latency", indicator: { kind: "latency", threshold: "500 ms" }, target: 95, owner: OWNER },
  {
    name: "routes",
    indicator: { kind: "availability", by: ["route"] },
    target: 99,
    owner: OWNER,
    alerting: { off: "availability says the same" },
  },
];

/** Of a shop: an `api` with a capacity and three objectives, and a `worker` whose work is counted. */
export function shopFacts(): MonitoringFacts {
  const common = { environment: "production", system: "shop", metrics: METRICS } as const;
  return {
    schemaVersion: 1,
    system: "shop",
    environment: "production",
    services: [
      {
        ...common,
        service: "api",
        runtime: "cloud-run",
        objectives: API.map(normalizeObjective),
        capacity: { perInstance: 10, max: 4, peak: 20 },
      },
      {
        ...common,
        service: "worker",
        runtime: "elsewhere",
        objectives: [
          normalizeObjective({
            name: "orders",
            indicator: { kind: "ratio", bad: "orders_failed_total", total: "orders_total" },
            target: 99,
            window: "7 days",
            owner: OWNER,
          }),
        ],
      },
    ],
    alerts: [
      normalizeAlert({
        name: "QueueFull",
        condition: { kind: "value", metric: "queue_length", above: 100 },
        for: "5 min",
        severity: "warning",
        owner: OWNER,
        runbook: "service",
        what: "The queue is full.",
        impact: "Orders wait.",
        first: "Look at the worker.",
      }),
    ],
    uptime: [],
    escalation: {
      channels: { mail: { kind: "email", to: "shop@example.com" } },
      levels: {
        page: { priority: "P1", within: "5 min", channels: ["mail"] },
        warning: { priority: "P2", within: "1 h", channels: ["mail"] },
        ticket: { priority: "P3", within: "24 h", channels: ["mail"] },
      },
    },
    runbooks: [],
    runbookBase: "docs/runbooks",
  };
}

const API_LABELS = { environment: "production", system: "shop", service: "api" };

/** A page of the api's availability since five past eleven. */
export const PAGE: Alert = {
  labels: {
    ...API_LABELS,
    alertname: "ApiAvailabilityBurn",
    severity: "page",
    concern: "availability",
    objective: "availability",
    window: "1h",
    owner: OWNER,
  },
  annotations: {
    summary: "shop/api: the error budget of availability burns 20.0 times too fast",
    description: "What: too much is bad.\nFirst: Take the release back.\nWhose: shop-platform.",
    runbook_url: "docs/runbooks/shop/service.md#apiavailabilityburn",
  },
  state: "firing",
  activeAt: "2026-03-01T11:05:00Z",
};

/** What is said of a fixed alert that is about to fire. */
export const PENDING: Alert = {
  labels: {
    environment: "production",
    system: "shop",
    alertname: "QueueFull",
    severity: "warning",
    owner: OWNER,
  },
  annotations: {},
  state: "pending",
  activeAt: "2026-03-01T11:59:15Z",
};

/** A sample of the api's. */
export function ofApi(more: Readonly<Record<string, string>>, value: number): Sample {
  return { labels: { ...API_LABELS, ...more }, value };
}

function burns(objective: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([window, value]) => ofApi({ objective, window }, value));
}

/** Everything is well; of the worker nothing is known. */
export function shopAnswers(changes: Partial<Answers> = {}): Answers {
  const calm = { "5m": 0.2, "30m": 0.2, "1h": 0.15, "6h": 0.1, "3d": 0.04 };
  return {
    source: { kind: "prometheus", address: "http://127.0.0.1:9090" },
    at: "2026-03-01T12:00:00.000Z",
    budgets: [
      ofApi({ objective: "availability" }, 0.84),
      ofApi({ objective: "latency" }, 0.999),
      ofApi({ objective: "routes", route: "/pay" }, 0.5),
      ofApi({ objective: "routes", route: "/cart" }, 1),
    ],
    burns: [...burns("availability", calm), ...burns("latency", calm)],
    traffic: [
      ofApi({ revision: "api-1" }, 9),
      ofApi({ revision: "api-2" }, 1),
      ofApi({ revision: "api-0" }, 0),
    ],
    p95: [ofApi({}, 0.3214)],
    alerts: [],
    ...changes,
  };
}

/** A metrics source that answers from a table and keeps what it was asked; what isn't in the table has no data. */
export class ScriptedSource implements MetricsSource {
  readonly address = "http://prometheus.test";
  readonly asked: string[] = [];
  readonly #samples: Readonly<Record<string, readonly Sample[]>>;
  readonly #tracks: Readonly<Record<string, readonly Track[]>>;
  readonly #alerts: readonly Alert[];

  constructor(script: {
    readonly samples?: Readonly<Record<string, readonly Sample[]>>;
    readonly tracks?: Readonly<Record<string, readonly Track[]>>;
    readonly alerts?: readonly Alert[];
  }) {
    this.#samples = script.samples ?? {};
    this.#tracks = script.tracks ?? {};
    this.#alerts = script.alerts ?? [];
  }

  async query(promql: string): Promise<Sample[]> {
    this.asked.push(promql);
    return [...(this.#samples[promql] ?? [])];
  }

  async range(promql: string): Promise<Track[]> {
    this.asked.push(promql);
    return [...(this.#tracks[promql] ?? [])];
  }

  async alerts(): Promise<Alert[]> {
    return [...this.#alerts];
  }
}
