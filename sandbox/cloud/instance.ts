import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import type { CloudProbe, CloudRevisionTemplate } from "./api.ts";
import type { Gate } from "./gate.ts";
import type { RunnableImage } from "./images.ts";
import { launch } from "./launch.ts";
import { releasePort, takePort } from "./ports.ts";
import { DEFAULT_STARTUP_PROBE, describeProbe } from "./probe.ts";
import { type ProbeAnswer, portOpens, startProbe } from "./probe-loop.ts";
import { type ProcessLedger, signalGroup } from "./processes.ts";
import type { SecretStore } from "./secrets.ts";

/** What instances share with the rest of the cloud. */
export interface InstanceHost {
  /** Folder of the private folders. */
  readonly folder: string;
  readonly secrets: SecretStore;
  readonly ledger: ProcessLedger;
  readonly gate: Gate;
  /** Seconds between SIGTERM and SIGKILL; Cloud Run gives 10. */
  readonly killAfterSeconds: number;
}

/** Which process to run. */
export interface InstanceSpec {
  readonly service: string;
  readonly revision: string;
  readonly template: CloudRevisionTemplate;
  readonly image: RunnableImage;
  readonly log: string;
}

/** Why an instance ended although nobody asked it to. */
export interface InstanceEnd {
  readonly cause: "exit" | "startup" | "liveness" | "launch";
  /** A clause for messages: `its startup probe (…) failed 3 times in a row, …`. */
  readonly reason: string;
  /** Whether it had passed its startup probe. */
  readonly started: boolean;
}

/** Whoever owns the instance. */
export interface InstanceListener {
  /** Its phase changed. */
  changed(): void;
  /** It ended, or has to be replaced; said once, and not if it was asked to go. */
  lost(end: InstanceEnd): void;
  /** Readiness failed before it ever passed. */
  neverReady(reason: string): void;
  probed(kind: string, ok: boolean): void;
}

/** Longest that a starting process keeps its place in the gate, in seconds. */
const GATE_SECONDS = 3;
let serial = 0;

/** One process of a revision, from its start to its end. */
export class Instance {
  phase: "starting" | "ready" | "unready" | "draining" | "ended" = "starting";
  /** Requests it handles now; the revision counts them. */
  inFlight = 0;
  /** By `performance.now()`, when it first became ready. */
  readySince: number | undefined;
  port = 0;
  readonly agent = new Agent({ keepAlive: true });
  readonly root: string;
  readonly #host: InstanceHost;
  readonly #spec: InstanceSpec;
  readonly #listener: InstanceListener;
  readonly #gone = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  #probes: { stop(): void }[] = [];
  #child: ChildProcess | undefined;
  #started = false;
  #idle: (() => void) | undefined;
  #terminating = false;

  constructor(host: InstanceHost, spec: InstanceSpec, listener: InstanceListener) {
    this.#host = host;
    this.#spec = spec;
    this.#listener = listener;
    this.root = join(host.folder, `${spec.revision}-${process.pid}-${++serial}`);
    void this.#run();
  }

  /** Of its process; undefined before it has one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the process and its folder are gone. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  async #run(): Promise<void> {
    const leave = await this.#host.gate.enter();
    try {
      this.port = await takePort();
      if (this.#terminating) {
        leave();
        return this.#end();
      }
      mkdirSync(this.root, { recursive: true, mode: 0o700 });
      this.#host.secrets.mount(this.#spec.template.mounts, this.root);
      this.#child = launch({ ...this.#spec, root: this.root, port: this.port });
    } catch (error) {
      leave();
      this.#lose("launch", `its process could not be started: ${(error as Error).message}`);
      return this.#end();
    }
    const child = this.#child;
    if (child.pid !== undefined) this.#host.ledger.add(child.pid);
    child.stdin?.on("error", () => {}); // it ended; that is told by its exit
    child.once("error", (error) => {
      this.#lose("launch", `its process could not be started: ${error.message}`);
      this.#end();
    });
    child.once("exit", (code, signal) => {
      this.#lose("exit", `its process ended by itself with ${signal ?? `code ${code}`}`);
      this.#end();
    });
    await this.#startup(leave);
  }

  async #startup(leave: () => void): Promise<void> {
    const probe = this.#spec.template.startupProbe ?? DEFAULT_STARTUP_PROBE;
    const began = performance.now();
    const place = setTimeout(leave, 1000 * GATE_SECONDS);
    // The first probe comes when the port opens, or a period after the initial delay: failures before anything
    // listens would only make every start as slow as the period.
    await portOpens(this.port, probe.initialDelaySeconds + probe.periodSeconds, this.#stop.signal);
    clearTimeout(place);
    leave();
    if (this.#stop.signal.aborted) return;
    const elapsed = (performance.now() - began) / 1000;
    const delaySeconds = Math.max(0, probe.initialDelaySeconds - elapsed);
    this.#watch("startup", probe, { delaySeconds }, (turned, last) => {
      this.#stopProbes();
      if (turned === "failed") return this.#replace("startup", this.#failed("startup", probe, last));
      this.#started = true;
      this.#afterStartup();
    });
  }

  #afterStartup(): void {
    const { livenessProbe: liveness, readinessProbe: readiness } = this.#spec.template;
    if (liveness) {
      this.#watch("liveness", liveness, { passing: true }, (turned, last) => {
        if (turned === "failed") this.#replace("liveness", this.#failed("liveness", liveness, last));
      });
    }
    if (!readiness) {
      this.#become("ready");
      return;
    }
    this.#become("unready");
    this.#watch("readiness", readiness, {}, (turned, last) => {
      this.#become(turned === "passed" ? "ready" : "unready");
      if (turned === "failed" && this.readySince === undefined) {
        this.#listener.neverReady(this.#failed("readiness", readiness, last));
      }
    });
  }

  #watch(
    kind: string,
    probe: CloudProbe,
    options: { passing?: boolean; delaySeconds?: number },
    turned: (to: "passed" | "failed", last: ProbeAnswer) => void,
  ): void {
    const answered = ({ ok }: ProbeAnswer) => this.#listener.probed(kind, ok);
    this.#probes.push(startProbe(probe, this.port, { answered, turned }, options));
  }

  #failed(kind: string, probe: CloudProbe, last: ProbeAnswer): string {
    const times = probe.failureThreshold === 1 ? "once" : `${probe.failureThreshold} times in a row`;
    return (
      `its ${kind} probe (${describeProbe(probe)} on port ${this.#spec.template.port}, every ${probe.periodSeconds} s) ` +
      `failed ${times}; the last answer was: ${last.answer}`
    );
  }

  #become(phase: "ready" | "unready"): void {
    if (this.phase === "draining" || this.phase === "ended") return;
    this.phase = phase;
    if (phase === "ready") this.readySince ??= performance.now();
    this.#listener.changed();
  }

  #replace(cause: "startup" | "liveness", reason: string): void {
    this.#lose(cause, reason);
    void this.terminate();
  }

  /** Tells the owner, unless it asked for it or knows already. */
  #lose(cause: InstanceEnd["cause"], reason: string): void {
    if (this.phase === "draining" || this.phase === "ended") return;
    this.phase = "draining";
    this.#listener.lost({ cause, reason, started: this.#started });
  }

  /** One request less. */
  release(): void {
    this.inFlight--;
    if (this.inFlight === 0) this.#idle?.();
  }

  /** No new requests; what is in flight may finish, within `seconds`; then the process is ended. */
  async drain(seconds: number): Promise<void> {
    if (this.phase !== "ended" && this.phase !== "draining") {
      this.phase = "draining";
      this.#listener.changed();
      this.#stopProbes();
      if (this.inFlight > 0) {
        const idle = Promise.withResolvers<void>();
        this.#idle = idle.resolve;
        const timer = setTimeout(idle.resolve, 1000 * seconds);
        await Promise.race([idle.promise, this.gone]);
        clearTimeout(timer);
      }
    }
    await this.terminate();
  }

  /** SIGTERM, then SIGKILL. Resolves when it is gone. */
  async terminate(): Promise<void> {
    if (this.phase !== "ended") this.phase = "draining";
    this.#stopProbes();
    this.#stop.abort();
    if (!this.#terminating) {
      this.#terminating = true;
      const pid = this.#child?.pid;
      if (pid !== undefined && this.#child?.exitCode === null && this.#child.signalCode === null) {
        signalGroup(pid, "SIGTERM");
        const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), 1000 * this.#host.killAfterSeconds);
        void this.gone.then(() => clearTimeout(timer));
      }
    }
    await this.gone;
  }

  #stopProbes(): void {
    for (const probe of this.#probes) probe.stop();
    this.#probes = [];
  }

  #end(): void {
    this.phase = "ended";
    this.#stopProbes();
    this.#stop.abort();
    this.agent.destroy();
    if (this.#child?.pid !== undefined) {
      signalGroup(this.#child.pid, "SIGKILL"); // whatever it started and left
      this.#host.ledger.remove(this.#child.pid);
    }
    // What was just killed may write a moment longer, and what is thrown here ends the cloud.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    releasePort(this.port);
    this.#gone.resolve();
    this.#listener.changed();
  }
}
