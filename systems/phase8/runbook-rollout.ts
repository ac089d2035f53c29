import type { Runbook } from "../../components/alerting/runbook.ts";
import { ALL_OFF, cohort, ERROR_RATE, FAILING, FELL, sql, TOGGLES, WORST } from "./sql.ts";

/** The release takes the database's address from the environment: never from a command. */
const ADDRESS = 'export SLIPWAY_DATABASE_URL="$DATABASE_URL"';

const WHY = "npx slipway release why phase8/assistant --stack {stack}";

const ABORT = 'npx slipway release abort phase8/assistant --stack {stack} --reason "operations fail" --yes';

/** From 5 % of the users to all, step by step (P8-02, P8-03). */
export const DEPLOYMENT_RUNBOOK: Runbook = {
  name: "deployment",
  title: "Deployment",
  about:
    "Operations reach their users by toggles: 5 % of the users for 24 hours, 25 % for 12, all for 12, watched for 48 hours in all. A user's bucket follows from the id, so whoever is in at 5 % is in at 25 %. Over 1 % of errors at any time: [rollback](rollback.md).",
  checks: [
    {
      say: "How far is it, and what does it wait for?",
      run: ["npx slipway release status phase8/assistant --stack {stack}", WHY],
    },
    { say: "Users with each operation on.", run: [TOGGLES] },
    { say: "Is what is on well?", run: [ERROR_RATE], queries: [FAILING] },
  ],
  mitigations: [
    {
      say: "Over 1 % of errors: the release turns everything off by itself once it is sure. Don't wait for it where users complain; read on in [rollback](rollback.md).",
      run: [ADDRESS, ABORT],
    },
    {
      say: "Between 0.5 % and 1 %: it stays at the step where it is. Look for the operation or the provider that fails.",
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
    "2. 5 %, 25 %, all: 48 hours": [
      {
        say: "One command goes all the way and looks every 5, 10 and 15 minutes; killed, `resume` goes on, from any machine. `SLIPWAY_PROMETHEUS` says who measures.",
        run: [
          ADDRESS,
          "npx slipway release phase8/assistant --stack {stack} --yes",
          "npx slipway release resume phase8/assistant --stack {stack} --yes",
        ],
      },
      {
        say: "People look, too: at hours 6 and 12, every kind of error understood, costs right, one provider taken away to see the others take over. At 25 % nothing new may fail.",
        run: [TOGGLES, WORST],
      },
      {
        say: "At hour 48: everything in range, nothing critical, no failure of the hash chain. It is live; the usual watch begins.",
        run: ["npx slipway release report phase8/assistant --stack {stack} --out report"],
        queries: [
          "sum (increase(audit_hash_chain_failures_total{{labels}}[48h])) == 0",
          "objective:error_budget:remaining{{labels}}",
        ],
      },
    ],
    "Where Slipway can't run": [
      {
        say: "The same steps by hand: the first five of a hundred buckets for 24 hours, 25 for 12, all for 12. Somebody looks every 5, 10 and 15 minutes.",
        run: [cohort(5), cohort(25), cohort(100), TOGGLES],
      },
    ],
  },
};

/** Off for everybody, and proof that it helped (P8-09). */
export const ROLLBACK_RUNBOOK: Runbook = {
  name: "rollback",
  title: "Rollback",
  about:
    "Turns the assistant's operations off for everybody: one command or one statement, nothing is deployed. The errors have to fall within five minutes; if they don't, the operations were not the cause. It is nearly always safer than a mend.",
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
    { say: "A release is under way: abort it, and everything is off.", run: [ADDRESS, ABORT, TOGGLES] },
    {
      say: "It is over, and everything is on: off again, recorded.",
      run: [
        ADDRESS,
        'npx slipway release rollback phase8/assistant --stack {stack} --reason "operations fail" --yes',
        TOGGLES,
      ],
    },
    {
      say: "Slipway can't run: everything off by hand. The number that it prints is of toggles that were changed. Where a release is under way, abort it as soon as it can run: it would turn them on again.",
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
        say: "The cause is known and mended. Begin with 5 % again, as a new release: [deployment](deployment.md).",
        run: [ADDRESS, "npx slipway release phase8/assistant --stack {stack} --yes"],
      },
    ],
  },
};
