import type { Properties } from "../../../sandbox/models/values.ts";

const account = "nightly@acme-prod.iam.gserviceaccount.com";

/** Jobs of Cloud Run, what starts them, and what they may cost, right in every respect. */
export const jobExamples: Readonly<Record<string, Properties>> = {
  "gcp:billing/budget:Budget": {
    billingAccount: "0123AB-4567CD-89EF01",
    displayName: "environment production",
    budgetFilter: { calendarPeriod: "MONTH", labels: { environment: "production" } },
    amount: { specifiedAmount: { currencyCode: "USD", units: "1000" } },
    thresholdRules: [{ thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" }],
    allUpdatesRule: { monitoringNotificationChannels: ["projects/acme-prod/notificationChannels/1"] },
  },
  "gcp:cloudrunv2/job:Job": {
    name: "nightly",
    location: "us-east1",
    labels: { system: "acme" },
    deletionProtection: false,
    template: {
      taskCount: 4,
      parallelism: 2,
      template: {
        serviceAccount: account,
        maxRetries: 0,
        timeout: "3600s",
        containers: [
          {
            image: "us-docker.pkg.dev/acme/nightly@sha256:abc",
            args: ["--all"],
            envs: [{ name: "MODE", value: "production" }],
            resources: { limits: { cpu: "1", memory: "512Mi" } },
            volumeMounts: [{ name: "token", mountPath: "/secrets/token" }],
          },
        ],
        volumes: [{ name: "token", secret: { secret: "token", items: [{ path: "value", version: "3" }] } }],
      },
    },
  },
  "gcp:cloudrunv2/jobIamMember:JobIamMember": {
    name: "nightly",
    location: "us-east1",
    role: "roles/run.invoker",
    member: `serviceAccount:${account}`,
  },
  "gcp:cloudscheduler/job:Job": {
    name: "nightly",
    region: "us-east1",
    description: "Starts the job nightly",
    schedule: "30 3 * * 1-5",
    timeZone: "Europe/Berlin",
    attemptDeadline: "60s",
    retryConfig: { retryCount: 3, minBackoffDuration: "5s", maxBackoffDuration: "60s" },
    httpTarget: {
      uri: "https://run.googleapis.com/v2/projects/acme-prod/locations/us-east1/jobs/nightly:run",
      httpMethod: "POST",
      body: "e30=",
      headers: { "Content-Type": "application/json" },
      oauthToken: { serviceAccountEmail: account },
    },
  },
};
