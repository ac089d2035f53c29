import { resolve } from "node:path";
import { createColors } from "picocolors";
import { ask } from "../ask.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { Interrupt } from "./interrupt.ts";
import { type Operation, OperationFailure, type OperationOptions, operate, total } from "./operations.ts";
import { recoverState, removeOrphans } from "./recover.ts";
import { changed, changesText, type RunRecord } from "./run-events.ts";
import { openSession, type Session } from "./session.ts";
import { deployedResources, type StateResource } from "./state.ts";
import { changeLines } from "./summary.ts";
import { chooseTarget, type Target } from "./target.ts";
import { runSteps, type Step } from "./tasks.ts";

/** Flags of the commands that this file runs. */
export interface DeployFlags {
  readonly stack: string;
  readonly sandbox?: true;
  readonly json?: true;
  readonly yes?: true;
  /** Folders, relative to where the command is typed. */
  readonly policyPack?: readonly string[];
}

/** What a run leaves for its summary. */
interface Progress {
  session?: Session;
  preview?: RunRecord;
  done?: RunRecord;
  /** What the state holds after it. */
  deployed?: readonly StateResource[];
}

const ASK: Record<Exclude<Operation, "preview">, string> = {
  up: "Deploy this",
  refresh: "Change the state to what is really there",
  destroy: "Remove everything that this stack deployed",
};

/** Whether a person has to agree before this changes anything. Nobody is asked about what one command brings back. */
function needsConsent(target: Target, command: Operation, flags: DeployFlags): boolean {
  return command !== "preview" && target.stack !== "sandbox" && flags.yes !== true;
}

/** @throws CommandFailure where the answer is no */
async function confirm(
  command: Exclude<Operation, "preview">,
  preview: RunRecord | undefined,
  stack: string,
  asked: AbortSignal,
): Promise<void> {
  const changes = changeLines([...(preview?.steps.values() ?? [])], createColors(showsColor(process.stderr)));
  process.stderr.write(["", ...changes, ""].join("\n"));
  const answer = await ask(`${ASK[command]} (stack "${stack}")? Type yes: `, asked);
  if (answer !== "yes") throw new CommandFailure("nothing was changed.", EXIT.ok);
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
  command: Exclude<Operation, "preview">,
  options: Omit<OperationOptions, "report">,
): Step {
  const title = { up: "Deploy", refresh: "Refresh", destroy: "Destroy" }[command];
  return {
    title,
    run: async (report) => {
      const session = progress.session as Session;
      const expected = progress.preview === undefined ? undefined : total(progress.preview);
      // In the sandbox nothing can be lost that one command doesn't bring back.
      if (command === "destroy" && session.cloud !== undefined) await session.pulumi.unprotect();
      progress.done = await operate(session, command, { ...options, report }, expected);
      progress.deployed = await deployedResources(session);
      const orphans = command === "refresh" ? [] : await removeOrphans(session, progress.deployed);
      const { watchDeployed } = await import("./watch.ts");
      progress.done.warnings.push(...(await watchDeployed(session, progress.deployed)));
      const swept =
        orphans.length === 0 ? "" : `; ${orphans.length} in the cloud that no resource stood for removed`;
      return `${changesText(progress.done, "done")}${swept}`;
    },
  };
}

/** Refuses what the stack file says wrongly of its packs, before an engine is started. @throws PlanError with all of it */
async function checkPolicySettings({ root, stack }: Target): Promise<void> {
  const { readProject } = await import("../plan/project.ts");
  const { stackPolicySettings } = await import("../policies/settings.ts");
  stackPolicySettings(readProject(root, stack));
}

/** Runs one of the commands: opens the stack, recovers it, previews where that gates, acts, and says what there is now. */
export async function runDeploy(root: string, command: Operation, flags: DeployFlags): Promise<void> {
  const target = chooseTarget(root, flags.stack, flags.sandbox === true);
  const consent = needsConsent(target, command, flags);
  if (consent && !process.stdin.isTTY) {
    throw new CommandFailure(
      `nobody can be asked here: add --yes to ${command} the stack "${target.stack}".`,
      EXIT.usage,
    );
  }
  const previews = command === "preview" || command === "up";
  if (previews) await checkPolicySettings(target);
  const silent = flags.json === true;
  const interrupt = new Interrupt((message) => process.stderr.write(`\n${message}\n`));
  // Folders are meant from where the command is typed; the engine runs in the checkout.
  const options = { interrupt, policyPacks: (flags.policyPack ?? []).map((folder) => resolve(folder)) };
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
    await runSteps([opening, ...(previews ? [previewStep(progress, options)] : [])], silent);
    if (command !== "preview") {
      const nothing = progress.preview !== undefined && changed(progress.preview) === 0;
      if (consent && !nothing) await confirm(command, progress.preview, target.stack, interrupt.asked);
      await runSteps([doStep(progress, command, options)], silent);
    }
    const { printResult } = await import("./result.ts");
    await printResult(
      progress.session as Session,
      command,
      (progress.done ?? progress.preview) as RunRecord,
      progress.deployed ?? [],
      silent,
    );
  } catch (error) {
    if (silent && error instanceof OperationFailure) {
      const { printFailure } = await import("./result.ts");
      await printFailure(progress.session as Session, command, error);
    }
    if (interrupt.happened && !(error instanceof CommandFailure))
      throw new CommandFailure("stopped.", EXIT.interrupted);
    throw error;
  } finally {
    await progress.session?.close();
    interrupt.restore();
  }
}
