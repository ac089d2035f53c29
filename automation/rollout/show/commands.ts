import { commandProblem } from "../machine/asked.ts";
import type { Asked, RolloutTarget } from "../machine/event.ts";
import { hasEvidence } from "../machine/judged.ts";
import { isOver } from "../machine/look.ts";
import type { RolloutState } from "../machine/state.ts";
import { serviceText } from "../report/words.ts";

/** A command that helps, and what it does. */
export interface NextCommand {
  readonly command: string;
  readonly does: string;
}

/** How a command about a service's release is written. */
export function releaseCommand(
  what: Asked | "status" | "why" | "history" | "report",
  target: RolloutTarget,
): string {
  const where = target.sandbox === true ? " --sandbox" : "";
  return `slipway release ${what} ${serviceText(target)} --stack ${target.stack}${where}`;
}

/** Takes away what an emergency's flags were set to, which no deployment does; undefined where none were turned. */
export function clearCommand({ phase, plan, target }: RolloutState): string | undefined {
  if (phase !== "rolled-back" || plan.emergency === undefined) return undefined;
  const where = target.sandbox === true ? " --sandbox" : "";
  const flags = Object.keys(plan.emergency.flags).join(" ");
  return `slipway flags clear ${flags} --stack ${target.stack}${where} --reason "…"`;
}

/**
 * What one can do next, the likeliest first: only what the machine would follow.
 * @param isDriven whether somebody drives it; where nobody does, anyone may go on
 */
export function nextCommands(state: RolloutState, isDriven = true): NextCommand[] {
  const { target, plan, step, judgement } = state;
  const next = (what: Parameters<typeof releaseCommand>[0], does: string, options = ""): NextCommand => ({
    command: `${releaseCommand(what, target)}${options}`,
    does,
  });
  if (isOver(state)) {
    const clear = clearCommand(state);
    return [
      next("why", "says why it ended so"),
      next("report", "writes the whole story"),
      ...(clear === undefined
        ? []
        : [{ command: clear, does: "turns the emergency's flags back, once it is mended" }]),
    ];
  }
  const reasoned = judgement === undefined || !hasEvidence(judgement);
  const goal = plan.steps[step + 1]?.weight;
  const offers: Record<Asked, NextCommand> = {
    resume: next("resume", "goes on"),
    pause: next("pause", "stays at this weight"),
    promote: next(
      "promote",
      goal === undefined ? "makes it the stable version now" : `goes on to ${goal} % now`,
      reasoned ? ' --reason "…"' : "",
    ),
    abort: next("abort", "takes the candidate back"),
  };
  const followed = (Object.keys(offers) as Asked[]).filter(
    (command) =>
      (command === "resume" && !isDriven) ||
      commandProblem(state, { command, by: "", reason: "asked" }) === undefined,
  );
  return [next("why", "says why it is where it is"), ...followed.map((command) => offers[command])];
}
