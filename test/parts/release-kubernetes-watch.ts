import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { find } from "../../sandbox/kubernetes/client.ts";
import type { TestCluster } from "../support/cluster.ts";

/** What a release changes in a cluster, as it was at one moment. */
export interface Moment {
  /** `1.0.0`, the tag of the stable Deployment's image. */
  readonly stable: string | undefined;
  /** That of the candidate's; undefined while there is none. */
  readonly candidate: string | undefined;
  /** Each rule of the route: the header that leads to it, if one does, and its backends with their weights. */
  readonly route: readonly string[];
}

/** An HTTPRoute, as far as it is looked at. */
interface Route extends KubernetesObject {
  readonly spec?: {
    readonly rules?: readonly {
      readonly matches?: readonly { readonly headers?: readonly { name: string; value: string }[] }[];
      readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[];
    }[];
  };
}

function rulesOf(route: Route): string[] {
  return (route.spec?.rules ?? []).map(({ matches = [], backendRefs = [] }) =>
    [
      ...matches.flatMap(({ headers = [] }) => headers.map(({ name, value }) => `${name}: ${value} →`)),
      ...backendRefs.map(({ name, weight }) => `${name} ${weight}`),
    ].join(" "),
  );
}

/** ONESource's backend in a cluster. */
export function backendIn(cluster: TestCluster) {
  const namespace = "onesource";
  const tag = async (name: string) => {
    const found = await find<V1Deployment>(cluster.client, "apps/v1", "Deployment", name, namespace);
    return found?.spec?.template.spec?.containers[0]?.image?.split(":").at(-1);
  };
  const route = () =>
    cluster.read<Route>("gateway.networking.k8s.io/v1", "HTTPRoute", namespace, "edge-backend");

  /** The route first: where it leads back to the stable version, that was rolled over before. */
  const moment = async (): Promise<Moment & { readonly routeVersion: number }> => {
    const seen = await route();
    return {
      route: rulesOf(seen),
      stable: await tag("backend"),
      candidate: await tag("backend-candidate"),
      routeVersion: Number(seen.metadata?.resourceVersion),
    };
  };

  return {
    namespace,
    moment,
    /** Looks five times a second until it is told to end. @returns each moment that differs from the one before */
    watch() {
      const seen: (Moment & { readonly routeVersion: number })[] = [];
      let isOver = false;
      const same = (one: Moment, other: Moment | undefined) =>
        JSON.stringify([one.route, one.stable, one.candidate]) ===
        JSON.stringify([other?.route, other?.stable, other?.candidate]);
      const watching = (async () => {
        for (;;) {
          const now = await moment();
          if (!same(now, seen.at(-1))) seen.push(now);
          if (isOver) return;
          await sleep(200);
        }
      })();
      return {
        async stop() {
          isOver = true;
          await watching;
          return seen;
        },
      };
    },
  };
}
