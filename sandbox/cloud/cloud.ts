import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import {
  CloudError,
  type CloudServiceInput,
  type CloudServiceStatus,
  type CloudTrafficChange,
} from "./api.ts";
import type { CloudContext } from "./context.ts";
import { cloudFiles, makePrivateFolder, SerialSave, writeAtomically } from "./files.ts";
import { Gate } from "./gate.ts";
import { CloudMetrics } from "./metrics.ts";
import { endRecorded, ProcessLedger } from "./processes.ts";
import { SecretStore } from "./secrets.ts";
import { Service } from "./service.ts";
import { encodeState, loadState } from "./state.ts";

/** What can be chosen, mostly by tests. */
export interface CloudSettings {
  /** Default: `Math.random`. */
  readonly random?: () => number;
  /** Default 60 s, see {@link CloudContext}. */
  readonly idleSeconds?: number;
  /** Seconds between SIGTERM and SIGKILL. Default 10. */
  readonly killAfterSeconds?: number;
  /** A line for the cloud's own log. Default: nowhere. */
  readonly log?: (message: string) => void;
}

/** A request for a service that is under way. */
interface Roll {
  readonly cancel: AbortController;
  readonly done: Promise<unknown>;
}

/** All services and secrets of one folder. One at a time may have a folder open. */
export class Cloud {
  readonly secrets: SecretStore;
  readonly metrics: CloudMetrics;
  /** Where `/metrics` is; set by whoever serves it. */
  metricsUrl = "";
  readonly #context: CloudContext;
  readonly #services = new Map<string, Service>();
  readonly #rolls = new Map<string, Roll>();
  readonly #ticker: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  #restoring = 0;

  constructor(folder: string, settings: CloudSettings) {
    const files = cloudFiles(folder);
    this.secrets = new SecretStore(folder);
    this.metrics = new CloudMetrics(() => [...this.#services.values()].flatMap((each) => each.load()));
    const saver = new SerialSave(() =>
      writeAtomically(
        files.state,
        encodeState({ format: 1, services: [...this.#services.values()].map(({ state }) => state) }),
      ),
    );
    this.#context = {
      host: {
        folder: files.instances,
        secrets: this.secrets,
        ledger: new ProcessLedger(files.processes),
        gate: new Gate(Math.max(2, availableParallelism())),
        killAfterSeconds: settings.killAfterSeconds ?? 10,
      },
      secrets: this.secrets,
      metrics: this.metrics,
      logs: files.logs,
      idleSeconds: settings.idleSeconds ?? 60,
      random: settings.random ?? Math.random,
      metricsUrl: () => this.metricsUrl,
      save: () => saver.request(),
      log: settings.log ?? (() => {}),
    };
    this.#ticker = setInterval(() => {
      for (const service of this.#services.values()) service.tick();
    }, 1000);
    this.#ticker.unref();
  }

  /**
   * Opens a folder: ends what a killed cloud left running, removes its instances' folders, and begins to bring its
   * services back; {@link restored} tells when they are.
   */
  static async open(folder: string, settings: CloudSettings = {}): Promise<Cloud> {
    makePrivateFolder(folder);
    const files = cloudFiles(folder);
    const saved = loadState(files.state);
    await endRecorded(files.processes);
    rmSync(files.instances, { recursive: true, force: true });
    const cloud = new Cloud(folder, settings);
    for (const state of saved.services) cloud.#services.set(state.id, new Service(cloud.#context, state));
    for (const service of cloud.#services.values()) cloud.#restore(service);
    return cloud;
  }

  #restore(service: Service): void {
    this.#restoring++;
    const cancel = new AbortController();
    const done = service
      .restore(AbortSignal.any([cancel.signal, this.#stopping.signal]))
      .catch((error: Error) => this.#context.log(`${service.name}: ${error.message}`))
      .then(() => this.#context.save())
      .finally(() => {
        this.#restoring--;
        if (this.#rolls.get(service.state.id)?.cancel === cancel) this.#rolls.delete(service.state.id);
      });
    this.#rolls.set(service.state.id, { cancel, done });
  }

  /** Services of the saved state that are not back yet. */
  get restoring(): number {
    return this.#restoring;
  }

  /** Resolves when every saved service is back, or can't be for now. */
  async restored(): Promise<void> {
    while (this.#restoring > 0) await Promise.all([...this.#rolls.values()].map(({ done }) => done));
  }

  /** Processes of all services. */
  get instances(): number {
    return this.list().reduce(
      (sum, { revisions }) => sum + revisions.reduce((inner, { instances }) => inner + instances, 0),
      0,
    );
  }

  /** One request at a time for a service; a newer one makes the older give up. */
  async #alone<T>(id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.#rolls.get(id);
    before?.cancel.abort(
      new CloudError(
        "superseded",
        `A newer request for "${id}" took over. Ask for its state, or send yours again.`,
      ),
    );
    const cancel = new AbortController();
    const result = (async () => {
      await before?.done;
      const signal = AbortSignal.any([cancel.signal, this.#stopping.signal]);
      signal.throwIfAborted();
      return await work(signal);
    })();
    const roll = { cancel, done: result.catch(() => {}) };
    this.#rolls.set(id, roll);
    try {
      return await result;
    } finally {
      if (this.#rolls.get(id) === roll) this.#rolls.delete(id);
    }
  }

  /** See `CloudClient.putService`. Once accepted it goes on, as on Cloud Run, even if the caller goes away. */
  put(input: CloudServiceInput): Promise<CloudServiceStatus> {
    return this.#alone(input.id, async (signal) => {
      const known = this.#services.get(input.id);
      const service = known ?? (await Service.create(this.#context, input.id));
      service.check(input);
      this.#services.set(input.id, service);
      await service.apply(input, signal);
      return service.status();
    });
  }

  /**
   * See `CloudClient.setTraffic`. Traffic goes before deployments: one under way gives up, and would else end with the traffic
   * that it began with.
   */
  share(id: string, change: CloudTrafficChange): Promise<CloudServiceStatus> {
    this.#known(id).checkShare(change);
    return this.#alone(id, async (signal) => {
      const service = this.#known(id);
      await service.share(change, signal);
      return service.status();
    });
  }

  #known(id: string): Service {
    const service = this.#services.get(id);
    if (service) return service;
    throw new CloudError("not-found", `There is no service "${id}". A deployment makes it: slipway up.`);
  }

  get(id: string): CloudServiceStatus | undefined {
    return this.#services.get(id)?.described();
  }

  list(): CloudServiceStatus[] {
    return [...this.#services.values()].map((service) => service.status());
  }

  /** Resolves when none of its processes is left. Nothing happens if there is no such service. */
  delete(id: string): Promise<void> {
    return this.#alone(id, async () => {
      const service = this.#services.get(id);
      if (!service) return;
      this.#services.delete(id);
      await this.#context.save();
      await service.delete();
    });
  }

  /** Ends every process; the state stays for the next time. */
  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    this.#stopping.abort(new CloudError("internal", "The local cloud is being stopped."));
    await Promise.all([...this.#services.values()].map((service) => service.stop()));
    await Promise.all([...this.#rolls.values()].map(({ done }) => done));
    await Promise.all([...this.#services.values()].map((service) => service.stop()));
  }
}
