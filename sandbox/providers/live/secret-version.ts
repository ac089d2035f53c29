import type { CloudClient } from "../../cloud/client.ts";
import { type Properties, valueAt } from "../../models/values.ts";
import type { LivePart } from "./live.ts";

function payloadOf(inputs: Properties): Buffer {
  const text = String(inputs.secretData ?? inputs.secretDataWo ?? "");
  return inputs.isSecretDataBase64 === true ? Buffer.from(text, "base64") : Buffer.from(text);
}

/** `projects/P/secrets/S/versions/` of a version whose id the model made. */
function prefixOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/") + 1);
}

/**
 * The version that this resource made before it was interrupted, or the next free number. An interrupted run leaves a
 * version with the same owner and the same payload: it is adopted.
 */
async function numberFor(cloud: CloudClient, prefix: string, urn: string, payload: Buffer): Promise<string> {
  const versions = (await cloud.listSecrets()).filter(({ id }) => id.startsWith(prefix));
  for (const { id, owner } of versions) {
    if (owner !== urn) continue;
    const before = await cloud.getSecret(id);
    if (before !== undefined && payload.equals(before)) return id.slice(prefix.length);
  }
  return String(1 + Math.max(0, ...versions.map(({ id }) => Number(id.slice(prefix.length)))));
}

/** Numbers are drawn one after another: two versions of one secret in one run must not draw the same. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work, work);
  last = result;
  return result;
}

/** `gcp:secretmanager/secretVersion:SecretVersion`: the payload lies encrypted in the cloud, for services to mount. */
export const secretVersionPart: LivePart = {
  create: ({ urn, id, inputs }, { cloud }) =>
    inTurn(async () => {
      const prefix = prefixOf(id);
      const payload = payloadOf(inputs);
      const version = await numberFor(cloud, prefix, urn, payload);
      await cloud.putSecret(`${prefix}${version}`, urn, payload);
      return { id: `${prefix}${version}`, outputs: { version, name: `${prefix}${version}` } };
    }),
  update: async ({ urn, id, inputs }, { cloud }) => {
    await cloud.putSecret(id, urn, payloadOf(inputs));
    return { outputs: {} };
  },
  read: async ({ id }, { cloud }) =>
    (await cloud.getSecret(id)) === undefined ? undefined : { outputs: {} },
  delete: async ({ id, outputs }, { cloud }) => {
    if (valueAt(outputs, "deletionPolicy") !== "ABANDON") await cloud.deleteSecret(id);
  },
};
