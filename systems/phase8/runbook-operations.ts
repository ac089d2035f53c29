import type { Runbook } from "../../components/alerting/runbook.ts";
import { ALL_OFF, ERROR_RATE, FAILING, sql, TOGGLES, WORST } from "./sql.ts";

/** Providers by how many of their calls fail. */
const PROVIDERS =
  "sum by (provider) (rate(assistant_provider_errors_total{{labels}}[5m])) / sum by (provider) (rate(assistant_provider_calls_total{{labels}}[5m]))";

/** From the page to the end of the incident (P8-06). */
export const INCIDENT_RUNBOOK: Runbook = {
  name: "incident",
  title: "Incident",
  about:
    "Something fails for users, costs money that nobody agreed to, or the record of what was done can't be trusted. P1: over 5 % of errors, wrong costs, a breach; answered within 5 minutes. P2: 1 to 5 %, a provider away, P99 over 5 s; within 15. P3: under 1 %; within an hour.",
  checks: [
    { say: "How much fails? This decides the priority.", run: [ERROR_RATE], queries: [FAILING] },
    { say: "Which operation, with which provider?", run: [WORST], queries: [PROVIDERS] },
    { say: "What is on, and for how many?", run: [TOGGLES] },
    {
      say: "Does the audit log verify? A failure there is a breach until shown otherwise.",
      queries: ["sum (increase(audit_hash_chain_failures_total{{labels}}[1h]))"],
    },
  ],
  mitigations: [
    {
      say: "P1: turn everything off first, and look afterwards. Then see that it helped: [rollback](rollback.md).",
      run: [ALL_OFF],
    },
    {
      say: "One operation fails, or spends beyond its budget: turn that one off, by its name.",
      run: [sql("UPDATE feature_toggles SET enabled = false WHERE operation = 'email-respond'")],
    },
    {
      say: "A provider is away: calls fail over by themselves. After half an hour put the next one first in the router's order, so that nobody waits for the first to fail.",
      queries: ["min by (provider) (assistant_provider_up{{labels}})"],
    },
    {
      say: "The hash chain is broken: turn everything off, write nothing to the log, copy it before anything else, and call security. Nobody mends the log.",
      run: [
        ALL_OFF,
        `psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -c "\\copy (SELECT * FROM ai_operation_log ORDER BY created_at) TO 'audit-log.csv' CSV HEADER"`,
        "sha256sum audit-log.csv",
      ],
    },
  ],
  recovery: [
    { say: "Under 0.5 % of operations fail, for half an hour.", queries: [`${FAILING} < 0.005`] },
    {
      say: "No call goes beyond a budget, and the chain verifies.",
      queries: [
        "sum (increase(assistant_budget_enforcement_failures_total{{labels}}[30m])) == 0",
        "sum (increase(audit_hash_chain_failures_total{{labels}}[30m])) == 0",
      ],
    },
    {
      say: "P1: `#critical-alerts` says that it is over. P2: `#incidents`. Then what happened is written down within two days, without blame.",
    },
  ],
};

/** How to read what is measured (P8-04, P8-05). */
export const MONITORING_RUNBOOK: Runbook = {
  name: "monitoring",
  title: "Monitoring",
  about:
    "What is measured, what is normal, and what to do about slow answers and costs that don't match. Answers wait for a provider: slow is nearly always one of the three.",
  checks: [
    {
      say: "Which operation is slow, and since when? P95 and P99.",
      queries: [
        "histogram_quantile(0.95, sum by (le) (rate(assistant_operation_duration_seconds_bucket{{labels}}[5m])))",
        "histogram_quantile(0.99, sum by (le) (rate(assistant_operation_duration_seconds_bucket{{labels}}[5m])))",
      ],
    },
    { say: "Does a provider fail, so that each call is made twice?", queries: [PROVIDERS] },
    {
      say: "Do costs match the invoices? Over 1 % is looked into.",
      queries: ["max (assistant_cost_discrepancy_ratio{{labels}})"],
    },
  ],
  mitigations: [
    { say: "A slow provider goes last in the router's order." },
    {
      say: "Costs don't match: compare tokens by model with the invoice. A price that changed is corrected; tokens that are not counted mean that budgets hold nobody back, so turn the operation off until they are.",
    },
  ],
  recovery: [
    {
      say: "99 % of operations take less than 5 s, for 15 minutes.",
      queries: [
        "histogram_quantile(0.99, sum by (le) (rate(assistant_operation_duration_seconds_bucket{{labels}}[15m]))) < 5",
      ],
    },
    {
      say: "Costs are within 1 % again.",
      queries: ["max (assistant_cost_discrepancy_ratio{{labels}}) < 0.01"],
    },
  ],
  procedures: {
    "What is normal": [
      {
        say: [
          "| Figure | Target | Who is told, and when |",
          "| --- | --- | --- |",
          "| Errors | under 0.5 % | page over 1 % |",
          "| P99 | under 2 s | warning over 5 s |",
          "| Costs against invoices | the same | warning over 1 % apart |",
          "| Hash chain | every entry verifies | page at the first that doesn't |",
          "| Providers | all three | warning after 30 minutes without one |",
          "| Budgets | nothing spent beyond | page at the first call |",
        ].join("\n"),
      },
    ],
  },
};

/** Data back from a backup. */
export const RECOVERY_RUNBOOK: Runbook = {
  name: "recovery",
  title: "Recovery of data",
  about:
    "The database lost data, or holds wrong data. Restore beside it, compare, and only then put back: what is there is evidence until somebody has looked.",
  checks: [
    {
      say: "What is missing or wrong, and since when? The log is written before each operation, so it says what was asked.",
      run: [
        sql(
          "SELECT date_trunc('hour', created_at) AS hour, count(*) FROM ai_operation_log WHERE created_at > now() - interval '48 hours' GROUP BY 1 ORDER BY 1",
        ),
      ],
    },
    { say: "Which backups are there?", run: ["ls -l ./*.dump"] },
  ],
  mitigations: [
    { say: "Nobody writes meanwhile: turn the operations off.", run: [ALL_OFF] },
    {
      say: "Copy what is there now, wrong as it is.",
      run: ['pg_dump "$DATABASE_URL" --format=custom --file=as-found.dump'],
    },
  ],
  recovery: [
    {
      say: "As many rows as were expected, and the newest from when the backup was taken.",
      run: [sql("SELECT count(*), max(created_at) FROM ai_operation_log")],
    },
    {
      say: "The hash chain verifies from its first entry.",
      queries: ["sum (increase(audit_hash_chain_failures_total{{labels}}[30m])) == 0"],
    },
    { say: "How long it took and how much was lost is written down, beside what was promised." },
  ],
  procedures: {
    Restore: [
      {
        say: "Into a database of its own, beside the one in use. `RESTORE_URL` names it.",
        run: [
          'pg_restore --dbname "$RESTORE_URL" --no-owner --exit-on-error before-rollout.dump',
          `psql "$RESTORE_URL" -v ON_ERROR_STOP=1 -c "SELECT count(*), max(created_at) FROM ai_operation_log"`,
        ],
      },
      {
        say: "Put back only what is missing, table by table, in one transaction. The log is never put back over: it is append-only, and its chain would break.",
        run: [
          `psql "$RESTORE_URL" -v ON_ERROR_STOP=1 -c "\\copy (SELECT user_id, operation, enabled FROM feature_toggles) TO 'toggles-restored.csv' CSV HEADER"`,
        ],
      },
      { say: "Operations on again, step by step: [deployment](deployment.md)." },
    ],
  },
};
