import type { Runbook } from "../../components/alerting/runbook.ts";
import { WHERE } from "./gcloud.ts";

/** Availability, latency, readiness and liveness of the API and the analyses (EA-02, EA-16). */
export const SERVICE_RUNBOOK: Runbook = {
  name: "service",
  title: "Services",
  about:
    "The backend and the AI core fail, are slow, are not ready or not alive. One replica stands 15 requests/s (backend) or 3.4 analyses/s (AI core); beyond that it does not slow down, it fails: at 25 requests/s on one, 66.81 % of requests failed.",
  checks: [
    {
      say: "Which service, since when, and how bad? Errors of the backend with a healthy AI core are its own, or the database's.",
      queries: [
        'sum by (service) (rate(http_requests_total{{labels},code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total{{labels}}[5m]))',
        "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket{{labels}}[5m])))",
      ],
    },
    {
      say: "Is one revision to blame? A new one that fails is a release's matter: take it back ([release](release.md)).",
      run: [
        `gcloud run revisions list --service backend ${WHERE}`,
        `gcloud run revisions list --service ai-core ${WHERE}`,
      ],
      queries: [
        'sum by (service, revision) (rate(http_requests_total{{labels},code=~"5.."}[5m])) / sum by (service, revision) (rate(http_requests_total{{labels}}[5m]))',
      ],
    },
    {
      say: "Is there more traffic than it can bear? Held against 15/s for each backend and 3.4/s for each AI core.",
      queries: ["sum by (service) (rate(http_requests_total{{labels}}[5m]))"],
    },
    {
      say: "What do its own errors say?",
      run: [
        `gcloud logging read 'resource.type="cloud_run_revision" AND severity>=ERROR' --project ethixai-{stack} --freshness 30m --limit 50`,
      ],
    },
  ],
  mitigations: [
    {
      say: "A release or a setting is younger than the trouble: back to the revision before, which is there and warm. Name it from the list.",
      run: [`gcloud run services update-traffic backend --to-revisions REVISION=100 ${WHERE}`],
    },
    {
      say: "Load: raise the ceiling and the floor in `Pulumi.{stack}.yaml` (`systems.ethixai.services.backend: {min: 6, max: 20}`), and deploy. The plan says what it costs.",
      run: [
        "npx slipway plan --stack {stack}",
        "npx slipway preview --stack {stack}",
        "npx slipway up --stack {stack} --yes",
      ],
    },
  ],
  recovery: [
    {
      say: "Fewer than 0.5 % of requests fail, for 15 minutes.",
      queries: [
        'sum by (service) (rate(http_requests_total{{labels},code=~"5.."}[15m])) / sum by (service) (rate(http_requests_total{{labels}}[15m])) < 0.005',
      ],
    },
    {
      say: "The eight smoke tests pass.",
      run: ["npx slipway smoke --stack {stack}"],
    },
  ],
  procedures: {
    "Not ready": [
      {
        say: "Readiness asks the database, and on the AI core whether the model is loaded; it answers within 500 ms, or counts as a failure. Two failures take an instance out of rotation.",
        run: ["curl -sS -w '\\n%{http_code} %{time_total}s\\n' https://backend.ethixai.com/health/readiness"],
        queries: [
          'sum by (service) (rate(health_check_total{{labels},endpoint="readiness",status!="success"}[5m]))',
        ],
      },
      {
        say: "The pool of database connections is exhausted: look at Atlas' connections and slow queries. More instances make this worse.",
        run: ["atlas clusters describe ethixai", "atlas processes list"],
      },
      {
        say: "The AI core loads its model for 30 to 60 s: after a deployment that is no fault. Longer than 120 s, its image or its memory is.",
        run: [
          `gcloud logging read 'resource.labels.service_name="ai-core"' --project ethixai-{stack} --freshness 15m --limit 50`,
        ],
      },
    ],
    "Not alive": [
      {
        say: "Three failures 10 s apart restart an instance. Memory that grows until then is a leak; none that grows, a deadlock, or work that blocks the process.",
        queries: [
          'sum by (service) (rate(health_check_total{{labels},endpoint="liveness",status!="success"}[5m]))',
        ],
      },
      {
        say: "It began with a release: take it back ([release](release.md)). It didn't: restarts keep it up, so mend it by day.",
      },
    ],
    Slow: [
      {
        say: "Which route? Registering and signing in cost CPU (bcrypt, 150 ms each); an analysis takes 2.53 s on average, 41 s at worst.",
        queries: [
          "topk(5, histogram_quantile(0.95, sum by (service, route, le) (rate(http_request_duration_seconds_bucket{{labels}}[5m]))))",
        ],
      },
      {
        say: "Analyses above 8 s bring more AI cores by themselves, up to the ceiling. At the ceiling: raise it, as above.",
      },
    ],
  },
};
