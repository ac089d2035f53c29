import { randomBytes } from "node:crypto";
import { CloudClient, CloudNotRunningError } from "../../cloud/index.ts";

/** A value for one key of a secret. */
export interface SecretValue {
  /** Base64. */
  readonly data: string;
  /** Where it is from: the local cloud's Secret Manager, or nowhere. */
  readonly source: "cloud" | "made up";
}

/** The value is asked for where it should be, and is not there. */
export class NoSuchSecretError extends Error {}

/** What secrets are read from. */
export interface SecretSource {
  /** @throws NoSuchSecretError */
  readonly read: (project: string | undefined, name: string, version: string) => Promise<SecretValue>;
}

/** Random, and long enough to be a password or a key. */
const madeUp = (): SecretValue => ({
  data: Buffer.from(randomBytes(24).toString("base64url")).toString("base64"),
  source: "made up",
});

/**
 * The local cloud's Secret Manager where it runs and the store names a project; made-up values otherwise, so that
 * what needs a secret can start.
 *
 * @param folder of the local cloud
 */
export async function openSecretSource(folder: string | undefined): Promise<SecretSource> {
  const cloud = folder === undefined ? undefined : await connect(folder);
  if (cloud === undefined) return { read: async () => madeUp() };
  return {
    async read(project, name, version) {
      if (project === undefined) return madeUp();
      const secret = `projects/${project}/secrets/${name}`;
      const id = `${secret}/versions/${version === "latest" ? await latest(cloud, secret) : version}`;
      const payload = await cloud.getSecret(id);
      if (payload === undefined) throw new NoSuchSecretError(`the local cloud has no secret version "${id}"`);
      return { data: Buffer.from(payload).toString("base64"), source: "cloud" };
    },
  };
}

async function connect(folder: string): Promise<CloudClient | undefined> {
  try {
    return await CloudClient.connect(folder);
  } catch (error) {
    if (error instanceof CloudNotRunningError) return undefined;
    throw error;
  }
}

async function latest(cloud: CloudClient, secret: string): Promise<number> {
  const versions = (await cloud.listSecrets())
    .filter(({ id }) => id.startsWith(`${secret}/versions/`))
    .map(({ id }) => Number(id.slice(id.lastIndexOf("/") + 1)));
  if (versions.length === 0) throw new NoSuchSecretError(`the local cloud has no secret "${secret}"`);
  return Math.max(...versions);
}
