import type { Input } from "@pulumi/pulumi";
import type { Objective } from "../objectives/objective.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Duration, Memory } from "../units.ts";
import type { Probes } from "./probes.ts";
import type { TrafficShare } from "./traffic.ts";

/** How many instances run, and what makes it more of them. */
export interface Scaling {
  /** Instances that always run. Production refuses fewer than 2 by policy. */
  readonly min: number;
  /** Instances at most. */
  readonly max: number;
  /** CPU, in percent of what an instance has, above which instances are added. Cloud Run takes 10 to 95. */
  readonly cpuPercent: number;
  /**
   * A signal of the service's own that also adds instances: how long one piece of work takes. Kubernetes scales on the
   * metric itself; Cloud Run scales on CPU and concurrency only, so there it becomes the concurrency at which work
   * lasts that long (Little's law: requests in flight = rate × duration).
   */
  readonly workDuration?: { readonly metric: string; readonly above: Duration };
}

/** What a load test said of one instance, and what is expected of all. */
export interface Capacity {
  /** Requests per second that one instance serves within its objectives. */
  readonly perInstance: number;
  /** Requests per second at peak. */
  readonly peak: number;
  /** Where the figures come from. */
  readonly source: string;
}

/**
 * Who may reach a service: `edge`, anyone on the internet, through the load balancer only; `internal`, only the services
 * that name it among their `calls`.
 */
export type Exposure = "edge" | "internal";

/** Everything that is true of a service, whatever runs it. One spec, every runtime. */
export interface ServiceSpec {
  /** Where it runs. Changing it makes a new service and removes the old one. */
  readonly runtime: "cloud-run";
  /** Container image, best by digest. A change makes a new revision. */
  readonly image: Input<string>;
  /** Port that the container listens on. Default 8080. */
  readonly port?: number;
  /** What one instance gets. */
  readonly resources: { readonly cpu: number; readonly memory: Memory };
  readonly probes: Probes;
  readonly scaling: Scaling;
  readonly capacity: Capacity;
  /** Longest that a request may take. Default `"60 s"`; Cloud Run allows an hour. */
  readonly timeout?: Duration;
  /** Requests that one instance works on at once. Default 80, or what `scaling.workDuration` implies. */
  readonly concurrency?: number;
  /** Plain settings, never a secret: those go to `secrets`. */
  readonly environment: Readonly<Record<string, Input<string>>>;
  /** Secrets, mounted as files: `/secrets/<name>/value` holds the pinned version, and the key here, plus `_FILE`, its path. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Changing it moves traffic: do it in its own step. */
  readonly exposure: Exposure;
  /**
   * How requests are split between revisions. Default: all to the newest that is ready. A first deployment can't name a
   * revision: there is none yet.
   */
  readonly traffic?: readonly TrafficShare[];
  readonly objectives: readonly Objective[];
}
