import { isDeepStrictEqual } from "node:util";
import { CloudError, type CloudServiceStatus } from "../../cloud/api.ts";
import { ALL_TO_LATEST } from "../../cloud/traffic.ts";
import { isObject, type Properties } from "../../models/values.ts";
import { cloudServiceInput } from "./cloud-run-input.ts";
import { foundTemplate } from "./cloud-run-template.ts";
import { ensureForeignVersion } from "./foreign-version.ts";
import {
  type LiveContext,
  type LivePart,
  type LiveResource,
  type LiveResult,
  NotReadyError,
} from "./live.ts";

/** What the running service says of itself, in the outputs' names. */
function outputsOf(status: CloudServiceStatus): Properties {
  return {
    uri: status.url,
    urls: [status.url, ...Object.values(status.tagUrls)],
    latestReadyRevision: status.latestReadyRevision,
    latestCreatedRevision: status.latestCreatedRevision,
    trafficStatuses: status.traffic.map(({ target, revision, percent, tag }) => ({
      type: `TRAFFIC_TARGET_ALLOCATION_TYPE_${target === "latest" ? "LATEST" : "REVISION"}`,
      revision,
      percent,
      ...(tag === undefined ? {} : { tag, uri: status.tagUrls[tag] ?? "" }),
    })),
  };
}

/**
 * Puts the service and waits until it serves. One that does not become ready is there all the same: it is reported as
 * made but failed, so that the state knows it. So is one whose waiting was cancelled.
 */
async function put({ urn, id, inputs }: LiveResource, { cloud, signal }: LiveContext): Promise<LiveResult> {
  const input = cloudServiceInput(urn, id, inputs);
  for (const { secret, version } of input.template.mounts) {
    await ensureForeignVersion(cloud, `${secret}/versions/${version}`);
  }
  try {
    return { outputs: outputsOf(await cloud.putService(input, { signal })) };
  } catch (error) {
    const isThere =
      signal.aborted || (error instanceof CloudError && ["not-ready", "superseded"].includes(error.code));
    const status = isThere ? await cloud.getService(id) : undefined;
    if (status === undefined) throw error;
    const reason = signal.aborted
      ? `Cancelled while waiting for ${id} to become ready.`
      : (error as Error).message;
    throw new NotReadyError(reason, { outputs: outputsOf(status) });
  }
}

/**
 * The traffic and the latest revision as they are, in the inputs too where they are not what was declared: by this, what changes
 * them without the engine leaves its trace in the state.
 */
function found({ urn, id, inputs }: LiveResource, status: CloudServiceStatus): LiveResult {
  const live = status.traffic.map(({ revision: _, ...target }) => target);
  const declared = cloudServiceInput(urn, id, inputs);
  const traffics = live.map(({ target, percent, tag }) => ({
    ...(target === "latest"
      ? { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }
      : { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: target.revision }),
    percent,
    ...(tag === undefined ? {} : { tag }),
  }));
  const isShared = isDeepStrictEqual(live, declared.traffic.length === 0 ? ALL_TO_LATEST : declared.traffic);
  const template =
    status.template === undefined
      ? undefined
      : foundTemplate(isObject(inputs.template) ? inputs.template : {}, declared.template, status.template);
  const changed = {
    ...(isShared ? {} : { traffics }),
    ...(template === undefined ? {} : { template }),
  };
  return {
    outputs: { ...outputsOf(status), traffics, ...(template === undefined ? {} : { template }) },
    ...(Object.keys(changed).length === 0 ? {} : { inputs: { ...inputs, ...changed } }),
  };
}

/** `gcp:cloudrunv2/service:Service`: processes behind a router with real traffic splitting. */
export const cloudRunPart: LivePart = {
  create: put,
  update: put,
  read: async (resource, { cloud }) => {
    const status = await cloud.getService(resource.id);
    return status === undefined ? undefined : found(resource, status);
  },
  delete: ({ id }, { cloud }) => cloud.deleteService(id),
};
