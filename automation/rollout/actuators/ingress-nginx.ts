import type { TrafficControl } from "../actuator.ts";
import type { RolloutState } from "../machine/state.ts";
import { untilWritten } from "./attempts.ts";
import { ClusterObject, type Connect } from "./cluster-object.ts";
import type { LiveObject } from "./owned-fields.ts";
import { trafficOf } from "./traffic-kind.ts";

const KIND = { group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress" } as const;

const CANARY = "nginx.ingress.kubernetes.io/canary";
const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";

/** What of an Ingress is changed here. */
interface Annotated {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Traffic that the weight annotation of the candidate's Ingress shares out: ingress-nginx reads it within a second or two. */
export function ingressNginxTraffic(connect: Connect): TrafficControl {
  const open = async (state: RolloutState) =>
    await ClusterObject.open(await connect(state), KIND, trafficOf(state, "ingress-nginx"));
  return {
    async read(state) {
      return weightOf(await (await open(state)).read());
    },
    async set({ state, signal }, weight) {
      const object = await open(state);
      await untilWritten(object.title, signal, async () => {
        const live = await object.read();
        if (weightOf(live) === weight) return true;
        const problem = live === undefined ? "it is not there" : notCanary(live);
        if (live === undefined || problem !== undefined) {
          throw new Error(`${object.title} can't share requests out: ${problem}`);
        }
        const weighed = ({ metadata, ...rest }: Annotated): Annotated => ({
          ...rest,
          metadata: { ...metadata, annotations: { ...metadata?.annotations, [WEIGHT]: String(weight) } },
        });
        return await object.change(live, ["metadata", "annotations", WEIGHT], weighed);
      });
    },
  };
}

/** Percent of the requests; none for what is not there, or is no candidate's. */
function weightOf(live: LiveObject | undefined): number {
  if (live === undefined || notCanary(live) !== undefined) return 0;
  return Number(live.metadata.annotations?.[WEIGHT] ?? "0");
}

function notCanary({ metadata: { annotations } }: LiveObject): string | undefined {
  return annotations?.[CANARY] === "true"
    ? undefined
    : `it has no annotation ${CANARY}: "true", so ingress-nginx takes it for the service's own`;
}
