import type { Runbook } from "../../components/alerting/runbook.ts";

/** A new version on its way to its users, and back (OS-06, OS-07, OS-08, OS-10). */
export const ROLLOUT_RUNBOOK: Runbook = {
  name: "rollout",
  title: "Rollout",
  about:
    "How a new version of ONESource reaches its users: 48 hours of soak in staging, a candidate with 10 % of the requests for 24 hours, then 50 % and 100 % with 15 minutes between. And what to do when errors or answers' times rise, which is a release's or a flag's doing until shown otherwise.",
  checks: [
    {
      say: "Is a release under way, and with how much of the traffic? Two names mean yes.",
      run: [
        `kubectl -n {namespace} get httproute edge-backend -o jsonpath='{range .spec.rules[*].backendRefs[*]}{.name} {.weight}{"\\n"}{end}'`,
        "kubectl -n {namespace} rollout history deployment/backend",
      ],
    },
    { say: "Was a flag turned? The newest is first.", run: ["npx slipway flags history --stack {stack}"] },
    {
      say: "Which revision fails, or is slow? The candidate alone: take its requests away. Both: it is not the release.",
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
      say: "The candidate fails and the stable version doesn't: weight 0 (Rollback, below). Its pods stay, to be looked at.",
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
        say: "Name the new image in `Pulumi.staging.yaml`, look at what changes, deploy.",
        run: [
          "npx slipway plan --stack staging",
          "npx slipway preview --stack staging",
          "npx slipway up --stack staging --yes",
        ],
      },
      {
        say: "For 48 hours, every ten minutes: conversations of 3, 5 and 10 turns, one near the token limit, five at once. Every promise has to hold throughout: no budget may shrink.",
        queries: ['objective:error_budget:remaining{environment="staging",system="onesource"}'],
      },
    ],
    "2. Candidate, 10 % for 24 hours": [
      {
        say: 'Declare it beside the stable version, in `systems/onesource/runtime.ts`: `candidate: { image, percent: 10, header: { name: "x-canary", value: "always" } }`. The header leads testers to it whatever the weight. Then deploy.',
        run: ["npx slipway preview --stack {stack}", "npx slipway up --stack {stack} --yes"],
      },
      {
        say: "Its pods are ready and the route shares the requests out.",
        run: [
          "kubectl -n {namespace} rollout status deployment/backend-candidate --timeout=10m",
          `kubectl -n {namespace} get httproute edge-backend -o jsonpath='{range .spec.rules[*].backendRefs[*]}{.name} {.weight}{"\\n"}{end}'`,
        ],
      },
      {
        say: "Hold both against each other: errors, time to the first token, sessions that were finished. More than 20 % slower, or 5 % fewer sessions finished, is a no.",
        queries: [
          'sum by (revision) (rate(http_requests_total{{labels},service="backend",code=~"5.."}[30m])) / sum by (revision) (rate(http_requests_total{{labels},service="backend"}[30m]))',
          "histogram_quantile(0.95, sum by (revision, le) (rate(time_to_first_token_seconds_bucket{{labels}}[30m])))",
          "sum by (revision) (rate(sessions_completed_total{{labels}}[1h])) / sum by (revision) (rate(sessions_started_total{{labels}}[1h]))",
        ],
      },
    ],
    "3. 50 %, then 100 %": [
      {
        say: "Set `percent: 50`, deploy, watch for 15 minutes; then `percent: 100`, and 15 minutes again. A page stops it: weight 0.",
        run: ["npx slipway up --stack {stack} --yes"],
        queries: [
          'max by (objective, window) (objective:burn_rate:ratio{{labels},service="backend",window=~"5m|1h"})',
        ],
      },
      {
        say: "At 100 % without trouble: the candidate's image becomes the stable one in `Pulumi.{stack}.yaml`, `candidate` is taken out, and that is deployed.",
        run: ["npx slipway preview --stack {stack}", "npx slipway up --stack {stack} --yes"],
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
