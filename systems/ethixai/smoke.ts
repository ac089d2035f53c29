import * as pulumi from "@pulumi/pulumi";
import type { Alert } from "../../components/alerting/alert.ts";
import type { SmokeRuns } from "../../components/alerting/facts.ts";
import { ScheduledJob } from "../../components/jobs/scheduled-job.ts";
import type { Edge } from "../../components/network/edge.ts";
import type { ImageMirror } from "../../components/service/image-mirror.ts";
import type { Context } from "./context.ts";

/** How often the tests run, and how many failures in a row are a page (EA-11): in every environment, whoever runs them. */
export const SMOKE = { suite: "ethixai", everySeconds: 300, failures: 3 } as const satisfies SmokeRuns;

/** The Cloud Run job that runs them; the sandbox's cloud runs no jobs. */
export const SMOKE_JOB = "smoke";

const EVERY_MINUTES = SMOKE.everySeconds / 60;

/** Runs of the job in the time that as many take as are a page, by what came of them. */
function runs(result: "succeeded" | "failed"): string {
  const series = `run_googleapis_com:job_completed_execution_count{monitored_resource="cloud_run_job",job_name="${SMOKE_JOB}",result="${result}"}`;
  return `sum(increase(${series}[${SMOKE.failures * EVERY_MINUTES + 1}m]))`;
}

/** Three smoke runs in a row that failed (EA-11). */
export const SMOKE_ALERT: Alert = {
  name: "SmokeTestsFailing",
  // One run every five minutes, which is not tried again: three that failed and none that passed are three in a row.
  condition: {
    kind: "promql",
    expression: `round(${runs("failed")}) >= ${SMOKE.failures} unless round(${runs("succeeded")}) > 0`,
  },
  for: "0 s",
  severity: "page",
  owner: "ethixai-platform",
  concern: "smoke",
  watchedBy: "cloud-monitoring",
  runbook: "smoke",
  what: "The smoke tests have failed three times in a row.",
  impact: "Something that every user does, from registering to reading a report, does not work.",
  first: "Run them by hand, and look which of the eight fails first: npx slipway smoke --url …",
};

/** The eight smoke tests against the way in, every five minutes (EA-11); none where the stack names no image for them. */
export function declareSmoke(
  { scope, settings, inside }: Context,
  images: ImageMirror,
  edge: Pick<Edge, "url">,
): ScheduledJob | undefined {
  if (settings.images.smoke === undefined) return undefined;
  return new ScheduledJob(
    "ethixai-smoke",
    {
      scope,
      job: SMOKE_JOB,
      image: pulumi.interpolate`${images.prefix}/${settings.images.smoke}`,
      schedule: `*/${EVERY_MINUTES} * * * *`,
      resources: { cpu: 1, memory: "512 MiB" },
      timeout: "5 min",
      environment: { SMOKE_URL: edge.url, SMOKE_TIMEOUT_SECONDS: "270" },
    },
    inside,
  );
}
