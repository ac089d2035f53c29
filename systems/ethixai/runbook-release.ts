import type { Runbook } from "../../components/alerting/runbook.ts";
import { WHERE } from "./gcloud.ts";

/** A release that has to be taken back, within five minutes by hand (EA-10). */
export const RELEASE_RUNBOOK: Runbook = {
  name: "release",
  title: "Release and rollback",
  about:
    "Take a release back: first the traffic, which takes seconds and needs no build, then what the stack says. From the decision to the last request on the bad revision it takes less than five minutes. When in doubt, roll back first and look afterwards.",
  checks: [
    {
      say: "Which revisions are there, and which has the traffic?",
      run: [
        `gcloud run services describe backend --format 'value(status.traffic)' ${WHERE}`,
        `gcloud run revisions list --service backend ${WHERE}`,
      ],
    },
    {
      say: "Does the new one fail, and the one before not?",
      queries: [
        'sum by (service, revision) (rate(http_requests_total{{labels},code=~"5.."}[5m])) / sum by (service, revision) (rate(http_requests_total{{labels}}[5m]))',
        "histogram_quantile(0.95, sum by (service, revision, le) (rate(http_request_duration_seconds_bucket{{labels}}[5m])))",
      ],
    },
    {
      say: "What was released?",
      run: ["git log -p -3 -- Pulumi.{stack}.yaml"],
    },
  ],
  mitigations: [
    {
      say: "All requests to the revision before, by its name. The same for `ai-core`.",
      run: [
        `gcloud run services update-traffic backend --to-revisions REVISION=100 ${WHERE}`,
        `gcloud run services update-traffic ai-core --to-revisions REVISION=100 ${WHERE}`,
      ],
    },
    {
      say: "Then the same in the stack, or the next deployment brings the bad one back: the previous image in `Pulumi.{stack}.yaml`.",
      run: ["npx slipway preview --stack {stack}", "npx slipway up --stack {stack} --yes"],
    },
    {
      say: "The release changed the database: stop whoever writes, undo the migration or restore from a snapshot to a new cluster, and only then take the code back.",
    },
  ],
  recovery: [
    {
      say: "Fewer than 0.5 % of requests fail and P95 is under 2 s, for 15 minutes.",
      queries: [
        'sum by (service) (rate(http_requests_total{{labels},code=~"5.."}[15m])) / sum by (service) (rate(http_requests_total{{labels}}[15m])) < 0.005',
        'histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket{{labels},service="backend"}[15m]))) < 2',
      ],
    },
    { say: "The eight smoke tests pass.", run: ["npx slipway smoke --stack {stack}"] },
    {
      say: "What is deployed is what the stack says: nothing would change.",
      run: ["npx slipway preview --stack {stack}"],
    },
  ],
  procedures: {
    "Decision matrix": [
      {
        say: [
          "The first row that applies decides.",
          "",
          "| What is seen | How bad | What to do |",
          "| --- | --- | --- |",
          "| Errors over 0.5 % while a candidate has traffic | critical | roll back at once; nobody has to agree |",
          "| Errors over 0.5 % after the release had all traffic | critical | roll back the traffic, then the stack |",
          "| P95 over 2 s, or CPU over 80 %, on the candidate | high | roll back |",
          "| P95 over 5 s after the release had all traffic | high | look for ten minutes, then roll back |",
          "| Smoke tests fail three times in a row | high | [smoke tests](smoke.md), and roll back if the release is younger |",
          "| Wrong figures in reports, no errors | medium | roll back, and keep the data as it is |",
        ].join("\n"),
      },
    ],
    "A mend that can't wait": [
      {
        say: "Branch from what runs, mend, test in staging; then straight to production, without a candidate. Say so to everybody, and watch for 15 minutes.",
        run: [
          "npx slipway up --stack staging --yes",
          "npx slipway smoke --stack staging",
          "npx slipway preview --stack {stack}",
          "npx slipway up --stack {stack} --yes",
          "npx slipway smoke --stack {stack}",
        ],
      },
    ],
    Afterwards: [
      {
        say: "Within 24 hours: how long it lasted, what of the budget it took, what would have found it before. The budget says what is left.",
        queries: ["objective:error_budget:remaining{{labels}}"],
      },
    ],
  },
};
