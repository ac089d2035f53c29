import type { Runbook } from "../../components/alerting/runbook.ts";
import { ALL_OFF, cohort, ERROR_RATE, FAILING, FELL, sql, TOGGLES, WORST } from "./sql.ts";

/** From 5 % of the users to all, step by step (P8-02, P8-03). */
export const DEPLOYMENT_RUNBOOK: Runbook = {
  name: "deployment",
  title: "Deployment",
  about:
    "Operations reach their users by toggles: 5 % of the users for 24 hours, 25 % for 12, all for 12, watched for 48 hours in all. A user's bucket follows from the id, so whoever is in at 5 % is in at 25 %. Over 1 % of errors at any time: [rollback](rollback.md).",
  checks: [
    { say: "How far is it? Users with each operation on.", run: [TOGGLES] },
    { say: "Is what is on well?", run: [ERROR_RATE], queries: [FAILING] },
  ],
  mitigations: [
    {
      say: "Over 1 % of errors: turn everything off, and read on in [rollback](rollback.md).",
      run: [ALL_OFF],
    },
    {
      say: "Between 0.5 % and 1 %: stay at the step where it is. Look for the operation or the provider that fails.",
      run: [WORST],
    },
  ],
  recovery: [
    {
      say: "The step's errors are under 0.5 %, answers take less than 2 s on average, costs are what invoices say, and no security incident is open. Only then the next step.",
      queries: [
        `${FAILING} < 0.005`,
        "sum (rate(assistant_operation_duration_seconds_sum{{labels}}[1h])) / sum (rate(assistant_operation_duration_seconds_count{{labels}}[1h])) < 2",
        "max (assistant_cost_discrepancy_ratio{{labels}}) < 0.01",
      ],
    },
  ],
  procedures: {
    "1. Before the first step": [
      {
        say: "A backup of the database from today, restored once to see that it can be. The migration has run in staging. Discord, mail, SMS and the page have each been tried.",
        run: [
          'pg_dump "$DATABASE_URL" --format=custom --file=before-rollout.dump',
          "pg_restore --list before-rollout.dump | head",
        ],
      },
    ],
    "2. 5 % of the users, 24 hours": [
      { say: "Turn it on for the first five of a hundred buckets.", run: [cohort(5), TOGGLES] },
      {
        say: "Look every five minutes. At hours 6 and 12: every kind of error understood, costs right, one provider taken away to see the others take over.",
      },
    ],
    "3. 25 %, 12 hours": [
      {
        say: "Five times the traffic. Look every ten minutes; nothing new may fail.",
        run: [cohort(25), TOGGLES],
      },
    ],
    "4. All, 12 hours": [
      { say: "Look every fifteen minutes.", run: [cohort(100), TOGGLES] },
      {
        say: "At hour 48: everything in range, nothing critical, no failure of the hash chain. It is live; the usual watch begins.",
        queries: [
          "sum (increase(audit_hash_chain_failures_total{{labels}}[48h])) == 0",
          "objective:error_budget:remaining{{labels}}",
        ],
      },
    ],
  },
};

/** Off for everybody, and proof that it helped (P8-09). */
export const ROLLBACK_RUNBOOK: Runbook = {
  name: "rollback",
  title: "Rollback",
  about:
    "Turns the assistant's operations off for everybody: one statement, nothing is deployed. The errors have to fall within five minutes; if they don't, the operations were not the cause. It is nearly always safer than a mend.",
  checks: [
    { say: "What fails, and how much?", run: [ERROR_RATE, WORST], queries: [FAILING] },
    {
      say: "Keep what is on now: it is what is turned on again afterwards.",
      run: [
        `psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -c "\\copy (SELECT user_id, operation, enabled FROM feature_toggles WHERE enabled) TO 'toggles-before.csv' CSV HEADER"`,
      ],
    },
  ],
  mitigations: [
    {
      say: "Everything off. The number that it prints is of toggles that were changed.",
      run: [ALL_OFF, TOGGLES],
    },
    {
      say: "One operation fails and the others don't: that one alone.",
      run: [sql("UPDATE feature_toggles SET enabled = false WHERE operation = 'email-respond'")],
    },
  ],
  recovery: [
    {
      say: 'Within five minutes under 1 % of operations fail, or there are none at all: this looks at the last minute, five times. At "no" the cause is elsewhere: [incident](incident.md).',
      run: [FELL],
      queries: [`${FAILING} < 0.01`],
    },
    {
      say: "Users are told by the banner in the application, and `#incidents` what was turned off, when, and by whom.",
    },
  ],
  procedures: {
    "On again": [
      {
        say: "The cause is known and mended. Begin with 5 % again, as a new rollout: [deployment](deployment.md).",
        run: [cohort(5)],
      },
    ],
  },
};
