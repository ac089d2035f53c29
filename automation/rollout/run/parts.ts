import { sandboxPaths } from "../../../sandbox/paths.ts";
import type { TrafficControl } from "../actuator.ts";
import { type ActuatorParts, createActuator, type FollowingActuator } from "../actuators/actuator.ts";
import { cloudRunTraffic } from "../actuators/cloud-run.ts";
import { type Connect, connectCluster } from "../actuators/cluster-object.ts";
import { clusterService, throughApiServer } from "../actuators/cluster-service.ts";
import { cohortTraffic } from "../actuators/cohort.ts";
import { databaseUrl } from "../actuators/database.ts";
import { clusterFlags, emergencyFlags } from "../actuators/flags.ts";
import { httpRouteTraffic } from "../actuators/http-route.ts";
import { ingressNginxTraffic } from "../actuators/ingress-nginx.ts";
import { localCloudTraffic } from "../actuators/local-cloud.ts";
import { directly } from "../actuators/request.ts";
import { engineDeployer } from "../deploy/deployer.ts";
import type { Traffic } from "../traffic.ts";
import type { StackReleases } from "./context.ts";
import type { CommandFlags } from "./flags.ts";

/** Where a cohort's database is, as the flag or the environment says. */
function databaseEnvironment({ databaseUrlFile }: CommandFlags): NodeJS.ProcessEnv {
  return databaseUrlFile === undefined
    ? process.env
    : { ...process.env, SLIPWAY_DATABASE_URL_FILE: databaseUrlFile };
}

/** Who moves the traffic of a service. */
function trafficControl(
  traffic: Traffic,
  { target }: StackReleases,
  flags: CommandFlags,
  connect: Connect,
): TrafficControl {
  switch (traffic.kind) {
    case "cloud-run":
      return target.sandbox ? localCloudTraffic(sandboxPaths(target.root).cloud) : cloudRunTraffic({});
    case "http-route":
      return httpRouteTraffic(connect);
    case "ingress-nginx":
      return ingressNginxTraffic(connect);
    case "cohort":
      return cohortTraffic(() => databaseUrl(databaseEnvironment(flags)));
  }
}

/** Who carries requests to a candidate's own address: where only its cluster knows it, the cluster's API server. */
function candidateCarrier(connect: Connect): NonNullable<ActuatorParts["carrier"]> {
  return async (state, address) => {
    const service = clusterService(address);
    return service === undefined ? directly(address) : throughApiServer(await connect(state), service);
  };
}

/** Who does what a release of a service wants. */
export function releaseActuator(
  traffic: Traffic,
  releases: StackReleases,
  flags: CommandFlags,
): FollowingActuator {
  const { target, store } = releases;
  const connect = connectCluster(target.root, flags.kubeconfig);
  return createActuator({
    traffic: trafficControl(traffic, releases, flags, connect),
    ...(traffic.kind === "cohort" ? {} : { deployer: engineDeployer({ target, store }) }),
    emergency: emergencyFlags(clusterFlags(connect)),
    carrier: candidateCarrier(connect),
  });
}
