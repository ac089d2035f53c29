import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { UsageMetrics } from "./usage-metrics.ts";

/** Whose request or instance it is. `environment` and `system` come from the service's labels. */
export interface ServiceLabels {
  readonly environment: string;
  readonly system: string;
  /** The service's name. */
  readonly service: string;
}

/** What a revision is doing, as {@link CloudMetrics} asks for it when it is scraped. */
export interface RevisionLoad {
  readonly labels: ServiceLabels & { readonly revision: string };
  /** Instances by state. */
  readonly instances: Readonly<Record<string, number>>;
  /** Requests that its instances handle now, and those that wait for one. */
  readonly inFlight: number;
  /** Ids of the processes of its instances. */
  readonly pids: readonly number[];
  /** CPUs, and bytes of memory, that each instance is declared with. */
  readonly cpu: number;
  readonly memory: number;
}

/** Seconds; what prom-client and most dashboards assume. A service's own thresholds come in between. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const SERVICE = ["environment", "system", "service"] as const;
const DURATION = [...SERVICE, "revision", "route"] as const;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The edges of a service's histogram: the usual ones and its own, ascending, each once. */
export function bucketEdges(own: readonly number[]): number[] {
  return [...new Set([...DEFAULT_BUCKETS, ...own])].sort((left, right) => left - right);
}

/**
 * One metric family whose services each have edges of their own. A prom-client histogram has one set of edges, and a
 * registry takes a name once; so each service gets a histogram that is in no registry, and this one, which observes
 * nothing itself, shows the values of all. Prometheus takes different `le` per series: rules ask one service at a time.
 */
class HistogramFamily extends Histogram<(typeof DURATION)[number]> {
  readonly #members = new Map<string, { edges: string; histogram: Histogram<(typeof DURATION)[number]> }>();

  member(key: string, edges: readonly number[]): Histogram<(typeof DURATION)[number]> {
    const known = this.#members.get(key);
    if (known?.edges === edges.join()) return known.histogram;
    const histogram = new Histogram({ ...DURATION_CONFIGURATION, buckets: [...edges], registers: [] });
    this.#members.set(key, { edges: edges.join(), histogram });
    return histogram;
  }

  drop(key: string): void {
    this.#members.delete(key);
  }

  override async get() {
    // Not super.get(): prom-client's calls getForPromString, which is overridden below.
    const shape = await new Histogram({ ...DURATION_CONFIGURATION, registers: [] }).get();
    const all = await Promise.all([...this.#members.values()].map(({ histogram }) => histogram.get()));
    return { ...shape, values: all.flatMap((metric) => metric.values) };
  }

  /** What prom-client's text output asks for; its own would know one histogram only. */
  getForPromString() {
    return this.get();
  }
}

const DURATION_CONFIGURATION = {
  name: "http_request_duration_seconds",
  help: "Time from a request's arrival at the router to the end of its answer.",
  labelNames: DURATION,
};

/** All that the cloud counts. */
export class CloudMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "http_requests_total",
    help: "Requests that the router answered. Code 499: the client went away first.",
    labelNames: [...SERVICE, "revision", "method", "route", "code"],
    registers: [this.#registry],
  });
  readonly #durations = new HistogramFamily({ ...DURATION_CONFIGURATION, registers: [this.#registry] });
  readonly #probes = new Counter({
    name: "health_check_total",
    help: "Answers to health checks, by endpoint (startup, liveness, readiness) and status (success, failure).",
    labelNames: [...SERVICE, "revision", "endpoint", "status"],
    registers: [this.#registry],
  });
  readonly #restarts = new Counter({
    name: "cloud_restarts_total",
    help: "Instances replaced because liveness failed or their process ended.",
    labelNames: [...SERVICE, "revision"],
    registers: [this.#registry],
  });
  readonly #usage: UsageMetrics;
  readonly contentType = this.#registry.contentType;

  constructor(load: () => RevisionLoad[]) {
    this.#usage = new UsageMetrics(this.#registry, load);
    new Gauge({
      name: "cloud_instances",
      help: "Instances by state: starting, ready, unready, draining.",
      labelNames: [...SERVICE, "revision", "state"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labels, instances } of load()) {
          for (const [state, count] of Object.entries(instances)) this.set({ ...labels, state }, count);
        }
      },
    });
    new Gauge({
      name: "http_requests_in_flight",
      help: "Requests that instances handle now, and those that wait for one.",
      labelNames: [...SERVICE, "revision"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labels, inFlight } of load()) this.set(labels, inFlight);
      },
    });
    new Gauge({
      name: "cloud_up",
      help: "1 while the local cloud runs.",
      registers: [this.#registry],
    }).set(1);
    new Gauge({
      name: "process_start_time_seconds",
      help: "Unix time at which the local cloud started, and every counter with it.",
      registers: [this.#registry],
    }).set(Date.now() / 1000);
  }

  /** One request; `seconds` from arrival to end; `edges` from {@link bucketEdges}. */
  request(
    labels: ServiceLabels & { readonly revision: string },
    request: {
      readonly method: string;
      readonly route: string;
      readonly code: number;
      readonly seconds: number;
    },
    edges: readonly number[],
  ): void {
    const method = METHODS.has(request.method) ? request.method : "OTHER";
    this.#requests.inc({ ...labels, method, route: request.route, code: String(request.code) });
    const { route, seconds } = request;
    this.#durations.member(serviceKey(labels), edges).observe({ ...labels, route }, seconds);
  }

  /** One answer to a probe. */
  probe(labels: ServiceLabels & { readonly revision: string }, endpoint: string, ok: boolean): void {
    this.#probes.inc({ ...labels, endpoint, status: ok ? "success" : "failure" });
  }

  /** One instance replaced. */
  restart(labels: ServiceLabels & { readonly revision: string }): void {
    this.#restarts.inc(labels);
  }

  /** Forgets a service that was deleted, so that its series end. */
  async forget(labels: ServiceLabels): Promise<void> {
    this.#durations.drop(serviceKey(labels));
    for (const counter of [this.#requests, this.#probes, this.#restarts, this.#usage.counter] as Counter[]) {
      for (const { labels: series } of (await counter.get()).values) {
        if (SERVICE.every((name) => series[name] === labels[name])) counter.remove(series);
      }
    }
  }

  /** Prometheus text. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function serviceKey(labels: ServiceLabels): string {
  return JSON.stringify(SERVICE.map((name) => labels[name]));
}
