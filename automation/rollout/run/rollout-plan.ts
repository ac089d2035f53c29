import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { type Duration, HOUR, seconds } from "../../../components/units.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { gatesOf } from "../gates.ts";
import type { RolloutPlan, Step, Strategy } from "../machine/plan.ts";
import type { Traffic } from "../traffic.ts";

/** From one look to the next, where a plan says nothing. */
const EVERY: Duration = "15 s";

function planSteps({ steps, every = EVERY }: ReleasePlan): Step[] {
  return steps.map(({ weight, hold, every: own = every }) => ({
    weight,
    holdSeconds: seconds(hold),
    everySeconds: seconds(own),
  }));
}

/** One step with all the traffic, as long as the soak is. @throws CommandFailure where the plan has none */
function soakSteps(name: string, { soak, every = EVERY }: ReleasePlan): Step[] {
  if (soak === undefined) {
    throw new CommandFailure(
      `${name} declares no soak: leave out --soak, or say \`soak: { for, every, rounds }\` in its release plan`,
      EXIT.usage,
    );
  }
  return [{ weight: 100, holdSeconds: seconds(soak.for), everySeconds: seconds(every) }];
}

/**
 * What a release goes by, from what is declared now.
 * @param skip `hotfix` or `soak` instead of the plan's own strategy
 */
export function rolloutPlan(
  service: MeasuredService,
  release: ReleasePlan,
  traffic: Traffic,
  skip?: "hotfix" | "soak",
): RolloutPlan {
  const strategy: Strategy = skip ?? release.strategy;
  const { soak, undecided, tests = [], header, emergency } = release;
  const name = `${service.system}/${service.service}`;
  return {
    strategy,
    service,
    traffic,
    steps: skip === "hotfix" ? [] : skip === "soak" ? soakSteps(name, release) : planSteps(release),
    gates: gatesOf(service, release),
    judging: release.judging ?? "sequential",
    undecided: {
      afterSeconds: undecided === undefined ? HOUR : seconds(undecided.after),
      do: undecided?.do ?? "pause",
    },
    tests,
    ...(skip === "soak" && soak !== undefined
      ? { soak: { everySeconds: seconds(soak.every), rounds: soak.rounds } }
      : {}),
    ...(header === undefined ? {} : { header }),
    // A soak has no users who would need the flags.
    ...(emergency === undefined || skip === "soak" ? {} : { emergency }),
  };
}
