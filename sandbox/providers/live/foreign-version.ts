import { randomBytes } from "node:crypto";
import type { CloudClient } from "../../cloud/client.ts";

/** Owner of what no resource made: an interrupted run's left-overs are told by theirs, and these are nobody's. */
const OWNER = "someone-else";

/**
 * A program may pin a version that a person or a rotator puts into the real Secret Manager. Nobody does that here, so the
 * sandbox makes a value up, once, for a version of a secret that no resource has versions of.
 * @param name `projects/P/secrets/S/versions/N`, N a number
 */
export async function ensureForeignVersion(cloud: CloudClient, name: string): Promise<void> {
  const prefix = name.slice(0, name.lastIndexOf("/") + 1);
  if (!/^[1-9]\d*$/.test(name.slice(prefix.length))) return;
  const versions = (await cloud.listSecrets()).filter(({ id }) => id.startsWith(prefix));
  if (versions.some(({ id, owner }) => id === name || owner !== OWNER)) return;
  await cloud.putSecret(name, OWNER, `made-up-by-the-sandbox-${randomBytes(12).toString("hex")}`);
}
