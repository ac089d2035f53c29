import { join } from "node:path";
import {
  CloudError,
  type CloudServiceInput,
  type CloudServiceStatus,
  type CloudTrafficChange,
} from "./api.ts";
import type { CloudContext } from "./context.ts";
import { resolveImage } from "./images.ts";
import { bucketEdges, type RevisionLoad, type ServiceLabels } from "./metrics.ts";
import { takePort } from "./ports.ts";
import { Revision } from "./revision.ts";
import { RouteLabels } from "./route-label.ts";
import { Router } from "./router.ts";
import { serviceName } from "./schema.ts";
import { ServicePorts } from "./service-ports.ts";
import { type RevisionState, revisionName, type ServiceState, sameTemplate, serviceEtag } from "./state.ts";
import {
  ALL_TO_LATEST,
  checkTraffic,
  type ResolvedTraffic,
  reachableRevisions,
  resolveTraffic,
} from "./traffic.ts";

/** Revisions kept of one service; the oldest that nothing reaches go first. Cloud Run keeps 1,000. */
const KEPT_REVISIONS = 100;
/** What Cloud Run gives an instance whose template says nothing: CPUs, and bytes. */
const DEFAULT_CPU = 1;
const DEFAULT_MEMORY = 512 * 2 ** 20;
/** Longest that a deletion waits for requests in flight, in seconds. */
const DELETE_DRAIN_SECONDS = 10;

/** One service: its saved state, the revisions that run, and the router before them. */
export class Service {
  readonly state: ServiceState;
  readonly name: string;
  readonly #context: CloudContext;
  readonly #ports: ServicePorts;
  readonly #routes = new RouteLabels();
  readonly #revisions = new Map<string, Revision>();

  constructor(context: CloudContext, state: ServiceState) {
    this.#context = context;
    this.state = state;
    this.name = serviceName(state.id);
    const router = new Router(
      {
        name: this.name,
        traffic: () => this.#traffic(),
        revision: (name) => this.#revisions.get(name),
        observe: (revision, request, code, seconds) =>
          context.metrics.request(
            { ...this.labels(), revision },
            {
              method: request.method ?? "OTHER",
              route: this.#routes.label(request.url ?? "/"),
              code,
              seconds,
            },
            bucketEdges(this.state.latencyBuckets),
          ),
      },
      context.random,
    );
    this.#ports = new ServicePorts(state, router, (message) => context.log(`${this.name}: ${message}`));
  }

  /** A service that has nothing yet, with a port of its own. */
  static async create(context: CloudContext, id: string): Promise<Service> {
    return new Service(context, {
      id,
      owner: "",
      labels: {},
      latencyBuckets: [],
      port: await takePort(),
      tagPorts: {},
      latestReadyRevision: "",
      latestCreatedRevision: "",
      traffic: [...ALL_TO_LATEST],
      revisions: [],
    });
  }

  labels(): ServiceLabels {
    const { environment = "", system = "" } = this.state.labels;
    return { environment, system, service: this.name };
  }

  #traffic(): ResolvedTraffic[] {
    return resolveTraffic(this.state.traffic, this.state.latestReadyRevision);
  }

  /** Checks what can be checked before anything is touched. @throws CloudError */
  check(input: CloudServiceInput): void {
    const existing = this.state.revisions.find(({ name }) => name === this.#nameOf(input));
    if (existing && !sameTemplate(existing.template, input.template)) {
      throw new CloudError(
        "conflict",
        `The revision "${existing.name}" of service "${this.name}" exists with another template. Revisions never change: ` +
          "leave the revision's name out, or give it a new one.",
      );
    }
    resolveImage(input.template.image);
    for (const mount of input.template.mounts) this.#context.secrets.resolve(mount);
    checkTraffic(
      this.name,
      input.traffic.length === 0 ? ALL_TO_LATEST : input.traffic,
      this.state.revisions.map(({ name }) => name),
    );
  }

  #nameOf(input: CloudServiceInput): string {
    return input.revision ?? revisionName(this.name, input.template);
  }

  /**
   * Makes the service what the input says: the new revision starts beside the old ones, and only when it and every
   * revision that the traffic names is ready, the traffic moves and what is no longer reached ends.
   *
   * @throws CloudError `not-ready`, or what `signal` was aborted with; what served before goes on
   */
  async apply(input: CloudServiceInput, signal: AbortSignal): Promise<void> {
    this.check(input);
    const { state } = this;
    const name = this.#nameOf(input);
    if (state.owner === "") this.#describe(input);
    const entry = this.#entry(name, input);
    state.latestCreatedRevision = name;
    await this.#context.save();
    await this.#ports.open();
    const traffic = input.traffic.length === 0 ? ALL_TO_LATEST : input.traffic;
    const needed = reachableRevisions(resolveTraffic(traffic, name)).add(name);
    try {
      await Promise.all([...needed].map((each) => this.#bringUp(each, signal)));
    } catch (error) {
      if (entry.state !== "ready") {
        entry.state = "failed";
        entry.failure = (error as Error).message;
      }
      this.#retireUnreached();
      await this.#context.save();
      throw this.#explain(error as Error);
    }
    entry.state = "ready";
    delete entry.failure;
    this.#describe(input);
    state.latestReadyRevision = name;
    state.traffic = [...traffic];
    this.#prune();
    await this.#ports.assignTags();
    await this.#context.save();
    await this.#ports.open();
    this.#retireUnreached();
  }

  /** @throws CloudError `conflict` where the service is another one than was read; those of `checkTraffic` */
  checkShare({ etag, traffic }: CloudTrafficChange): void {
    if (etag !== serviceEtag(this.state)) {
      throw new CloudError(
        "conflict",
        `Service "${this.name}" was changed since it was read. Read it again, and decide again.`,
      );
    }
    checkTraffic(
      this.name,
      traffic,
      this.state.revisions.map(({ name }) => name),
    );
  }

  /** Moves the traffic, and nothing else. Only revisions that had none are waited for: a way back never waits for the bad one. */
  async share(change: CloudTrafficChange, signal: AbortSignal): Promise<void> {
    this.checkShare(change);
    const resolved = resolveTraffic(change.traffic, this.state.latestReadyRevision);
    const served = new Set(this.#traffic().flatMap(({ revision, percent }) => (percent > 0 ? revision : [])));
    const fresh = resolved.flatMap(({ revision, percent }) =>
      percent > 0 && revision !== "" && !served.has(revision) ? revision : [],
    );
    for (const name of reachableRevisions(resolved)) this.#run(name).start();
    try {
      await Promise.all(fresh.map((name) => this.#bringUp(name, signal)));
    } catch (error) {
      this.#retireUnreached();
      throw this.#explain(error as Error);
    }
    this.state.traffic = [...change.traffic];
    await this.#ports.assignTags();
    await this.#context.save();
    await this.#ports.open();
    this.#retireUnreached();
  }

  #describe(input: CloudServiceInput): void {
    Object.assign(this.state, {
      owner: input.owner,
      labels: { ...input.labels },
      latencyBuckets: [...(input.latencyBuckets ?? [])],
      ...(this.state.owner === "" && input.traffic.every(({ target }) => target === "latest")
        ? { traffic: input.traffic.length === 0 ? [...ALL_TO_LATEST] : [...input.traffic] }
        : {}),
    });
  }

  #entry(name: string, input: CloudServiceInput): RevisionState {
    const known = this.state.revisions.find((revision) => revision.name === name);
    if (known) return known;
    const entry: RevisionState = {
      name,
      createdAt: new Date().toISOString(),
      template: input.template,
      state: "pending",
    };
    this.state.revisions.push(entry);
    return entry;
  }

  /** The error as the caller gets it: which service and revision, what went wrong, what serves now. */
  #explain(error: Error): Error {
    if (!(error instanceof CloudError) || error.code !== "not-ready") return error;
    const serving = [
      ...new Set(this.#traffic().flatMap(({ revision, percent }) => (percent > 0 ? revision : []))),
    ];
    const left = serving.filter((name) => name !== "");
    return new CloudError(
      "not-ready",
      `${error.message} ${left.length === 0 ? "Nothing serves yet." : `${left.join(", ")} still serves.`}`,
    );
  }

  #run(name: string): Revision {
    const known = this.#revisions.get(name);
    if (known) return known;
    const entry = this.state.revisions.find((revision) => revision.name === name);
    if (!entry) throw new CloudError("not-found", `Service "${this.name}" has no revision "${name}".`);
    const image = resolveImage(entry.template.image);
    const log = join(this.#context.logs, this.state.id.replaceAll("/", "_"), `${name}.log`);
    const revision = new Revision(
      this.#context.host,
      { service: this.name, revision: name, template: entry.template, image, log },
      {
        probed: (kind, ok) => this.#context.metrics.probe({ ...this.labels(), revision: name }, kind, ok),
        restarted: () => this.#context.metrics.restart({ ...this.labels(), revision: name }),
        log: (message) => this.#context.log(`${this.name}: ${message}`),
      },
      this.#context.idleSeconds,
    );
    this.#revisions.set(name, revision);
    return revision;
  }

  async #bringUp(name: string, signal: AbortSignal): Promise<void> {
    const revision = this.#run(name);
    revision.start();
    try {
      await revision.whenReady(signal);
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== "not-ready") throw error;
      throw new CloudError(
        "not-ready",
        `Revision "${name}" of service "${this.name}" (image ${revision.spec.template.image}) is not ready: ` +
          `${error.message}. What it wrote is in ${revision.spec.log}.`,
      );
    }
  }

  /** Ends the instances of revisions that no request can reach, once they have finished theirs. */
  #retireUnreached(): void {
    const reached = reachableRevisions(this.#traffic());
    for (const [name, revision] of this.#revisions) if (!reached.has(name)) void revision.retire();
  }

  #prune(): void {
    const keep = reachableRevisions(this.#traffic()).add(this.state.latestCreatedRevision);
    const surplus = this.state.revisions.length - KEPT_REVISIONS;
    const gone = this.state.revisions.filter(({ name }) => !keep.has(name)).slice(0, Math.max(0, surplus));
    for (const { name } of gone) {
      void this.#revisions.get(name)?.retire();
      this.#revisions.delete(name);
    }
    this.state.revisions = this.state.revisions.filter((revision) => !gone.includes(revision));
  }

  /** Brings a saved service back. Resolves when its revisions are ready, or can't be for now. */
  async restore(signal: AbortSignal): Promise<void> {
    for (const entry of this.state.revisions) {
      if (entry.state !== "pending") continue;
      entry.state = "failed";
      entry.failure = "The cloud was stopped while the revision started. Deploy it again.";
    }
    await this.#ports.open();
    const back = [...reachableRevisions(this.#traffic())].map((name) =>
      this.#bringUp(name, signal).catch((error: Error) => this.#context.log(error.message)),
    );
    await Promise.all(back);
  }

  tick(): void {
    for (const revision of this.#revisions.values()) revision.tick();
  }

  /** Lets requests in flight finish for a moment, then ends everything. */
  async delete(): Promise<void> {
    await this.#ports.close(DELETE_DRAIN_SECONDS);
    await Promise.all([...this.#revisions.values()].map((revision) => revision.retire(DELETE_DRAIN_SECONDS)));
    this.#ports.release();
    await this.#context.metrics.forget(this.labels());
  }

  /** Ends everything now; the state stays. */
  async stop(): Promise<void> {
    await Promise.all([
      this.#ports.close(0),
      ...[...this.#revisions.values()].map((revision) => revision.stop()),
    ]);
  }

  load(): RevisionLoad[] {
    return [...this.#revisions.values()].map((revision) => ({
      labels: { ...this.labels(), revision: revision.name },
      instances: Object.fromEntries(
        (["starting", "ready", "unready", "draining"] as const).map((state) => [
          state,
          revision.count(state),
        ]),
      ),
      inFlight: revision.inFlight,
      pids: revision.pids,
      cpu: revision.spec.template.cpu ?? DEFAULT_CPU,
      memory: revision.spec.template.memory ?? DEFAULT_MEMORY,
    }));
  }

  /** Its status, with what its latest revision is made from. */
  described(): CloudServiceStatus {
    const { latestCreatedRevision, revisions } = this.state;
    const latest = revisions.find(({ name }) => name === latestCreatedRevision);
    return { ...this.status(), ...(latest === undefined ? {} : { template: latest.template }) };
  }

  status(): CloudServiceStatus {
    const { state } = this;
    const address = (port: number) => `http://127.0.0.1:${port}`;
    return {
      id: state.id,
      name: this.name,
      owner: state.owner,
      labels: { ...state.labels },
      url: address(state.port),
      tagUrls: Object.fromEntries(Object.entries(state.tagPorts).map(([tag, port]) => [tag, address(port)])),
      latestReadyRevision: state.latestReadyRevision,
      latestCreatedRevision: state.latestCreatedRevision,
      revisions: state.revisions.map(({ name, template, createdAt, failure }) => ({
        name,
        image: template.image,
        standIn: !template.image.startsWith("sandbox/"),
        instances: this.#revisions.get(name)?.count("starting", "ready", "unready", "draining") ?? 0,
        readyInstances: this.#revisions.get(name)?.count("ready") ?? 0,
        restarts: this.#revisions.get(name)?.restarts ?? 0,
        createdAt,
        ...(failure === undefined ? {} : { failure }),
      })),
      traffic: this.#traffic(),
      etag: serviceEtag(state),
      metricsUrl: this.#context.metricsUrl(),
    };
  }
}
