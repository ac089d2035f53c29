import { Namespace } from "../../../components/kubernetes/namespace.ts";
import type { EngineSurroundings } from "../../../components/release/engines/surroundings.ts";
import type { ReleaseEngine, ReleasePlan } from "../../../components/release/plan.ts";
import { Service, type ServiceArgs } from "../../../components/service/service.ts";
import { declare, testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";

/** What an engine can carry out: two steps of one length, one objective, one threshold. */
export function carriedOut(engine: ReleaseEngine, change: Partial<ReleasePlan> = {}): ReleasePlan {
  return {
    engine,
    strategy: "canary",
    steps: [
      { weight: 10, hold: "15 min" },
      { weight: 50, hold: "15 min" },
      { weight: 100, hold: "15 min" },
    ],
    gates: ["availability"],
    every: "1 min",
    judging: "fixed-window",
    ...change,
  };
}

/** Where the tests' engines work. */
export const AT: EngineSurroundings = {
  prometheus: "http://prometheus.monitoring:9090",
  ingress: "edge-api",
};

/** Declares a service on Kubernetes with such a plan. */
export function releasedService(
  release: ReleasePlan,
  engine: EngineSurroundings,
  change: Partial<ServiceArgs> = {},
): Service {
  const scope = testScope();
  const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
  return new Service("shop-api", {
    scope,
    service: "api",
    namespace,
    ...goodService(),
    runtime: "kubernetes",
    release,
    engine,
    ...change,
  });
}

/** What that declares. */
export function declareReleased(
  release: ReleasePlan,
  engine: EngineSurroundings = AT,
  change: Partial<ServiceArgs> = {},
) {
  return declare(() => releasedService(release, engine, change));
}
