import type { Runbook } from "../../components/alerting/runbook.ts";

/** A new version on its way to its users, and back (OS-06, OS-07, OS-08, OS-10). */
export const ROLLOUT_RUNBOOK: Runbook = {
  name: "rollout",
  title: "Rollout",
  about:
    "How a new version of ONESource reaches its users: 48 hours of soak in staging, a candidate with 10 % of the requests for 24 hours, then 50 % and 100 % with 15 minutes between. And what to do when errors or answers' times rise, which is a release's or a flag's doing until shown otherwise.",
  checks: [
    {
      say: "Is a release under way, how far is it, what does it wait for? In the route, two names mean yes.",
      run: [
        "npx slipway release status onesource/backend --stack {stack}",
        "npx slipway release why onesource/backend --stack {stack}",
        `kubectl -n {namespace} get httproute edge-backend -o jsonpath='{range .spec.rules[*].backendRefs[*]}{.name} {.weight}{"\\n"}{end}'`,
        "kubectl -n {namespace} rollout history deployment/backend",
      ],
    },
    { say: "Was a flag turned? The newest is first.", run: ["npx slipway flags history --stack {stack}"] },
    {
      say: "Which revision fails, or is slow? The candidate alone: abort its release. Both: it is not the release.",
      queries: [
        'sum by (service, revision) (rate(http_requests_total{{labels},code=~"5.."}[5m])) / sum by (service, revision) (rate(http_requests_total{{labels}}[5m]))',
        "histogram_quantile(0.95, sum by (route, revision, le) (rate(http_request_duration_seconds_bucket{{labels}}[5m])))",
      ],
    },
    {
      say: "Are the pods well, and are there as many as there should be?",
      run: [
        "kubectl -n {namespace} get pods -o wide",
        "kubectl -n {namespace} get hpa",
        "kubectl -n {namespace} get events --sort-by=.lastTimestamp --field-selector type=Warning",
      ],
    },
    {
      say: "What runs: `/version` has the commit and when it was built. (The first command stays; ask in another terminal.)",
      run: [
        "kubectl -n {namespace} port-forward service/backend 8080:80",
        "curl -sS http://127.0.0.1:8080/version",
      ],
    },
  ],
  mitigations: [
    {
      say: "Within two minutes, whatever the cause: the old pipeline, with MongoDB as the store.",
      run: [
        'npx slipway flags set USE_UNIFIED_PIPELINE=0 CONV_STORE_PRIMARY=mongo --stack {stack} --reason "emergency rollback" --yes',
      ],
    },
    {
      say: "The candidate fails and the stable version doesn't: take it back. The plan's flags are turned first, then its weight is 0, then its pods end. To keep them and look, `pause` it instead.",
      run: ['npx slipway release abort onesource/backend --stack {stack} --reason "users see errors" --yes'],
    },
    {
      say: "Too few pods for the load: raise the autoscaler's floor for now, and `backend.min` in `systems/onesource/environments.ts` for good.",
      run: [`kubectl -n {namespace} patch hpa backend --type=merge -p '{"spec":{"minReplicas":6}}'`],
    },
    {
      say: "The model answers slowly: give up sooner, so that users hear of it and pods are free again.",
      run: ['npx slipway flags set LLM_TIMEOUT_MS=10000 --stack {stack} --reason "the model is slow" --yes'],
    },
  ],
  recovery: [
    {
      say: "Fewer than 0.3 % of requests fail, and P95 is under 1.5 s (`/chat`) and 1.6 s (`/chat/enhanced`), for 15 minutes.",
      queries: [
        'sum (rate(http_requests_total{{labels},service="backend",code=~"5.."}[15m])) / sum (rate(http_requests_total{{labels},service="backend"}[15m])) < 0.003',
        'histogram_quantile(0.95, sum by (route, le) (rate(http_request_duration_seconds_bucket{{labels},service="backend"}[15m])))',
      ],
    },
    {
      say: "Nothing is turned off that should be on. What was turned is taken back one at a time, each watched for 15 minutes.",
      run: ["npx slipway flags list --stack {stack}"],
    },
  ],
  procedures: {
    "1. Soak in staging, 48 hours": [
      {
        say: "For 48 hours, every ten minutes: conversations of 3, 5 and 10 turns, one near the token limit, five at once. It is promoted if every promise held throughout, and taken back otherwise. `SLIPWAY_PROMETHEUS` says who measures. Where the command is killed, `resume` goes on with it.",
        run: [
          "npx slipway release onesource/backend --image onesource/backend:VERSION --stack staging --soak --yes",
          "npx slipway release resume onesource/backend --stack staging --yes",
        ],
      },
      {
        say: "No budget may have shrunk.",
        queries: ['objective:error_budget:remaining{environment="staging",system="onesource"}'],
      },
    ],
    "2. Candidate, 10 % for 24 hours": [
      {
        say: "One command goes all the way: 10 % for 24 hours, 50 % and 100 % for 15 minutes each, and takes the candidate back where it does harm. It holds it against the stable version: 20 % longer to the first token, or 5 % fewer sessions finished, is a no. The header `X-Onesource-Canary: always` leads testers to it whatever the weight.",
        run: [
          "npx slipway release onesource/backend --image onesource/backend:VERSION --stack {stack} --yes",
          "npx slipway release status onesource/backend --stack {stack}",
        ],
      },
      {
        say: "Killed, or its machine is gone: go on from any other. Something else is in the way: it stays at its weight until it is resumed.",
        run: [
          "npx slipway release resume onesource/backend --stack {stack} --yes",
          'npx slipway release pause onesource/backend --stack {stack} --reason "waiting for support"',
        ],
      },
      {
        say: "What it looks at, by hand: errors, time to the first token, sessions that were finished.",
        queries: [
          'sum by (revision) (rate(http_requests_total{{labels},service="backend",code=~"5.."}[30m])) / sum by (revision) (rate(http_requests_total{{labels},service="backend"}[30m]))',
          "histogram_quantile(0.95, sum by (revision, le) (rate(time_to_first_token_seconds_bucket{{labels}}[30m])))",
          "sum by (revision) (rate(sessions_completed_total{{labels}}[1h])) / sum by (revision) (rate(sessions_started_total{{labels}}[1h]))",
        ],
      },
    ],
    "3. 50 %, then 100 %": [
      {
        say: "It goes on by itself, if there is evidence that it is well. A page stops it: abort. Too little traffic to tell, and tested by hand: the next step now, with the reason.",
        run: [
          'npx slipway release promote onesource/backend --stack {stack} --reason "no traffic at night, tested by hand"',
        ],
        queries: [
          'max by (objective, window) (objective:burn_rate:ratio{{labels},service="backend",window=~"5m|1h"})',
        ],
      },
      {
        say: "Promoted: let `Pulumi.{stack}.yaml` name the image, too. Nothing changes by that: the ledger has it already.",
        run: ["npx slipway preview --stack {stack}"],
      },
    ],
    "4. After the deployment, 48 to 72 hours": [
      {
        say: "What runs is what was meant to: commit and time of build.",
        run: [
          "kubectl -n {namespace} port-forward service/backend 8080:80",
          "curl -sS http://127.0.0.1:8080/version",
        ],
      },
      {
        say: "Repairs settle near 0, no budget shrinks faster than it may, and pods don't restart.",
        run: ["kubectl -n {namespace} get pods"],
        queries: [
          "sum (rate(schema_repairs_total{{labels}}[6h])) / sum (rate(responses_validated_total{{labels}}[6h]))",
          "objective:error_budget:remaining{{labels}}",
        ],
      },
    ],
  },
};
