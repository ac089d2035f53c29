import { type Command, Option } from "commander";

/** Formats that `--format` takes; spelt out here so that `--help` loads nothing. */
const formats = ["text", "json", "markdown", "sarif", "junit", "html"] as const;

interface PlanFlags {
  readonly stack: string;
  readonly format: (typeof formats)[number];
  readonly out?: string;
  readonly against?: string;
  readonly policyPack?: readonly string[];
}

const HELP = `
Runs the program and all policy packs in one process: no engine, no plugins, no account, no network. It plans a stack
that isn't there yet; what only a deployment can tell is [unknown], and secrets are [secret]. What is wrong with the
program, its settings or any resource's inputs is said, all of it, and ends the command.

--out writes resources.json, policy.json, policy.sarif (for code scanning), policy.junit.xml (for test reports), plan.md
and plan.html; of what runs on Kubernetes also its manifests (kubectl apply --server-side -R -f FOLDER/kubernetes) and a docker-compose file per system
(docker compose -f FOLDER/compose/SYSTEM.yaml up); and of what is promised and watched prometheus/SYSTEM.rules.yaml,
alertmanager/alertmanager.yaml, grafana/*.json and openslo/SYSTEM.yaml. What it wrote there before and no longer would, it removes.
--format decides what is printed: junit for test reports, sarif for code scanning, markdown for a comment on a pull request.

--against compares with the plan of another state of the program: what would be replaced, deleted, made and changed, which data
is at risk, what policies find anew, which objectives, capacity and cost change. It knows nothing of what is deployed; slipway
preview does. What is replaced is told by the models of the sandbox. It changes no exit code.

--policy-pack starts a pack that others wrote for Pulumi, as the engine would, and shows what it says alike.

Examples:
  $ slipway plan --stack production
  $ slipway plan --stack production --format markdown > comment.md
  $ slipway plan --stack staging --out out/staging
  $ slipway plan --stack sandbox --format json | jq .totals
  $ slipway plan --stack production --against base.json --format markdown | slipway comment -

Exit codes:
  0  the plan is fine
  1  the program failed, or its settings or inputs are wrong
  2  the command was called wrongly, or there is no such stack
  3  a mandatory policy is violated

Environment:
  SLIPWAY_TRACE=1  keep stack traces of the program's errors (slower)
  NO_COLOR         no colours, also on a terminal`;

/** Adds `plan`. */
export function registerPlan(program: Command, root: string): void {
  program
    .command("plan")
    .description("show what a stack is made of, and what its policies say, without an engine or an account")
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .addOption(new Option("-f, --format <format>", "what to print").choices(formats).default("text"))
    .option("-o, --out <folder>", "write the plan's files there as well")
    .option("-a, --against <file>", "the plan to compare with: what --format json printed on the base branch")
    .option("--policy-pack <folder...>", "a policy pack besides the project's own, written for Node.js")
    .addHelpText("after", HELP)
    .action(async (flags: PlanFlags) => {
      const { runPlan } = await import("../plan/command.ts");
      process.exitCode = await runPlan(root, flags);
    });
}
