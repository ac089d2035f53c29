import type { Input } from "@pulumi/pulumi";
import type { MetricNames } from "../objectives/measured-service.ts";
import type { Objective } from "../objectives/objective.ts";
import type { EngineSurroundings } from "../release/engines/surroundings.ts";
import type { ReleasePlan } from "../release/plan.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Duration, Memory } from "../units.ts";
import type { Probes } from "./probes.ts";
import type { TrafficShare } from "./traffic.ts";

/**
 * A figure that adds instances beside CPU and memory, on Kubernetes: `pods`, an average over the service's own instances
 * (custom metrics API); `external`, of something else, such as a queue (external metrics API).
 */
export interface ScalingSignal {
  readonly of: "pods" | "external";
  /** Name of the metric in that API. */
  readonly metric: string;
  /** Labels that choose among several of that name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Per instance: above it there are more of them. */
  readonly average: number;
}

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
  /** Memory, in percent of what an instance has, above which instances are added. Kubernetes only. Default: no matter. */
  readonly memoryPercent?: number;
  /** Further signals, each of which may add instances. Kubernetes only. */
  readonly signals?: readonly ScalingSignal[];
  /**
   * Instances that a drain of nodes must leave, on Kubernetes; less than `min`, or no drain could go on. Default: all but a
   * quarter of `min`, and all but one at most.
   */
  readonly minAvailable?: number;
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

/** What runs a service. */
export type Runtime = "cloud-run" | "kubernetes";

/** What Cloud Run bills a service by. */
export type Billing = "request" | "instance";

/**
 * Who may reach a service: `edge`, anyone on the internet, through the load balancer only; `internal`, only the services
 * that name it among their `calls`.
 */
export type Exposure = "edge" | "internal";

/** A new version beside the stable one, with a share of its requests. */
export interface Candidate {
  /** Its container image; everything else is the stable one's. */
  readonly image: Input<string>;
  /** Percent of the requests that it gets. */
  readonly percent: number;
  /** Requests with this header always reach it, whatever its percentage. */
  readonly header?: { readonly name: string; readonly value: string };
  /** Whether it stands there at the size of the stable one, whatever its share. Default false. */
  readonly fullSize?: boolean;
}

/** Everything that is true of a service, whatever runs it. One spec, every runtime. */
export interface ServiceSpec {
  /** Where it runs. Changing it makes a new service and removes the old one. */
  readonly runtime: Runtime;
  /**
   * Container image, best by digest. A change makes a new revision. Once the stack's ledger knows a stable version, its image
   * is deployed, and this one is to be released.
   */
  readonly image: Input<string>;
  /** What stands before the image and a slash: the registry that it is pulled from. Default: nothing does. */
  readonly registry?: Input<string>;
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
  /**
   * What Cloud Run bills, and when an instance has its CPU. `request`: while requests and probes are worked on; in between,
   * an instance that waits costs an eighth and does nothing. `instance`: all its life, at a lower rate: for one that works
   * on after it has answered, or that is busy most of the day. Default `"request"`, as Cloud Run's own. A change makes a new
   * revision. Kubernetes: no matter.
   */
  readonly billing?: Billing;
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
  /** Kubernetes: a release under way. There is no revision to name, so the candidate is declared beside the stable version. */
  readonly candidate?: Candidate;
  /** Kubernetes: how long requests in flight may take to end once an instance is told to stop. Default: `timeout`. */
  readonly drain?: Duration;
  /** How new versions are brought to the users. */
  readonly release?: ReleasePlan;
  /** What `release.engine` works with, where it isn't Slipway's own. */
  readonly engine?: EngineSurroundings;
  /** Where it says which commit it was built from, and when. */
  readonly versionPath?: string;
  /** Where it gives its metrics, in Prometheus' format. Default `"/metrics"`, on its port. */
  readonly metricsPath?: string;
  /** What it calls its metrics, where that is not what the convention says. */
  readonly metrics?: Partial<MetricNames>;
  /** Edges that its histogram has beside the thresholds of its objectives, such as those that alerts ask for. */
  readonly latencyBuckets?: readonly Duration[];
  /** Labels beside those that Slipway gives, such as a team or a cost centre. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly objectives: readonly Objective[];
}
