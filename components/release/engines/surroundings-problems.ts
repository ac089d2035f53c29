import type { Runtime } from "../../service/spec.ts";
import type { ReleasePlan } from "../plan.ts";
import { switchesAtOnce } from "./argo-rollouts.ts";
import type { EngineSurroundings } from "./surroundings.ts";

/** What a service says that an engine has to do with. */
interface Engaged {
  readonly runtime: Runtime;
  readonly release?: ReleasePlan;
  readonly engine?: EngineSurroundings;
  readonly candidate?: object;
}

function addressProblem(prometheus: string | undefined): string[] {
  if (prometheus === undefined) return ["engine.prometheus: missing; say where it finds Prometheus"];
  const url = URL.canParse(prometheus) ? new URL(prometheus) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === ""
    ? []
    : [
        "engine.prometheus: it must be an address such as http://prometheus.monitoring:9090, without a user or a password",
      ];
}

function clusterProblems({ release, engine = {} }: Engaged): string[] {
  if (release === undefined) return [];
  const { tests = [], header } = release;
  const needsShares =
    release.engine === "flagger" || (!switchesAtOnce(release) && (tests.length > 0 || header !== undefined));
  return [
    ...addressProblem(engine.prometheus),
    ...(engine.ingress === undefined && needsShares
      ? [
          "engine.ingress: missing; without an Ingress shares are shares of the pods, and nobody gets to the new version alone. Name the service's",
        ]
      : []),
  ];
}

/** Why a service's engine can't work where the service is, each with what would do. */
export function surroundingsProblems(service: Engaged): string[] {
  const { runtime, release, engine, candidate } = service;
  const name = release?.engine ?? "slipway";
  if (name === "slipway") {
    return engine === undefined
      ? []
      : ["engine: nothing works with it; name one in `release.engine`, or leave it out"];
  }
  return [
    ...(runtime === "cloud-run" && name !== "google-cloud-deploy"
      ? [
          `release.engine: "${name}" works on Kubernetes only; leave it out, or use "google-cloud-deploy", or set \`runtime: "kubernetes"\``,
        ]
      : []),
    ...(candidate === undefined
      ? []
      : [`candidate: "${name}" brings candidates itself; leave it out, and change \`image\``]),
    ...(name === "google-cloud-deploy"
      ? [
          ...addressProblem(engine?.prometheus),
          ...(engine?.account === undefined
            ? ["engine.account: missing; name the service account that deploys, by its email"]
            : []),
          ...(runtime === "kubernetes" && engine?.cluster === undefined
            ? [
                "engine.cluster: missing; name the cluster that it deploys to: projects/P/locations/L/clusters/C",
              ]
            : []),
        ]
      : clusterProblems(service)),
  ];
}
