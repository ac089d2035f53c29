import type { Properties } from "../../../sandbox/models/values.ts";

const objective = "projects/acme-prod/services/api/serviceLevelObjectives/availability";

/** One resource of each type of Cloud Monitoring, right in every respect. */
export const monitoringExamples: Readonly<Record<string, Properties>> = {
  "gcp:monitoring/notificationChannel:NotificationChannel": {
    type: "email",
    labels: { email_address: "ops@example.com" },
  },
  "gcp:monitoring/customService:CustomService": {
    serviceId: "api",
    displayName: "The API",
    userLabels: { system: "acme" },
    telemetry: { resourceName: "//run.googleapis.com/projects/acme-prod/locations/us-east1/services/api" },
  },
  "gcp:monitoring/genericService:GenericService": {
    serviceId: "api",
    basicService: {
      serviceType: "CLOUD_RUN",
      serviceLabels: { service_name: "api", location: "us-east1" },
    },
  },
  "gcp:monitoring/slo:Slo": {
    service: "api",
    sloId: "availability",
    displayName: "99.9 % of requests succeed",
    goal: 0.999,
    rollingPeriodDays: 30,
    requestBasedSli: {
      goodTotalRatio: {
        goodServiceFilter:
          'metric.type="run.googleapis.com/request_count" metric.labels.response_code_class!="5xx"',
        totalServiceFilter: 'metric.type="run.googleapis.com/request_count"',
      },
    },
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": {
    displayName: "api: availability burns fast",
    combiner: "AND",
    severity: "CRITICAL",
    conditions: [
      {
        displayName: "14.4 over 1 h",
        conditionThreshold: {
          filter: `select_slo_burn_rate("${objective}", "3600s")`,
          comparison: "COMPARISON_GT",
          thresholdValue: 14.4,
          duration: "0s",
          trigger: { count: 1 },
        },
      },
      {
        displayName: "errors",
        conditionThreshold: {
          filter: 'metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision"',
          comparison: "COMPARISON_GT",
          thresholdValue: 5,
          duration: "300s",
          aggregations: [
            {
              alignmentPeriod: "60s",
              perSeriesAligner: "ALIGN_RATE",
              crossSeriesReducer: "REDUCE_SUM",
              groupByFields: ["resource.labels.service_name"],
            },
          ],
        },
      },
    ],
    notificationChannels: ["projects/acme-prod/notificationChannels/1234567890123456789"],
    alertStrategy: { autoClose: "1800s", notificationPrompts: ["OPENED", "CLOSED"] },
    documentation: {
      subject: "api: availability burns fast",
      content: "Look at the last release first.",
      links: [{ displayName: "runbook", url: "https://runbooks.example.com/api" }],
    },
    userLabels: { system: "acme" },
  },
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {
    displayName: "api is reachable",
    period: "60s",
    timeout: "10s",
    selectedRegions: ["EUROPE", "USA_IOWA", "ASIA_PACIFIC"],
    monitoredResource: { type: "uptime_url", labels: { project_id: "acme-prod", host: "api.example.com" } },
    httpCheck: {
      path: "/ready",
      useSsl: true,
      validateSsl: true,
      acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }, { statusValue: 304 }],
    },
    contentMatchers: [
      {
        content: "ok",
        matcher: "MATCHES_JSON_PATH",
        jsonPathMatcher: { jsonPath: "$.status" },
      },
    ],
  },
};
