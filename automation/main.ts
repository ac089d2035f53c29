import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerCheck } from "./commands/check.ts";
import { registerComment } from "./commands/comment.ts";
import { registerDeploy } from "./commands/deploy.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerDrift } from "./commands/drift.ts";
import { registerFlags } from "./commands/flags.ts";
import { registerObjectives } from "./commands/objectives.ts";
import { registerOutputs } from "./commands/outputs.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerPolicies } from "./commands/policies.ts";
import { registerRelease } from "./commands/release.ts";
import { registerRunbooks } from "./commands/runbooks.ts";
import { registerSandbox } from "./commands/sandbox.ts";
import { registerSchema } from "./commands/schema.ts";
import { registerSmoke } from "./commands/smoke.ts";
import { registerStatus } from "./commands/status.ts";
import { EXIT, explainFailure } from "./exit.ts";

const AFTER = `
Examples:
  $ slipway plan --stack production            what would be there, without engine or account
  $ slipway up --stack sandbox                 deploy to the local cloud (the same as npm start)
  $ slipway preview --stack production --sandbox
  $ slipway sandbox status                     what the local cloud runs, and where it answers

Exit codes:
  ${EXIT.ok}    done
  ${EXIT.failed}    the program, its settings or the deployment failed
  ${EXIT.usage}    the command was called wrongly
  ${EXIT.policy}    a mandatory policy is violated
  ${EXIT.takenBack}    a release took its candidate back
  ${EXIT.objective}    an objective is missed, or a page fires
  ${EXIT.drift}    what is there is not what was deployed, and breaks no policy
  ${EXIT.interrupted}  interrupted; the next run goes on from there`;

/** Goes on in silence where the reader of a pipe has gone (`slipway up … | head`): a deployment is not ended by that. */
function mindClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

function version(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The command `slipway` for the checkout at `root`, with all its subcommands; nothing is run yet. */
export function buildProgram(root: string): Command {
  const program = new Command("slipway")
    .description("Takes services to production: plans, previews and deploys the stacks of this project.")
    .version(version())
    .addHelpText("after", AFTER)
    .showHelpAfterError("(slipway --help lists the commands)")
    .exitOverride()
    .configureHelp({ sortSubcommands: false });
  registerPlan(program, root);
  registerCheck(program);
  registerComment(program);
  registerPolicies(program, root);
  registerDeploy(program, root);
  registerDrift(program, root);
  registerOutputs(program, root);
  registerRelease(program, root);
  registerStatus(program, root);
  registerRunbooks(program, root);
  registerFlags(program, root);
  registerObjectives(program, root);
  registerSmoke(program, root);
  registerSandbox(program, root);
  registerDoctor(program);
  registerSchema(program, root);
  return program;
}

/** Runs the command: parses `argv`, runs one subcommand, sets the exit code. */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  mindClosedPipe(process.stdout);
  mindClosedPipe(process.stderr);
  try {
    await buildProgram(root).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = explainFailure(error);
  }
}
