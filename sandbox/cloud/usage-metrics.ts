import { Counter, Gauge, type Registry } from "prom-client";
import { type ProcessUsage, processUsage } from "./usage.ts";

/** A revision's processes, and what each of them may use. */
export interface RevisionProcesses {
  readonly labels: Readonly<Record<(typeof LABELS)[number], string>>;
  readonly pids: readonly number[];
  /** CPUs of each. */
  readonly cpu: number;
  /** Bytes of each. */
  readonly memory: number;
}

const LABELS = ["environment", "system", "service", "revision"] as const;

/** Microseconds, as the kernel's own. */
const PERIOD = 100_000;

/**
 * CPU and memory of revisions, by the names that cAdvisor has for containers, summed up over their instances. Nothing is held to its
 * limit here: a process may use more than its revision says.
 */
export class UsageMetrics {
  readonly #cpu: Counter<(typeof LABELS)[number]>;
  readonly #memory: Gauge<(typeof LABELS)[number]>;
  readonly #quota: Gauge<(typeof LABELS)[number]>;
  readonly #period: Gauge<(typeof LABELS)[number]>;
  readonly #limit: Gauge<(typeof LABELS)[number]>;
  readonly #revisions: () => readonly RevisionProcesses[];
  /** Seconds of each process at the last look. */
  #last = new Map<number, number>();
  #measuring: Promise<void> | undefined;

  constructor(registry: Registry, revisions: () => readonly RevisionProcesses[]) {
    this.#revisions = revisions;
    // Asked for at the same moment, they measure once.
    const collect = () => {
      this.#measuring ??= this.#measure().finally(() => {
        this.#measuring = undefined;
      });
      return this.#measuring;
    };
    const common = { labelNames: LABELS, registers: [registry], collect };
    this.#cpu = new Counter({
      ...common,
      name: "container_cpu_usage_seconds_total",
      help: "Seconds of CPU that a revision's instances used.",
    });
    this.#memory = new Gauge({
      ...common,
      name: "container_memory_working_set_bytes",
      help: "Memory of a revision's instances.",
    });
    this.#quota = new Gauge({
      ...common,
      name: "container_spec_cpu_quota",
      help: "CPU that a revision's instances are declared with, in microseconds of each period.",
    });
    this.#period = new Gauge({
      ...common,
      name: "container_spec_cpu_period",
      help: "Microseconds that container_spec_cpu_quota is a part of.",
    });
    this.#limit = new Gauge({
      ...common,
      name: "container_spec_memory_limit_bytes",
      help: "Memory that a revision's instances are declared with.",
    });
  }

  async #measure(): Promise<void> {
    const usage = await processUsage(this.#revisions().flatMap(({ pids }) => pids));
    for (const gauge of [this.#memory, this.#quota, this.#period, this.#limit]) gauge.reset();
    // Asked for anew: a service that was deleted meanwhile is forgotten already.
    for (const { labels, pids, cpu, memory } of this.#revisions()) {
      const measured = pids.flatMap((pid) => {
        const used = usage.get(pid);
        return used === undefined ? [] : [{ pid, ...used }];
      });
      if (measured.length === 0) continue;
      this.#cpu.inc(
        labels,
        measured.reduce((sum, process) => sum + this.#since(process), 0),
      );
      this.#memory.set(
        labels,
        measured.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      );
      this.#quota.set(labels, measured.length * cpu * PERIOD);
      this.#period.set(labels, PERIOD);
      this.#limit.set(labels, measured.length * memory);
    }
    this.#last = new Map([...usage].map(([pid, { cpuSeconds }]) => [pid, cpuSeconds]));
  }

  /** Seconds of a process since the last look; of a new one, since it started. Ids are used again. */
  #since({ pid, cpuSeconds }: ProcessUsage & { readonly pid: number }): number {
    const last = this.#last.get(pid) ?? 0;
    return cpuSeconds < last ? cpuSeconds : cpuSeconds - last;
  }

  /** The counter of a service that was deleted goes with it. */
  get counter(): Counter {
    return this.#cpu as Counter;
  }
}
