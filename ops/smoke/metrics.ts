import { createServer, type Server } from "node:http";
import { Counter, Gauge, Registry } from "prom-client";
import type { SmokeReport } from "./report.ts";
import type { ScheduleState } from "./schedule.ts";

/** What a schedule tells Prometheus. */
export class SmokeMetrics {
  readonly #registry = new Registry();
  readonly #runs: Counter;
  readonly #failures: Counter;
  readonly #duration: Gauge;
  readonly #consecutive: Gauge;
  readonly #lastSuccess: Gauge;

  /** @param tests their names: each has a series from the start, so that the first failure is a rise */
  constructor(tests: readonly string[]) {
    const registers = [this.#registry];
    this.#runs = new Counter({
      name: "smoke_runs_total",
      help: "Runs of the smoke tests, by result.",
      labelNames: ["result"],
      registers,
    });
    this.#failures = new Counter({
      name: "smoke_test_failures_total",
      help: "Runs in which a test failed; a skipped test did not fail.",
      labelNames: ["test"],
      registers,
    });
    this.#duration = new Gauge({
      name: "smoke_run_duration_seconds",
      help: "How long the last run took.",
      registers,
    });
    this.#consecutive = new Gauge({
      name: "smoke_consecutive_failures",
      help: "Runs that failed since one passed.",
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: "smoke_last_success_timestamp_seconds",
      help: "When the last run that passed began; absent until one did.",
      registers,
    });
    for (const result of ["passed", "failed"]) this.#runs.inc({ result }, 0);
    for (const test of tests) this.#failures.inc({ test }, 0);
    // A gauge begins with 0, which would say 1970, or a run of no time.
    this.#duration.remove();
    this.#lastSuccess.remove();
  }

  /** Takes one more run in. */
  observe(report: SmokeReport, state: ScheduleState): void {
    this.#runs.inc({ result: report.passed ? "passed" : "failed" });
    for (const { name, result } of report.tests) {
      if (result === "failed") this.#failures.inc({ test: name });
    }
    this.#duration.set(report.seconds);
    this.#consecutive.set(state.consecutiveFailures);
    if (state.lastSuccess !== undefined) this.#lastSuccess.set(Date.parse(state.lastSuccess) / 1000);
  }

  /** All of it in Prometheus' text format. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }

  /** Serves it at `/metrics`. @throws Error of the system where address or port can't be had */
  async serve(port: number, address: string): Promise<Server> {
    const server = createServer(async (request, response) => {
      if (
        request.method !== "GET" ||
        new URL(request.url ?? "/", "http://localhost").pathname !== "/metrics"
      ) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader("content-type", this.#registry.contentType);
      response.end(await this.text());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, resolve);
    });
    return server;
  }
}
