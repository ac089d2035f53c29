import { type LedgerEntry, ledgerKey } from "../../../components/release/ledger.ts";
import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import type { Doing } from "../actuator.ts";
import { updateEntry } from "../ledger/update.ts";

/** Revisions of the two versions, as far as they are known. */
export interface RevisionNames {
  readonly stable?: string | undefined;
  readonly candidate?: string | undefined;
}

/**
 * Writes names of revisions where the ledger has none, or the candidate had another one: the program gives traffic by name.
 * @returns the entry as it is now
 * @throws Error where someone else drives the release by now, or the ledger has none of it
 */
export async function nameRevisions(
  store: LedgerStore,
  { state, token }: Pick<Doing, "state" | "token">,
  names: RevisionNames,
): Promise<LedgerEntry> {
  const key = ledgerKey(state.target.system, state.target.service);
  return await updateEntry(store, key, (entry) => {
    const { stable, candidate } = entry;
    if (entry.token !== token) {
      throw new Error(
        `another driver goes on with the release of ${key}, under a newer lease (${entry.token})`,
      );
    }
    if (stable === undefined || candidate === undefined) {
      throw new Error(
        `the ledger ${store.address} has no ${stable === undefined ? "stable version" : "candidate"} of ${key}: begin its release again`,
      );
    }
    const known = {
      stable: stable.revision ?? names.stable,
      candidate: names.candidate ?? candidate.revision,
    };
    if (known.stable === stable.revision && known.candidate === candidate.revision) return entry;
    return {
      ...entry,
      stable: { ...stable, ...(known.stable === undefined ? {} : { revision: known.stable }) },
      candidate: { ...candidate, ...(known.candidate === undefined ? {} : { revision: known.candidate }) },
    };
  });
}
