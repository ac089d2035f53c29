import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { sandboxPaths } from "../../sandbox/paths.ts";
import type { Report } from "../../sandbox/progress.ts";
import type { Session } from "./session.ts";
import type { StateResource } from "./state.ts";

/** Whether the file backend holds a lock on a stack: a file under `locks/ORGANIZATION/PROJECT/STACK`. */
async function isLocked(state: string, stack: string): Promise<boolean> {
  const locks = await readdir(join(state, ".pulumi", "locks"), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return locks.some((entry) => entry.isFile() && basename(entry.parentPath) === stack);
}

/**
 * Puts right what an interrupted run left in the sandbox's state, before the next one: its lock, and the operations it was
 * in the middle of. Creating is idempotent in the sandbox (names are fixed), so that what was half made is taken over.
 * Only for the sandbox: elsewhere, what is pending is for the operator to judge, and Pulumi says so.
 */
export async function recoverState(session: Session, report: Report): Promise<void> {
  const { target, stack, cloud, pulumi } = session;
  if (cloud === undefined) return;
  if (await isLocked(sandboxPaths(target.root).state, target.stack)) {
    // This process holds the sandbox's own lock on the stack: whoever left this one is gone.
    report("an earlier run was interrupted: taking over its lock");
    await stack.cancel();
  }
  const state = await pulumi.exportState();
  const { pending_operations: pending = [], ...deployment } = state.deployment as {
    pending_operations?: unknown[];
  };
  if (pending.length === 0) return;
  report(`an earlier run was interrupted in ${pending.length} operations: going on from there`);
  await pulumi.importState({ ...state, deployment });
}

/** Removes what the local cloud holds for this stack although its state does not know it. @returns what was removed */
export async function removeOrphans(
  { cloud, target }: Session,
  deployed: readonly StateResource[],
): Promise<string[]> {
  if (cloud === undefined) return [];
  const known = new Set(deployed.map(({ urn }) => urn));
  const orphan = ({ owner }: { owner: string }) =>
    owner.startsWith(`urn:pulumi:${target.stack}::`) && !known.has(owner);
  const services = (await cloud.listServices()).filter(orphan);
  const secrets = (await cloud.listSecrets()).filter(orphan);
  for (const { id } of services) await cloud.deleteService(id);
  for (const { id } of secrets) await cloud.deleteSecret(id);
  return [...services, ...secrets].map(({ id }) => id);
}
