/**
 * What the local cloud and those who talk to it agree on. Fields follow Cloud Run's own (`run.googleapis.com` v2),
 * reduced to what the sandbox can make true: it runs processes, not containers.
 */

/** One check of an instance. Times in seconds; fractions are allowed here, though Cloud Run sells whole ones only. */
export interface CloudProbe {
  kind: "http" | "tcp";
  /** For `http`: path with an optional query. Default `/`. A 2xx or 3xx answer passes. */
  path?: string;
  /** Accepted as Cloud Run does, but an instance here has one port: every probe goes to it. */
  port?: number;
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  /** So many failures in a row turn a passing (or new) instance into a failing one. */
  failureThreshold: number;
  /** So many passes in a row turn it back. Default 1. */
  successThreshold?: number;
}

/** One file of one secret version in every instance's private folder. */
export interface CloudMount {
  /** Absolute folder as the service sees it, for example `/secrets/database-url`. */
  path: string;
  /** `projects/P/secrets/S`. */
  secret: string;
  /** A version number, or `latest` (the highest there is when the instance starts). */
  version: string;
  /** Path of the item under `path`, for example `value`. */
  file: string;
}

/** What every instance of a revision is made from; never changes after the revision was made. */
export interface CloudRevisionTemplate {
  /** `sandbox/NAME:TAG`; any other image is run by `sandbox/demo:1.0.0` standing in for it. */
  image: string;
  /** Given to a sandbox image after its entry file; a stand-in does not get them. */
  args?: string[];
  /** Kept for the revision's identity; a sandbox image has its own entry and ignores them. */
  commands?: string[];
  env: Record<string, string>;
  /** The container's port. An instance gets a port of its own in `PORT`; this one tells probes apart only. */
  port: number;
  mounts: CloudMount[];
  /** Default: a TCP connection within 240 s, as on Cloud Run. */
  startupProbe?: CloudProbe;
  livenessProbe?: CloudProbe;
  readinessProbe?: CloudProbe;
  /** 0 lets the revision scale to zero and start on the first request. */
  minInstances: number;
  maxInstances: number;
  /** Requests that one instance handles at a time; the others wait in the revision's queue. */
  concurrency: number;
  /** From a request's arrival to the end of its answer. */
  timeoutSeconds: number;
  /** CPUs of an instance. What it uses is measured, and not held to it. Default: 1. */
  cpu?: number;
  /** Bytes of an instance, likewise. Default: 512 MiB. */
  memory?: number;
  /** 0–1. Instances are not counted by CPU here; as a share of `concurrency` it sets when another instance starts. Default 0.6. */
  cpuUtilization?: number;
}

/** A share of a service's requests, and optionally an address of its own for the revision. */
export interface CloudTraffic {
  target: "latest" | { revision: string };
  /** Whole service: 100 in sum. */
  percent: number;
  tag?: string;
}

/** A service as it shall be. */
export interface CloudServiceInput {
  /** `projects/P/locations/R/services/NAME`. */
  id: string;
  /** The Pulumi URN of the resource it belongs to. */
  owner: string;
  labels: Record<string, string>;
  /** Seconds. Become bucket edges of the service's latency histogram, beside the usual ones. */
  latencyBuckets?: number[];
  template: CloudRevisionTemplate;
  /** Explicit revision name. Default: NAME-HASH, the hash made of the template. */
  revision?: string;
  /** Empty means everything to the latest ready revision. */
  traffic: CloudTraffic[];
}

/** Where a service's requests go from now on; its template stays. */
export interface CloudTrafficChange {
  /** Of the service as it was read. It is refused where the service is another one by now. */
  etag: string;
  /** Whole service: 100 in sum, revisions that exist. */
  traffic: CloudTraffic[];
}

/** One revision as it is. */
export interface CloudRevisionStatus {
  name: string;
  image: string;
  /** The image is none of the sandbox's: the demo image stands in for it. */
  standIn: boolean;
  instances: number;
  readyInstances: number;
  /** Instances that were replaced because liveness failed or their process ended, since the cloud started. */
  restarts: number;
  /** ISO 8601. */
  createdAt: string;
  /** Why it never became ready; absent otherwise. */
  failure?: string;
}

/** A service as it is. */
export interface CloudServiceStatus {
  id: string;
  name: string;
  owner: string;
  labels: Record<string, string>;
  /** `http://127.0.0.1:PORT`; the port stays the same across restarts of the cloud. */
  url: string;
  /** By tag, each with a stable port of its own, so that plain curl reaches it. */
  tagUrls: Record<string, string>;
  /** Empty while no revision was ever ready. */
  latestReadyRevision: string;
  latestCreatedRevision: string;
  revisions: CloudRevisionStatus[];
  /** With the revision that each target stands for now; empty where there is none yet. */
  traffic: (CloudTraffic & { revision: string })[];
  /** Of its latest revision; only where one service is asked for. */
  template?: CloudRevisionTemplate;
  /** Stands for what it is now: its traffic, and its latest revisions. */
  etag: string;
  /** Prometheus text of the whole cloud. */
  metricsUrl: string;
}

/** The cloud itself. */
export interface CloudStatus {
  /** Of the admin API. */
  url: string;
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Services of the saved state that are not back yet. */
  restoring: number;
  services: number;
  secrets: number;
  /** Processes of all services. */
  instances: number;
}

/** How `endpoint.json` tells others where the cloud is. The token is a secret: the file has mode 600. */
export interface CloudEndpoint {
  url: string;
  token: string;
  pid: number;
  startedAt: string;
}

/**
 * - `invalid`: the request can never work as it is.
 * - `not-found`: something that it names does not exist.
 * - `conflict`: the name is taken by something else, or the service is another one than was read.
 * - `not-ready`: a revision did not become ready; what served before still does.
 * - `superseded`: a newer request for the same service, or its deletion, took over.
 * - `internal`: a fault of the local cloud itself.
 */
export type CloudErrorCode = "invalid" | "not-found" | "conflict" | "not-ready" | "superseded" | "internal";

/** An answer of the cloud that says no, in a sentence for people. */
export class CloudError extends Error {
  readonly code: CloudErrorCode;
  constructor(code: CloudErrorCode, message: string) {
    super(message);
    this.name = "CloudError";
    this.code = code;
  }
}

/** No cloud answers for this folder. */
export class CloudNotRunningError extends Error {
  constructor(why: string) {
    super(`The local cloud is not running (${why}). Start it with \`slipway sandbox start\`.`);
    this.name = "CloudNotRunningError";
  }
}
