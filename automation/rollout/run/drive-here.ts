import { Interrupt } from "../../deploy/interrupt.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import type { Course } from "../driver/course.ts";
import { drive } from "../driver/drive.ts";
import type { DriveOptions } from "../driver/options.ts";
import type { RolloutMetrics } from "../gate.ts";
import { leaseHolder } from "../ledger/lease.ts";
import { outcome } from "../machine/look.ts";
import type { RolloutState } from "../machine/state.ts";
import { versionText } from "../report/words.ts";
import { clearCommand } from "../show/commands.ts";
import type { Traffic } from "../traffic.ts";
import type { StackReleases } from "./context.ts";
import type { CommandFlags } from "./flags.ts";
import { judgeStep } from "./judge-step.ts";
import { releaseActuator } from "./parts.ts";
import { Screen } from "./screen.ts";

/** How it ended, in a sentence; undefined while it goes on. */
function endText(state: RolloutState): string | undefined {
  const { decision, leftover, target } = state;
  const reason = decision?.reason ?? "";
  const left = leftover === undefined ? "" : `\nleft to do: ${leftover}`;
  const clear = clearCommand(state);
  const flags = clear === undefined ? "" : `\nits emergency's flags stay set until: ${clear}`;
  switch (outcome(state)) {
    case "promoted":
      return `promoted: ${versionText(state.candidate)} is the stable version of ${target.system}/${target.service}${left}`;
    case "rolled-back":
      return `taken back: ${versionText(state.stable)} has all the traffic. ${reason}${left}${flags}`;
    case "failed":
      return `failed, a person has to look: ${reason}${left}`;
    default:
      return undefined;
  }
}

const CODES = { promoted: EXIT.ok, "rolled-back": EXIT.takenBack, failed: EXIT.failed } as const;

/**
 * Drives a release from this process to its end, and shows it; gives the exit code.
 * @param start begins the release, or goes on with one
 */
export async function driveHere(
  releases: StackReleases,
  traffic: Traffic,
  metrics: RolloutMetrics,
  flags: CommandFlags,
  start: (options: DriveOptions) => Promise<Course>,
): Promise<number> {
  const screen = new Screen(flags);
  const interrupt = new Interrupt(screen.report);
  try {
    const options: DriveOptions = {
      store: releases.store,
      journals: releases.journals,
      holder: leaseHolder(),
      metrics,
      judge: judgeStep,
      actuator: releaseActuator(traffic, releases, flags),
      report: screen.report,
      observe: screen.observe,
      signal: interrupt.asked,
    };
    const { state, interrupted } = await drive(options, await start(options));
    screen.end();
    const ended = endText(state);
    if (ended !== undefined) {
      if (!flags.json) process.stdout.write(`${ended}\n`);
      return CODES[outcome(state) ?? "failed"];
    }
    if (interrupted) {
      // How it stands, and how it goes on, was said by then.
      throw new CommandFailure("", EXIT.interrupted);
    }
    return EXIT.failed;
  } finally {
    screen.end();
    interrupt.restore();
  }
}
