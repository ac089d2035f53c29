import type { Runbook } from "../../components/alerting/runbook.ts";
import { WHERE } from "./gcloud.ts";

/** A release that has to be taken back, within five minutes by hand (EA-10). */
export const RELEASE_RUNBOOK: Runbook = {
  name: "release",
  title: "Release and rollback",
  about:
    "Take a release back. A release under way takes itself back on what its gates measure; this is for what they don't. It goes straight to the traffic, which takes seconds and needs no build; from the decision to the last request on the bad revision it takes less than five minutes. When in doubt, roll back first and look afterwards.",
  checks: [
    {
      say: "Is a release under way, how far is it, and what does it wait for? Which were there before?",
      run: [
        "npx slipway release status --stack {stack}",
        "npx slipway release why ethixai/backend --stack {stack}",
        "npx slipway release history --stack {stack}",
      ],
    },
    {
      say: "Which revisions does Cloud Run have, and which has the traffic?",
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
      say: "What else was deployed?",
      run: ["git log -p -3 -- Pulumi.{stack}.yaml"],
    },
  ],
  mitigations: [
    {
      say: "A release is under way: its candidate loses its requests at once. The same for `ethixai/ai-core`.",
      run: ['npx slipway release abort ethixai/backend --stack {stack} --reason "users see errors" --yes'],
    },
    {
      say: "It had all the requests already: back to the version before, which is still there. The same for `ethixai/ai-core`.",
      run: ['npx slipway release rollback ethixai/backend --stack {stack} --reason "users see errors" --yes'],
    },
    {
      say: "Slipway can't run: all requests to the revision before, by its name. The ledger doesn't know, and the next deployment goes by the ledger: abort or roll back as above before anybody deploys.",
      run: [
        `gcloud run services update-traffic backend --to-revisions REVISION=100 ${WHERE}`,
        `gcloud run services update-traffic ai-core --to-revisions REVISION=100 ${WHERE}`,
      ],
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
          "| Errors over 0.5 % while a candidate has traffic | critical | abort at once; nobody has to agree |",
          "| Errors over 0.5 % after the release had all traffic | critical | roll back the traffic |",
          "| P95 over 2 s, or CPU over 80 %, on the candidate | high | abort |",
          "| P95 over 5 s after the release had all traffic | high | look for ten minutes, then roll back |",
          "| Smoke tests fail three times in a row | high | [smoke tests](smoke.md), and roll back if the release is younger |",
          "| Wrong figures in reports, no errors | medium | roll back, and keep the data as it is |",
        ].join("\n"),
      },
    ],
    "A mend that can't wait": [
      {
        say: "Branch from what runs, mend, test in staging; then straight to production, without a candidate: nobody looks at its figures, so a person does, for 15 minutes. The reason is recorded.",
        run: [
          'npx slipway release ethixai/backend --image ethixai/backend:VERSION --stack staging --hotfix --reason "why it can\'t wait" --yes',
          "npx slipway smoke --stack staging",
          'npx slipway release ethixai/backend --image ethixai/backend:VERSION --stack {stack} --hotfix --reason "why it can\'t wait" --yes',
          "npx slipway smoke --stack {stack}",
        ],
      },
      {
        say: "The budget is spent, and this version mends what spends it: it may go the usual way all the same.",
        run: [
          'npx slipway release ethixai/backend --image ethixai/backend:VERSION --stack {stack} --fix --reason "mends the timeouts" --yes',
        ],
      },
    ],
    Afterwards: [
      {
        say: "Within 24 hours: how long it lasted, what of the budget it took, what would have found it before. The report has the release's figures; it is written where the release was driven. The budget says what is left.",
        run: ["npx slipway release report ethixai/backend --stack {stack} --out report"],
        queries: ["objective:error_budget:remaining{{labels}}"],
      },
    ],
  },
};
