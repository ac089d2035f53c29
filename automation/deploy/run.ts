import { createInterface } from "node:readline/promises";
import { CommandFailure, EXIT } from "../exit.ts";
import { Interrupt } from "./interrupt.ts";
import { type OperationOptions, operate, total } from "./operations.ts";
import { recoverState, removeOrphans } from "./recover.ts";
import { changed, changesText, type RunRecord } from "./run-events.ts";
import { openSession, type Session } from "./session.ts";
import { chooseTarget } from "./target.ts";
import { runSteps, type Step } from "./tasks.ts";

/** The commands that this file runs. */
export type DeployCommand = "preview" | "up" | "refresh" | "destroy";

/** Their flags. */
export interface DeployFlags {
  readonly stack: string;
  readonly sandbox?: true;
  readonly json?: true;
  readonly yes?: true;
  readonly policyPack?: readonly string[];
}

/** What a run leaves for its summary. */
interface Progress {
  session?: Session;
  preview?: RunRecord;
  done?: RunRecord;
}

const ASK: Record<Exclude<DeployCommand, "preview">, string> = {
  up: "Deploy this",
  refresh: "Change the state to what is really there",
  destroy: "Remove everything that this stack deployed",
};

/** @throws CommandFailure where nobody can be asked, or the answer is no */
async function confirm(command: Exclude<DeployCommand, "preview">, flags: DeployFlags): Promise<void> {
  if (flags.yes) return;
  if (!process.stdin.isTTY) {
    throw new CommandFailure(
      `nobody can be asked here: add --yes to ${command} the stack "${flags.stack}".`,
      EXIT.usage,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${ASK[command]} (stack "${flags.stack}")? Type yes: `);
  terminal.close();
  if (answer.trim() !== "yes") throw new CommandFailure("nothing was changed.", EXIT.ok);
}

function previewStep(progress: Progress, options: Omit<OperationOptions, "report">): Step {
  return {
    title: "Preview under the policy packs",
    run: async (report) => {
      progress.preview = await operate(progress.session as Session, "preview", { ...options, report });
      return changesText(progress.preview, "planned");
    },
  };
}

function doStep(
  progress: Progress,
  command: Exclude<DeployCommand, "preview">,
  options: Omit<OperationOptions, "report">,
): Step {
  const title = { up: "Deploy", refresh: "Refresh", destroy: "Destroy" }[command];
  return {
    title,
    run: async (report) => {
      const session = progress.session as Session;
      const expected = progress.preview === undefined ? undefined : total(progress.preview);
      if (command === "destroy" && session.cloud !== undefined) await session.unprotect();
      progress.done = await operate(session, command, { ...options, report }, expected);
      const orphans = command === "refresh" ? [] : await removeOrphans(session);
      const swept =
        orphans.length === 0 ? "" : `; ${orphans.length} in the cloud that no resource stood for removed`;
      return `${changesText(progress.done, "done")}${swept}`;
    },
  };
}

/** Runs one of the commands: opens the stack, recovers it, previews where that gates, acts, and says what there is now. */
export async function runDeploy(root: string, command: DeployCommand, flags: DeployFlags): Promise<void> {
  const target = chooseTarget(root, flags.stack, flags.sandbox === true);
  const silent = flags.json === true;
  const interrupt = new Interrupt((message) => process.stderr.write(`\n${message}\n`));
  const options = { interrupt, policyPacks: flags.policyPack ?? [] };
  const progress: Progress = {};
  const opening: Step = {
    title: target.sandbox ? "Engine and local cloud" : "Engine",
    run: async (report) => {
      progress.session = await openSession(target, {
        report,
        signal: interrupt.asked,
        claimLost: () =>
          interrupt.stop("another run took this stack over, or the sandbox was deleted: stopping"),
        deleteProtected: command === "destroy",
      });
      await recoverState(progress.session, report);
      return undefined;
    },
  };
  try {
    const previews = command === "preview" || command === "up";
    await runSteps([opening, ...(previews ? [previewStep(progress, options)] : [])], silent);
    if (command !== "preview") {
      // Nobody is asked about what can be had again with one command, or about nothing.
      const nothing = progress.preview !== undefined && changed(progress.preview) === 0;
      if (target.stack !== "sandbox" && !nothing) await confirm(command, flags);
      await runSteps([doStep(progress, command, options)], silent);
    }
    const { printResult } = await import("./result.ts");
    await printResult(
      progress.session as Session,
      command,
      (progress.done ?? progress.preview) as RunRecord,
      silent,
    );
  } catch (error) {
    if (interrupt.happened && !(error instanceof CommandFailure))
      throw new CommandFailure("stopped.", EXIT.interrupted);
    throw error;
  } finally {
    await progress.session?.close();
    interrupt.restore();
  }
}
