import type { CloudServiceStatus, CloudTraffic } from "../../../sandbox/cloud/api.ts";
import { CloudClient, CloudError } from "../../../sandbox/cloud/index.ts";
import type { TrafficControl } from "../actuator.ts";
import type { RolloutState } from "../machine/state.ts";
import { untilWritten } from "./attempts.ts";
import { isShared, shareOf, shareOut, type Target, versionsOf } from "./share.ts";
import { serviceId } from "./traffic-kind.ts";

/** Traffic of a service on the sandbox's local cloud. @param folder the cloud's */
export function localCloudTraffic(folder: string): TrafficControl {
  const open = async (state: RolloutState) => ({
    id: serviceId(state),
    cloud: await CloudClient.connect(folder),
  });
  return {
    async read(state) {
      const { id, cloud } = await open(state);
      const service = await existing(cloud, id);
      return shareOf(targetsOf(service), versionsOf(state).candidate, service.latestReadyRevision);
    },
    async set({ state, signal }, weight) {
      const { id, cloud } = await open(state);
      const versions = versionsOf(state);
      await untilWritten(`the service "${id}"`, signal, async () => {
        const service = await existing(cloud, id);
        const targets = targetsOf(service);
        if (isShared(targets, versions, weight, service.latestReadyRevision)) return true;
        const traffic = shareOut(targets, versions, weight).map(trafficOf);
        const lost = (error: unknown) => {
          if (error instanceof CloudError && ["conflict", "superseded"].includes(error.code)) return false;
          throw error;
        };
        return await cloud.setTraffic(id, { etag: service.etag, traffic }).then(() => true, lost);
      });
    },
  };
}

async function existing(cloud: CloudClient, id: string): Promise<CloudServiceStatus> {
  const service = await cloud.getService(id);
  if (service !== undefined) return service;
  throw new Error(`the local cloud has no service "${id}": \`slipway up\` deploys it`);
}

function targetsOf({ traffic }: CloudServiceStatus): Target[] {
  return traffic.map(({ target, percent, tag }) => ({
    revision: target === "latest" ? undefined : target.revision,
    percent,
    ...(tag === undefined ? {} : { tag }),
  }));
}

function trafficOf({ revision, percent, tag }: Target): CloudTraffic {
  return {
    target: revision === undefined ? "latest" : { revision },
    percent,
    ...(tag === undefined ? {} : { tag }),
  };
}
