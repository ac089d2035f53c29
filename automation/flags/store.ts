import { setTimeout } from "node:timers/promises";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { overridesObject } from "../../components/flags/catalogue.ts";
import { CommandFailure } from "../exit.ts";
import type { FlagSet } from "./flag-set.ts";
import { type Asked, type Flip, planFlip, type Wanted } from "./flip.ts";

/** Where sets of flags lie: a cluster. */
export interface FlagStore {
  /** The objects that hold what is declared, of one environment. Undefined: of all; all namespaces. */
  list(environment: string | undefined, namespace: string | undefined): Promise<V1ConfigMap[]>;
  read(namespace: string, name: string): Promise<V1ConfigMap | undefined>;
  /**
   * Writes an object as it was read and changed, or makes it where it wasn't there.
   * @returns it as it is now, or undefined where someone else wrote, made or removed it meanwhile: nothing was written
   */
  write(object: V1ConfigMap): Promise<V1ConfigMap | undefined>;
  /** The user that the cluster takes this person for, where it says so. */
  account(): Promise<string | undefined>;
  /** Has the pods that mount an object look at it now. */
  refresh(namespace: string, flagsObject: string, at: string): Promise<Refreshed>;
}

/** What became of telling the pods. */
export interface Refreshed {
  /** Pods that were told, of those that mount the flags. */
  readonly told: number;
  readonly pods: number;
  /** Why some were not. */
  readonly problem?: string;
}

/** Other people's writes that one command may come second to; each costs it a read and a write. */
const MOST_ATTEMPTS = 50;

/**
 * Changes overrides. Of commands at the same time each sees what the others wrote: none is lost, and each is recorded.
 * @throws CommandFailure where what is asked for is wrong, or was not stored as it was written
 */
export async function flip(
  store: FlagStore,
  set: FlagSet,
  wanted: Wanted,
  asked: Asked,
): Promise<Flip["changes"]> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const current = await store.read(set.namespace, overridesObject(set.name));
    const { changes, object } = planFlip(set, current, wanted, asked);
    if (changes.length === 0) return changes;
    const stored = await store.write(object);
    if (stored !== undefined) {
      mustBeStored(changes, stored);
      return changes;
    }
    // Not all of those who came second again at the same moment.
    await setTimeout(Math.random() * 10 * Math.min(attempt, 10));
  }
  throw new CommandFailure(
    `the ConfigMap "${overridesObject(set.name)}" in namespace "${set.namespace}" was changed by others ${MOST_ATTEMPTS} times while this was tried: nothing was changed. Try again.`,
  );
}

/** What the cluster answers is what it keeps; an admission webhook may have changed it. */
function mustBeStored(changes: Flip["changes"], stored: V1ConfigMap): void {
  const wrong = changes.filter(
    ({ name, to, cleared }) => stored.data?.[name] !== (cleared === true ? undefined : to),
  );
  if (wrong.length === 0) return;
  throw new CommandFailure(
    `the cluster did not keep what was written for ${wrong.map(({ name }) => name).join(", ")}: an admission webhook changes the ConfigMap "${stored.metadata?.name}"`,
  );
}
