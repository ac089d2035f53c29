import { setTimeout } from "node:timers/promises";
import type { TrafficControl } from "../actuator.ts";
import type { RolloutState } from "../machine/state.ts";
import { untilWritten } from "./attempts.ts";
import { ClusterObject, type Connect } from "./cluster-object.ts";
import { acceptance, type Route, unshared, weightOf, withWeight } from "./route-weights.ts";
import { trafficOf } from "./traffic-kind.ts";

const KIND = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  plural: "httproutes",
  kind: "HTTPRoute",
} as const;

/** Milliseconds that gateways have to look at a route; clouds' own take a minute. */
const PATIENCE = 120_000;

/** Traffic that an HTTPRoute's weights share out. Rules that a header leads to stay as they are. */
export function httpRouteTraffic(connect: Connect, patience = PATIENCE): TrafficControl {
  const open = async (state: RolloutState) => {
    const traffic = trafficOf(state, "http-route");
    return { traffic, object: await ClusterObject.open(await connect(state), KIND, traffic) };
  };
  return {
    async read(state) {
      const { traffic, object } = await open(state);
      const live = await object.read();
      return live === undefined ? 0 : weightOf(live as Route, traffic);
    },
    async set({ state, signal }, weight) {
      const { traffic, object } = await open(state);
      let there = true;
      await untilWritten(object.title, signal, async () => {
        const live = await object.read();
        const problem = live === undefined ? "it is not there" : unshared(live as Route, traffic);
        there = live !== undefined && problem === undefined;
        if (live === undefined || problem !== undefined) {
          // What leads nobody to the candidate needs no way back.
          if (weight === 0 && weightOf((live ?? {}) as Route, traffic) === 0) return true;
          throw new Error(`${object.title} can't share requests out: ${problem}`);
        }
        if (weightOf(live as Route, traffic) === weight) return true;
        return await object.change<Route>(live, ["spec", "rules"], (route) =>
          withWeight(route, traffic, weight),
        );
      });
      if (there) await untilAccepted(object, patience, signal);
    },
  };
}

/** Waits until every gateway that says something of the route has looked at it as it is now. @throws Error where one refuses it */
async function untilAccepted(object: ClusterObject, patience: number, signal: AbortSignal): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    const live = await object.read();
    const { waiting, refusals } = live === undefined ? { waiting: [], refusals: [] } : acceptance(live);
    if (refusals.length > 0) throw new Error(`${object.title} has its weights, and ${refusals.join("; ")}`);
    if (waiting.length === 0) return;
    if (Date.now() > end) {
      throw new Error(
        `${object.title} has its weights, and no answer yet of ${waiting.map((name) => `the Gateway "${name}"`).join(", ")}: see its controller's log`,
      );
    }
    await setTimeout(250, undefined, { signal });
  }
}
