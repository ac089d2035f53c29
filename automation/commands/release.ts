import { type Command, Option } from "commander";
import { EXIT } from "../exit.ts";
import type { BeginFlags, CommandFlags, ReleaseFlags, ReportFlags } from "../rollout/run/flags.ts";

const AFTER = `
A release puts a candidate beside the stable version, gives it traffic by the plan that is declared beside the service, looks at
what it does, and promotes it or takes it back, on its own. It can be killed at any moment: \`resume\`, here or on another
machine, goes on where it was. What is stable, what is a candidate and how much traffic it has stands in the stack's ledger,
which the program reads: a deployment in the middle of a release changes no weight.

Where the figures come from: --metrics prometheus:URL, cloud-monitoring:PROJECT or scrape:URL; else SLIPWAY_PROMETHEUS; else, in
the sandbox, its Prometheus where it runs, or the local cloud's own counters; else Cloud Monitoring for a service on Cloud Run.

Examples:
  $ slipway release ethixai/backend --image sandbox/demo:1.1.0 --stack sandbox
  $ slipway release ethixai/backend --image ethixai/backend:1.5.0 --stack production --yes
  $ slipway release ethixai/backend --image ethixai/backend:1.5.1 --stack production --hotfix --reason "CVE-2026-1234" --yes
  $ slipway release onesource/backend --image onesource/backend:2.1.0 --stack staging --soak
  $ slipway release status --stack production
  $ slipway release abort ethixai/backend --stack production --reason "customers complain"
  $ slipway release report ethixai/backend --stack production --out report

Exit codes:
  ${EXIT.ok}    promoted, or what was asked is done
  ${EXIT.failed}    it could not begin, or somebody has to look: the message says at what
  ${EXIT.usage}    the command was called wrongly, or there is no such service, stack or release
  ${EXIT.takenBack}    the candidate was taken back: it did harm, or it could not be put there, as where a mandatory policy is
       violated; the stable version has all the traffic
  ${EXIT.objective}    the error budget of a gate's objective is spent: nothing was begun
  ${EXIT.interrupted}  interrupted; the release stands where it was: slipway release resume`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const begin = () => import("../rollout/run/begin.ts");
const commands = () => import("../rollout/run/commands.ts");
const look = () => import("../rollout/run/look.ts");

function shared(command: Command): Command {
  return command
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .addOption(new Option("--sandbox", "the stack's deployment in the sandbox"))
    .option("--ledger <address>", "the ledger, instead of the stack file's")
    .option("--json", "print it as JSON; while a release goes on, one line for each event");
}

function driving(command: Command): Command {
  return shared(command)
    .option("--metrics <source>", "prometheus:URL, cloud-monitoring:PROJECT or scrape:URL")
    .option("--prometheus-token-file <file>", "file with a bearer token for a Prometheus")
    .option(
      "--database-url-file <file>",
      "file with the address of the database that holds a cohort's toggles",
    )
    .option("--context <name>", "the kubeconfig's context, instead of the stack file's")
    .option("--kubeconfig <file>", "the kubeconfig, instead of what kubectl would take")
    .option("-r, --reason <text>", "why; it is kept with the release")
    .option("-y, --yes", "don't ask in a stack of its own cloud; needed there where there is no terminal");
}

const SAID: Readonly<Record<"pause" | "resume" | "promote" | "abort", readonly [string, string]>> = {
  pause: [
    "stay at this weight until `resume`; a candidate that does harm is taken back all the same",
    'slipway release pause ethixai/backend --stack production --reason "waiting for support"',
  ],
  resume: [
    "go on: after a pause, or with a release that was killed",
    "slipway release resume ethixai/backend --stack production",
  ],
  promote: [
    "go on to the next step now, without waiting out the hold; not against evidence",
    'slipway release promote ethixai/backend --stack production --reason "no traffic at night, tested by hand"',
  ],
  abort: [
    "take the candidate back now",
    'slipway release abort ethixai/backend --stack production --reason "customers complain"',
  ],
};

/** Adds `slipway release [begin]|pause|resume|promote|abort|rollback|status|history|why|report`. */
export function registerRelease(program: Command, root: string): void {
  const release = program
    .command("release")
    .description(
      "bring a new version to its users step by step, and take it back on its own where it does harm",
    )
    .addHelpText("after", AFTER);
  driving(release.command("begin <service>", { isDefault: true }))
    .description("release a version of SYSTEM/SERVICE; the word `begin` may be left out")
    .option("-i, --image <image>", "the version; default: what the stack file says now")
    .option("--hotfix", "skip the candidate's steps: all the traffic at once. Needs --reason; it is recorded")
    .option(
      "--soak",
      "probe it for as long as the plan's soak says, and promote it only if all held throughout",
    )
    .option("--fix", "it mends what spent the error budget: release it although the budget is gone")
    .addHelpText(
      "after",
      "\nExample:\n  $ slipway release ethixai/backend --image sandbox/demo:1.1.0 --stack sandbox",
    )
    .action(async (service: string, flags: BeginFlags) => {
      process.exitCode = await (await begin()).beginRelease(root, service, flags);
    });
  for (const [name, [description, example]] of Object.entries(SAID)) {
    driving(release.command(`${name} <service>`))
      .description(description)
      .addHelpText("after", `\nExample:\n  $ ${example}`)
      .action(async (service: string, flags: CommandFlags) => {
        const command = name as keyof typeof SAID;
        process.exitCode = await (await commands()).command(root, service, command, flags);
      });
  }
  driving(release.command("rollback <service>"))
    .description("after a promotion: back to the version before, at once; by flags where the plan has some")
    .option("--version-before", "the version before, also where the plan has flags")
    .addHelpText(
      "after",
      '\nExample:\n  $ slipway release rollback ethixai/backend --stack production --reason "reports are wrong" --yes',
    )
    .action(async (service: string, flags: CommandFlags & { versionBefore?: true }) => {
      process.exitCode = await (await begin()).rollBack(root, service, flags);
    });
  shared(release.command("status [service]"))
    .description("show what is stable, what is being released, how far it is and what it waits for")
    .addHelpText("after", "\nExample:\n  $ slipway release status --stack production")
    .action(async (service: string | undefined, flags: ReleaseFlags) => {
      process.exitCode = await (await look()).status(root, service, flags);
    });
  shared(release.command("history [service]"))
    .description("show the releases that are over, the newest first")
    .addHelpText("after", "\nExample:\n  $ slipway release history ethixai/backend --stack production")
    .action(async (service: string | undefined, flags: ReleaseFlags) => {
      process.exitCode = await (await look()).history(root, service, flags);
    });
  shared(release.command("why <service>"))
    .description("say why a release is where it is, or ended as it did, with the numbers")
    .option("--release <id>", "which one; default: the last")
    .addHelpText("after", "\nExample:\n  $ slipway release why ethixai/backend --stack production")
    .action(async (service: string, flags: ReportFlags) => {
      process.exitCode = await (await look()).why(root, service, flags);
    });
  shared(release.command("report <service>"))
    .description("write what happened as Markdown and as a page with a timeline")
    .option("--release <id>", "which one; default: the last")
    .option("-o, --out <folder>", "where both files go", ".")
    .addHelpText(
      "after",
      "\nExample:\n  $ slipway release report ethixai/backend --stack production --out report",
    )
    .action(async (service: string, flags: ReportFlags & { out: string }) => {
      process.exitCode = await (await look()).report(root, service, flags);
    });
}
