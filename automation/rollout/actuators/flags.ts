import { flagsObject } from "../../../components/flags/catalogue.ts";
import type { EmergencyStop } from "../../../components/release/plan.ts";
import { seconds } from "../../../components/units.ts";
import { chooseSet } from "../../flags/choose.ts";
import { ClusterStore } from "../../flags/cluster-store.ts";
import { readFlagSet } from "../../flags/flag-set.ts";
import { checkReason } from "../../flags/flip.ts";
import { type FlagStore, flip } from "../../flags/store.ts";
import type { Doing } from "../actuator.ts";
import type { RolloutState } from "../machine/state.ts";
import type { EmergencySwitch } from "./actuator.ts";
import type { Connect } from "./cluster-object.ts";
import { inSeconds } from "./request.ts";

/** Longest reason of a release that the flags' history is given, in characters; that of a flip has 500. */
const LONGEST_REASON = 400;

/** The flags of the cluster that a release's service runs in. @throws Error where it runs in none */
export function clusterFlags(connect: Connect): (state: RolloutState) => Promise<FlagStore> {
  return async (state) => {
    if (!("namespace" in state.plan.traffic)) {
      throw new Error(
        `flags are kept in a cluster, and the traffic of ${state.target.system}/${state.target.service} is shared out by "${state.plan.traffic.kind}"`,
      );
    }
    return await ClusterStore.open(await connect(state));
  };
}

/**
 * Sets an emergency's flags as `slipway flags set` does: all at once, recorded with the release, who and why, and the pods told.
 * No deployment undoes them: `slipway flags clear` does.
 *
 * @param open gives the flags of a release's cluster: {@link clusterFlags}
 */
export function emergencyFlags(open: (state: RolloutState) => Promise<FlagStore>): EmergencySwitch {
  return {
    async turn(doing, stop) {
      const began = performance.now();
      const { told, count } = await turn(doing, stop, await open(doing.state));
      const took = (performance.now() - began) / 1000;
      const late =
        took > seconds(stop.within) ? `, which is longer than the ${stop.within} that were promised` : "";
      const flags = Object.entries(stop.flags).map(([name, value]) => `${name}=${value}`);
      const what = count === 0 ? "were set already" : "are set, and recorded";
      doing.report(
        `the emergency's flags ${what}: ${flags.join(", ")}; ${told}; in ${inSeconds(took)}${late}`,
      );
    },
  };
}

async function turn(
  { state }: Doing,
  { flags }: EmergencyStop,
  store: FlagStore,
): Promise<{ told: string; count: number }> {
  const { target, plan, release, by, decision } = state;
  const namespace = "namespace" in plan.traffic ? plan.traffic.namespace : plan.service.namespace;
  const objects = await store.list(plan.service.environment, namespace);
  const sets = objects.map(readFlagSet);
  const own = sets.filter(({ system }) => system === target.system);
  const where = `the namespace "${namespace}" of the cluster of ${target.system}/${target.service}`;
  const set = chooseSet(own.length > 0 ? own : sets, undefined, Object.keys(flags), where);
  const account = await store.account();
  const at = new Date().toISOString();
  const why = (decision?.reason ?? "no reason was given").slice(0, LONGEST_REASON);
  const changes = await flip(store, set, flags, {
    at,
    by,
    ...(account === undefined ? {} : { account }),
    reason: checkReason(`release ${release} of ${target.service} is taken back: ${why}`),
  });
  // Told again even where nothing was changed: who set them may have ended before.
  const refreshed = await store.refresh(set.namespace, flagsObject(set.name), at);
  const problem = refreshed.problem === undefined ? "" : ` (${refreshed.problem})`;
  return { told: `${refreshed.told} of ${refreshed.pods} pods told${problem}`, count: changes.length };
}
