import type { Runbook } from "../../components/alerting/runbook.ts";

/** Synthetic checks from outside (EA-11). */
export const SMOKE_RUNBOOK: Runbook = {
  name: "smoke",
  title: "Smoke tests",
  about:
    "Every five minutes a synthetic user registers, signs in, uploads ten rows, has them analysed and reads the report. Three failures in a row mean that somebody who is not synthetic has the same trouble.",
  checks: [
    {
      say: "Run them yourself: the first that fails names the part. Liveness or readiness: the service. Register or login: the database or the CPU. Upload: object storage. Analyse or report: the AI core.",
      run: ["npx slipway smoke --stack {stack}", "npx slipway smoke --stack {stack} --only report --json"],
    },
    {
      say: "Is it the way in? Ask the health page from outside, and look at the certificate's dates.",
      run: [
        "curl -sS -w '\\n%{http_code} %{time_total}s\\n' https://backend.ethixai.com/health/liveness",
        "openssl s_client -connect backend.ethixai.com:443 -servername backend.ethixai.com </dev/null | openssl x509 -noout -dates",
      ],
    },
    { say: "How many failed in a row, and when did one pass last?", queries: ["smoke_consecutive_failures"] },
  ],
  mitigations: [
    {
      say: "A release is younger than the first failure: take it back ([release](release.md)).",
    },
    {
      say: "`503` from readiness: the database's connections ([services](service.md)). `500` or a time-out from register: too little CPU for bcrypt, so more instances.",
      run: ["npx slipway preview --stack {stack}", "npx slipway up --stack {stack} --yes"],
    },
    {
      say: "The analysis times out: the AI core is at its ceiling, or still loads its model.",
      run: ["gcloud run revisions list --service ai-core --region us-east1 --project ethixai-{stack}"],
    },
  ],
  recovery: [
    {
      say: "Three runs in a row pass.",
      run: ['npx slipway smoke --stack {stack} --every "1 min"'],
    },
  ],
  procedures: {
    "What they leave behind": [
      {
        say: "They remove what they made, and mark it to expire after 24 hours in case they can't. Users whose address begins with `synthetic+` and who are older are left over, and may be removed.",
      },
    ],
  },
};
