import type { RolloutMetrics } from "../gate.ts";
import { chooseMetrics } from "../metrics/choose.ts";
import type { Traffic } from "../traffic.ts";
import type { StackReleases } from "./context.ts";
import type { CommandFlags } from "./flags.ts";

/** Who measures for a release. */
export function releaseMetrics(
  { target }: StackReleases,
  traffic: Traffic,
  flags: CommandFlags,
): RolloutMetrics {
  return chooseMetrics(target.root, flags, traffic, target.sandbox);
}

/** Who is asked where no gate is looked at: a hotfix, or the way back, waits for nobody's figures. */
export const NOBODY: RolloutMetrics = {
  address: "nobody",
  look: async () => ({ readings: [] }),
  budgets: async () => ({}),
};
