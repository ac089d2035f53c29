import { z } from "zod";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_JOB, CRON_JOB, JOB } from "../../types.ts";

const CRON = {
  yaml: `apiVersion: batch/v1
kind: CronJob
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 300
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      activeDeadlineSeconds: 3600
      backoffLimit: 2`,
} as const;

export const cronJobAlone: Policy = {
  id: "cron-job-alone",
  title: "A CronJob should say what happens when its last run still goes on.",
  severity: "medium",
  level: "advisory",
  why: "By itself Kubernetes starts the next run beside it: one that hangs becomes many, and two that write the same spoil it.",
  fix: "Set concurrencyPolicy to Forbid, or to Replace where only the newest run counts; state Allow by an exemption.",
  example: CRON,
  types: [CRON_JOB],
  check: ({ props }) => {
    const policy = props.at("spec", "concurrencyPolicy");
    const text = policy.text();
    if (text === "Forbid" || text === "Replace") return [];
    return [
      violation(
        policy,
        `${text === undefined ? "is not set, which means Allow" : `is ${policy.quote()}`}: runs may overlap`,
      ),
    ];
  },
};

/** How often the controller looks, in seconds: a shorter deadline may always be over (documentation of CronJob). */
const CONTROLLER_SECONDS = 10;

export const cronJobStarts: Policy = {
  id: "cron-job-starts",
  title: "A CronJob must be let to start a little late, and not much later.",
  severity: "medium",
  level: "mandatory",
  why: "With a deadline under 10 s it may never start, since the controller looks every 10 s; without one a run that was missed starts at any later time, such as by day.",
  fix: "Set startingDeadlineSeconds to what a run may be late, 60 or more.",
  example: CRON,
  types: [CRON_JOB],
  check: ({ props }) => {
    const at = props.at("spec", "startingDeadlineSeconds");
    const deadline = at.number();
    if (deadline === undefined)
      return [
        { ...violation(at, "is not set: a run that was missed starts at any later time"), level: "advisory" },
      ];
    return deadline < CONTROLLER_SECONDS
      ? [violation(at, `is ${deadline}; below ${CONTROLLER_SECONDS} it may never start`)]
      : [];
  },
};

export const cronJobLeavesTrace: Policy = {
  id: "cron-job-leaves-trace",
  title: "A CronJob should keep its last failed run.",
  severity: "low",
  level: "advisory",
  why: "With failedJobsHistoryLimit 0 the pod that failed, and what it logged, is gone before anybody looks.",
  fix: "Leave failedJobsHistoryLimit out, which keeps 1, or set more.",
  example: CRON,
  types: [CRON_JOB],
  check: ({ props }) => {
    const limit = props.at("spec", "failedJobsHistoryLimit");
    return limit.number() === 0 ? [violation(limit, "is 0: what failed leaves no trace")] : [];
  },
};

const SETTINGS = z.strictObject({
  mostRetries: z.int().min(0).default(6).describe("How often a run may be tried again."),
});

/** Where a job says how long it may take and how often it is tried; Cloud Run's takes 600 s where it says nothing. */
function limitsOf({ type, props }: Subject): { deadline: Property | undefined; retries: Property } {
  if (type === CLOUD_RUN_JOB)
    return { deadline: undefined, retries: props.at("template", "template", "maxRetries") };
  const spec = type === CRON_JOB ? props.at("spec", "jobTemplate", "spec") : props.at("spec");
  return { deadline: spec.at("activeDeadlineSeconds"), retries: spec.at("backoffLimit") };
}

export const jobEnds: Policy = {
  id: "job-ends",
  title: "A job should end, whatever happens.",
  severity: "medium",
  level: "advisory",
  why: "One that hangs holds its place for ever, and with Forbid keeps every later run from starting; nobody is told, since it has not failed.",
  fix: "Set activeDeadlineSeconds to a few times what a run takes, and backoffLimit (on Cloud Run maxRetries) to what makes sense.",
  example: CRON,
  settings: SETTINGS,
  types: [JOB, CRON_JOB, CLOUD_RUN_JOB],
  check: (job, context) => {
    const { mostRetries } = context.settings(SETTINGS);
    const { deadline, retries } = limitsOf(job);
    return parts(
      () =>
        deadline === undefined || deadline.present
          ? undefined
          : violation(deadline, "is not set: a run that hangs never ends"),
      () =>
        (retries.number() ?? 0) > mostRetries
          ? violation(retries, `is ${retries.quote()}, more than ${mostRetries}`)
          : undefined,
    );
  },
};

/** Annotations of what makes a Job anew each time. */
const ANEW = ["helm.sh/hook", "argocd.argoproj.io/hook"];

function checkLeft({ props }: Subject): Finding[] {
  const metadata = props.at("metadata");
  const isAnew =
    metadata.at("generateName").present || ANEW.some((one) => metadata.at("annotations", one).present);
  const ttl = props.at("spec", "ttlSecondsAfterFinished");
  return isAnew && !ttl.present ? [violation(ttl, "is not set: each run leaves its pods behind")] : [];
}

export const jobCleanedUp: Policy = {
  id: "job-cleaned-up",
  title: "A Job that is made anew for each run should be taken away after it.",
  severity: "low",
  level: "advisory",
  why: "Finished Jobs and their pods stay until somebody removes them; thousands slow the API server down. One of a fixed name that a program declares has to stay, or it is run again.",
  fix: "Set ttlSecondsAfterFinished, such as 86400.",
  example: {
    yaml: `apiVersion: batch/v1
kind: Job
metadata:
  generateName: migrate-
spec:
  ttlSecondsAfterFinished: 86400`,
  },
  types: [JOB],
  check: checkLeft,
};
