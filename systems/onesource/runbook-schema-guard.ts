import type { Runbook } from "../../components/alerting/runbook.ts";

/** Answers whose schema had to be repaired, or couldn't be (OS-10). */
export const SCHEMA_GUARD_RUNBOOK: Runbook = {
  name: "schema-guard",
  title: "Schema guard",
  about:
    "The schema guard holds every answer of the model against its schema before a user sees it: it repairs what it can, and fails what it can't. Failures are answers that nobody got; many repairs come before failures. Both begin with a new model, a new prompt or a new schema.",
  checks: [
    {
      say: "Does the backend itself say that the guard is well? `schema_guard` is one of its readiness checks. (The first command stays; ask in another terminal.)",
      run: [
        "kubectl -n {namespace} port-forward service/backend 8080:80",
        "curl -sS http://127.0.0.1:8080/readyz",
      ],
    },
    {
      say: "Failures, repairs and answers, each per second. Failures alone point at the schema, repairs that rise with traffic at the model.",
      queries: [
        "sum (rate(schema_failures_total{{labels}}[10m]))",
        "sum (rate(schema_repairs_total{{labels}}[10m]))",
        "sum (rate(responses_validated_total{{labels}}[10m]))",
      ],
    },
    {
      say: "Is it one version? A candidate, or a deployment of the last hours, shows here as a revision of its own.",
      run: ["kubectl -n {namespace} rollout history deployment/backend"],
      queries: ["sum by (revision) (rate(schema_failures_total{{labels}}[10m]))"],
    },
    {
      say: "Did somebody turn a flag? The newest is first.",
      run: ["npx slipway flags history --stack {stack}"],
    },
    {
      say: "What the guard objected to. The log holds hashes and lengths, never what was said (OS-09).",
      run: [
        "kubectl -n {namespace} logs deployment/backend --all-containers --since=30m --prefix | grep -i schema",
      ],
    },
  ],
  mitigations: [
    {
      say: "Prompts that follow the conversation are the usual cause: use the fixed ones. No restart; seconds until every pod has it.",
      run: [
        'npx slipway flags set FEATURE_DYNAMIC_PROMPTS=0 --stack {stack} --reason "schema failures" --yes',
      ],
    },
    {
      say: "Answers with suggested actions have the larger schema: leave the actions out.",
      run: [
        'npx slipway flags set FEATURE_SUGGESTED_ACTIONS=0 --stack {stack} --reason "schema failures" --yes',
      ],
    },
    {
      say: "Still failing after five minutes: the old pipeline, which the guard has passed for long.",
      run: ['npx slipway flags set USE_UNIFIED_PIPELINE=0 --stack {stack} --reason "schema failures" --yes'],
    },
    {
      say: "A release is under way: take the requests from the candidate (Rollback, below). It is the only new thing.",
    },
  ],
  recovery: [
    {
      say: "No failure in the last 10 minutes, while answers are validated.",
      queries: [
        "sum (increase(schema_failures_total{{labels}}[10m])) == 0",
        "sum (increase(responses_validated_total{{labels}}[10m])) > 0",
      ],
    },
    {
      say: "Repairs are at 0.5 % of the answers or fewer; below 0.1 % is what is usual.",
      queries: [
        "sum (rate(schema_repairs_total{{labels}}[1h])) / sum (rate(responses_validated_total{{labels}}[1h]))",
      ],
    },
    {
      say: "Then take back what was turned off, one flag at a time, each watched for 15 minutes.",
      run: [
        "npx slipway flags list --stack {stack}",
        'npx slipway flags clear FEATURE_DYNAMIC_PROMPTS --stack {stack} --reason "no schema failures for an hour" --yes',
      ],
    },
  ],
  procedures: {
    "A failure, from the alert to its cause": [
      {
        say: "Note when it began: the alert's start, minus the ten minutes that it waits.",
        queries: ["sum (increase(schema_failures_total{{labels}}[1m]))"],
      },
      {
        say: "Find what changed within the hour before: a deployment, a flag, a new model at the provider.",
        run: [
          "kubectl -n {namespace} rollout history deployment/backend",
          "npx slipway flags history --stack {stack}",
          "git log --since=1.day -- systems/onesource Pulumi.{stack}.yaml",
        ],
      },
      {
        say: "Take the hash of one failed answer from the log, and hold its schema and length against an answer from before.",
        run: ["kubectl -n {namespace} logs deployment/backend --since=1h | grep -i 'schema' | tail -n 20"],
      },
    ],
    "Many repairs, no failures": [
      {
        say: "How fast the share rises tells how long there is: at 0.5 % over a day a ticket, at several percent within an hour a failure is near.",
        queries: [
          "sum (rate(schema_repairs_total{{labels}}[1h])) / sum (rate(responses_validated_total{{labels}}[1h]))",
          "sum (rate(schema_repairs_total{{labels}}[24h])) / sum (rate(responses_validated_total{{labels}}[24h]))",
        ],
      },
      {
        say: "Turn the two features off in staging, one after the other, and see which one the repairs follow.",
        run: [
          'npx slipway flags set FEATURE_DYNAMIC_PROMPTS=0 --stack staging --reason "who needs repairs?"',
        ],
      },
    ],
    "Validate by hand": [
      {
        say: "Ask the backend one question each way, and look at the guard's counters before and after: `responses_validated_total` goes up by one, the others stay.",
        run: [
          "kubectl -n {namespace} port-forward service/backend 8080:80",
          `curl -sS http://127.0.0.1:8080/chat -H 'content-type: application/json' -d '{"message": "Which clause covers balustrades?"}'`,
          `curl -sS http://127.0.0.1:8080/chat/enhanced -H 'content-type: application/json' -d '{"message": "Which clause covers balustrades?"}'`,
          "curl -sS http://127.0.0.1:8080/metrics | grep -E '^(schema_|responses_validated)'",
        ],
      },
    ],
  },
};
