import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import { isProduction, labels, type Scope } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";
import { planEnvironment, planSecrets } from "../service/cloud-run.ts";
import { environmentProblems } from "../service/normalize.ts";
import { at, within } from "../service/problems.ts";
import { memoryProblem } from "../service/sizes.ts";
import { bytes, type Duration, type Memory, quantity, seconds, secondsText } from "../units.ts";
import { scheduleProblem, timeZoneProblem } from "./schedule.ts";

/** What a job is, and when it runs. */
export interface JobSpec {
  /** Container image, best by digest. It runs to its end: code 0 is success. */
  readonly image: Input<string>;
  /** Arguments to the image's entry point. Default: the image's own. */
  readonly args?: readonly string[];
  /**
   * When it runs: minute, hour, day of the month, month, day of the week, such as `"30 3 * * *"`. A start may, rarely, come
   * twice, and a run may still go on when the next begins: the job has to bear both.
   */
  readonly schedule: string;
  /** Name of the tz database in which the schedule is meant. Default `"Etc/UTC"`, which has no summer time. */
  readonly timeZone?: string;
  /** What one run gets. Jobs get whole CPUs: 1, 2, 4, 6 or 8. */
  readonly resources: { readonly cpu: number; readonly memory: Memory };
  /** Longest that one attempt may take, 1 s to 7 days; then it is ended, and counts as failed. */
  readonly timeout: Duration;
  /** Times that a failed attempt is made again, 0 to 10. Default 0: not every job bears to be run twice. */
  readonly retries?: number;
  /** Plain settings; names in capitals. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Secrets, by variable: `DATABASE_URI` gives the job `DATABASE_URI_FILE`, the path of a file that holds the value. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

/** CPUs that Cloud Run gives to jobs (run v2 discovery document, 2026-07). */
const CPUS: readonly number[] = [1, 2, 4, 6, 8];
/** Seven days (the documentation's page "Set task timeout for jobs"). */
const LONGEST_SECONDS = 604_800;
/** Page "Set maximum retries for jobs". */
const MOST_RETRIES = 10;

/** A lower-case DNS label of 2 to 24 characters: the account that starts it, `start-NAME`, has at most 30. */
function nameProblems(job: string): string[] {
  return /^[a-z][-a-z0-9]{0,22}[a-z0-9]$/.test(job)
    ? []
    : [
        `job: "${job}" must be 2 to 24 lower-case letters, digits or "-", begin with a letter and not end with "-"`,
      ];
}

/** The problem of a value that can't be read at all; none where it can. */
function reading(path: string, read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return [`${path}: ${error.message}`];
    throw error;
  }
}

/** Problems of a job's facts. */
export function jobProblems(job: string, spec: JobSpec): string[] {
  const { cpu, memory } = spec.resources;
  return [
    ...nameProblems(job),
    ...at("schedule", scheduleProblem(spec.schedule)),
    ...at("timeZone", timeZoneProblem(spec.timeZone ?? "Etc/UTC")),
    ...(CPUS.includes(cpu)
      ? reading("resources.memory", () => at("resources.memory", memoryProblem(cpu, bytes(memory))))
      : [`resources.cpu: ${cpu} CPU is not given to jobs; use ${CPUS.join(", ")}`]),
    ...reading("timeout", () =>
      seconds(spec.timeout) >= 1 && seconds(spec.timeout) <= LONGEST_SECONDS
        ? []
        : [`timeout: "${spec.timeout}" must be 1 s to 7 days`],
    ),
    ...within("retries", spec.retries ?? 0, 0, MOST_RETRIES),
    ...environmentProblems({ environment: spec.environment ?? {}, secrets: spec.secrets ?? {} }),
  ];
}

/** What a job is wired to. */
interface JobWiring {
  readonly serviceAccount: Input<string>;
  /** Network that its requests leave through; undefined for Google's own way out. */
  readonly network?: { readonly network: Input<string>; readonly subnetwork: Input<string> } | undefined;
}

/** The Cloud Run job: one task for each run. */
export function planJob(job: string, scope: Scope, spec: JobSpec, wiring: JobWiring): gcp.cloudrunv2.JobArgs {
  const { environment = {}, secrets = {} } = spec;
  const { volumes, volumeMounts } = planSecrets({ secrets });
  return {
    project: scope.project,
    location: scope.region,
    name: job,
    deletionProtection: isProduction(scope),
    labels: labels(scope, job),
    template: {
      taskCount: 1,
      labels: labels(scope, job),
      template: {
        serviceAccount: wiring.serviceAccount,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: secondsText(spec.timeout),
        maxRetries: spec.retries ?? 0,
        ...(wiring.network === undefined
          ? {}
          : { vpcAccess: { egress: "ALL_TRAFFIC", networkInterfaces: [wiring.network] } }),
        containers: [
          {
            image: spec.image,
            ...(spec.args === undefined ? {} : { args: [...spec.args] }),
            resources: {
              limits: { cpu: String(spec.resources.cpu), memory: quantity(spec.resources.memory) },
            },
            envs: planEnvironment({ environment, secrets }),
            volumeMounts,
          },
        ],
        volumes,
      },
    },
  };
}

/** What starts it. Cloud Run answers as soon as the run is begun, so the deadline is that of one request. */
export function planStart(
  job: string,
  scope: Scope,
  spec: JobSpec,
  account: Input<string>,
): gcp.cloudscheduler.JobArgs {
  const { project, region } = scope;
  return {
    project,
    region,
    name: job,
    description: `Starts the job ${job} of ${scope.system}`,
    schedule: spec.schedule,
    timeZone: spec.timeZone ?? "Etc/UTC",
    attemptDeadline: "60s",
    // A start that Cloud Run didn't take: three more tries, within minutes.
    retryConfig: { retryCount: 3, minBackoffDuration: "10s", maxBackoffDuration: "60s" },
    httpTarget: {
      httpMethod: "POST",
      uri: `https://run.googleapis.com/v2/projects/${project}/locations/${region}/jobs/${job}:run`,
      oauthToken: {
        serviceAccountEmail: account,
        scope: "https://www.googleapis.com/auth/cloud-platform",
      },
    },
  };
}
