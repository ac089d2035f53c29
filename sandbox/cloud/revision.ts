import { CloudError } from "./api.ts";
import { Instance, type InstanceEnd, type InstanceHost, type InstanceSpec } from "./instance.ts";
import { backOffSeconds, DEFAULT_TARGET_UTILIZATION, scale, wantedInstances } from "./scaling.ts";

/** What a revision tells the rest of the cloud. */
export interface RevisionListener {
  probed(kind: string, ok: boolean): void;
  restarted(): void;
  /** A line for the cloud's own log. */
  log(message: string): void;
}

/** Requests that may wait for one revision; the next is refused with 429, as Cloud Run does. */
const QUEUE_LIMIT = 1000;
/** An instance that served so many seconds proves its revision: earlier failures are forgotten. */
const PROVEN_SECONDS = 60;
/** Processes that may end by themselves before any became ready, until the revision counts as failed. */
const EARLY_EXITS = 3;

/** No instance can take a request: 503, or 429 when too many wait already. */
export class NoInstanceError extends Error {
  readonly status: 429 | 503;
  constructor(status: 429 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

interface Waiting {
  resolve(instance: Instance): void;
  reject(error: Error): void;
}

/** The instances of one revision: as many as the load wants, replaced when they fail. */
export class Revision {
  readonly spec: InstanceSpec;
  restarts = 0;
  readonly #host: InstanceHost;
  readonly #listener: RevisionListener;
  readonly #idleSeconds: number;
  readonly #instances = new Set<Instance>();
  readonly #queue: Waiting[] = [];
  readonly #watchers = new Set<{ changed(): void; failed(reason: string): void }>();
  #active = false;
  #failures = 0;
  #earlyExits = 0;
  #holdUntil = 0;
  #holdTimer: NodeJS.Timeout | undefined;
  #surplusSince: number | undefined;
  #retiring: Promise<void> | undefined;

  constructor(host: InstanceHost, spec: InstanceSpec, listener: RevisionListener, idleSeconds: number) {
    this.#host = host;
    this.spec = spec;
    this.#listener = listener;
    this.#idleSeconds = idleSeconds;
  }

  get name(): string {
    return this.spec.revision;
  }

  /** Instances by phase, without those that ended. */
  count(...phases: Instance["phase"][]): number {
    let count = 0;
    for (const { phase } of this.#instances) if (phases.includes(phase)) count++;
    return count;
  }

  /** Ids of its instances' processes. */
  get pids(): number[] {
    return [...this.#instances].flatMap(({ phase, pid }) =>
      phase === "ended" || pid === undefined ? [] : [pid],
    );
  }

  /** Requests that its instances handle, and those that wait for one. */
  get inFlight(): number {
    let sum = this.#queue.length;
    for (const { inFlight } of this.#instances) sum += inFlight;
    return sum;
  }

  /** Whether a request sent here now would be served, at least after a cold start. */
  canServe(): boolean {
    if (this.count("ready") > 0) return true;
    const cold = this.#active && this.spec.template.minInstances === 0;
    return cold && this.count("unready") === 0 && performance.now() >= this.#holdUntil;
  }

  /** Starts the revision's instances, and keeps them until {@link retire}. */
  start(): void {
    if (this.#active) return;
    this.#active = true;
    this.#failures = 0;
    this.#earlyExits = 0;
    this.#holdUntil = 0;
    this.#scale();
  }

  /**
   * Resolves when as many instances are ready as the revision always has, at least one.
   *
   * @throws CloudError `not-ready` with the reason; or what `signal` was aborted with
   */
  async whenReady(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const wanted = Math.max(1, this.spec.template.minInstances);
    const settled = Promise.withResolvers<void>();
    const watcher = {
      changed: () => {
        if (this.count("ready") >= wanted) settled.resolve();
      },
      failed: (reason: string) => settled.reject(new CloudError("not-ready", reason)),
    };
    const aborted = () => settled.reject(signal.reason);
    signal.addEventListener("abort", aborted);
    this.#watchers.add(watcher);
    this.#scale();
    watcher.changed();
    try {
      await settled.promise;
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", aborted);
    }
  }

  /** Lets what waits and what is in flight finish, within `seconds`, then ends every instance. */
  retire(seconds: number = this.spec.template.timeoutSeconds): Promise<void> {
    this.#active = false;
    clearTimeout(this.#holdTimer);
    this.#retiring ??= this.#retire(seconds).finally(() => {
      this.#retiring = undefined;
    });
    return this.#retiring;
  }

  async #retire(seconds: number): Promise<void> {
    const deadline = performance.now() + 1000 * seconds;
    while (this.#queue.length > 0 && this.canServe() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Taken up again in the meantime: its instances stay.
    while (!this.#active && this.#instances.size > 0) {
      const left = Math.max(0, (deadline - performance.now()) / 1000);
      await Promise.all([...this.#instances].map((instance) => instance.drain(left)));
    }
  }

  /** Ends every instance now: SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    this.#active = false;
    clearTimeout(this.#holdTimer);
    await Promise.all([...this.#instances].map((instance) => instance.terminate()));
  }

  /**
   * An instance for one request, with a place under its concurrency; waits in line for it. Give it back with
   * {@link release}.
   *
   * @throws NoInstanceError when none can serve; what `signal` was aborted with
   */
  async acquire(signal: AbortSignal): Promise<Instance> {
    signal.throwIfAborted();
    if (!this.canServe()) throw this.#none();
    const instance = this.#queue.length === 0 ? this.#place() : undefined;
    if (instance) {
      this.#scale();
      return instance;
    }
    if (this.#queue.length >= QUEUE_LIMIT) {
      throw new NoInstanceError(429, `${QUEUE_LIMIT} requests wait for revision "${this.name}" already.`);
    }
    const turn = Promise.withResolvers<Instance>();
    const aborted = () => {
      const index = this.#queue.indexOf(turn);
      if (index >= 0) this.#queue.splice(index, 1);
      turn.reject(signal.reason);
    };
    this.#queue.push(turn);
    signal.addEventListener("abort", aborted);
    this.#scale();
    try {
      return await turn.promise;
    } finally {
      signal.removeEventListener("abort", aborted);
    }
  }

  release(instance: Instance): void {
    instance.release();
    this.#serveQueue();
  }

  /** Called every second or so: what goes away after a while, goes here. */
  tick(): void {
    if (this.#active) this.#scale();
  }

  /** The least busy ready instance with a free place, which is taken. */
  #place(): Instance | undefined {
    let best: Instance | undefined;
    for (const instance of this.#instances) {
      if (instance.phase !== "ready" || instance.inFlight >= this.spec.template.concurrency) continue;
      if (best === undefined || instance.inFlight < best.inFlight) best = instance;
    }
    if (best) best.inFlight++;
    return best;
  }

  #serveQueue(): void {
    while (this.#queue.length > 0) {
      const instance = this.#place();
      if (!instance) break;
      this.#queue.shift()?.resolve(instance);
    }
    if (this.#queue.length > 0 && !this.canServe()) {
      for (const waiting of this.#queue.splice(0)) waiting.reject(this.#none());
    }
  }

  #none(): NoInstanceError {
    return new NoInstanceError(503, `No instance of revision "${this.name}" is ready.`);
  }

  /** Starts or drains instances until there are as many as there shall be. */
  #scale(): void {
    if (!this.#active) return;
    const now = performance.now();
    const { template } = this.spec;
    const running = [...this.#instances].filter(({ phase }) => phase !== "draining" && phase !== "ended");
    const input = {
      load: running.reduce((sum, { inFlight }) => sum + inFlight, this.#queue.length),
      instances: running.length,
      // Someone waits for it to become ready: at least one, even where none is kept.
      minInstances: Math.max(template.minInstances, this.#watchers.size > 0 ? 1 : 0),
      maxInstances: template.maxInstances,
      concurrency: template.concurrency,
      targetUtilization: template.cpuUtilization ?? DEFAULT_TARGET_UTILIZATION,
    };
    if (wantedInstances(input) >= running.length) this.#surplusSince = undefined;
    else this.#surplusSince ??= now;
    const surplusSeconds = this.#surplusSince === undefined ? 0 : (now - this.#surplusSince) / 1000;
    const shall = scale({ ...input, surplusSeconds, idleSeconds: this.#idleSeconds });
    if (shall > running.length) {
      if (now < this.#holdUntil) this.#scaleAfterHold();
      else for (let missing = shall - running.length; missing > 0; missing--) this.#add();
    } else if (shall < running.length) {
      running.sort((left, right) => left.inFlight - right.inFlight);
      for (const instance of running.slice(0, running.length - shall)) {
        void instance.drain(template.timeoutSeconds);
      }
    }
  }

  #scaleAfterHold(): void {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = setTimeout(() => this.#scale(), this.#holdUntil - performance.now());
  }

  #add(): void {
    const instance: Instance = new Instance(this.#host, this.spec, {
      changed: () => {
        if (instance.phase === "ended") this.#instances.delete(instance);
        this.#serveQueue();
        for (const watcher of this.#watchers) watcher.changed();
      },
      lost: (end) => this.#lost(instance, end),
      neverReady: (reason) => this.#fail(reason),
      probed: (kind, ok) => this.#listener.probed(kind, ok),
    });
    this.#instances.add(instance);
  }

  #lost(instance: Instance, end: InstanceEnd): void {
    const now = performance.now();
    if (instance.readySince !== undefined && now - instance.readySince >= 1000 * PROVEN_SECONDS) {
      this.#failures = 0;
    }
    this.#failures++;
    this.restarts++;
    this.#listener.restarted();
    this.#listener.log(`revision ${this.name}: an instance is replaced, ${end.reason}`);
    this.#holdUntil = now + 1000 * backOffSeconds(this.#failures);
    if (!end.started && (end.cause !== "exit" || ++this.#earlyExits >= EARLY_EXITS)) {
      const times = end.cause === "exit" ? ` while it started, ${this.#earlyExits} times` : "";
      this.#fail(`${end.reason}${times}`);
    }
    this.#scale();
    this.#serveQueue();
  }

  #fail(reason: string): void {
    for (const watcher of this.#watchers) watcher.failed(reason);
  }
}
