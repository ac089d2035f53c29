import { resolve } from "node:path";
import { LedgerError, type LedgerStore } from "../ledger-store.ts";
import { ledgerAddressProblem, ledgerPlace } from "./address.ts";
import { FileLedger } from "./file.ts";

/** What an address alone doesn't say. */
export interface LedgerOptions {
  /** What a `file:` address is relative to. Default: the current folder. */
  readonly folder?: string;
}

/**
 * The ledger at an address; asks nothing yet.
 * @throws LedgerError where the address is none, with the forms that there are
 */
export function openLedger(address: string, options: LedgerOptions = {}): LedgerStore {
  const place = ledgerPlace(address);
  switch (place?.kind) {
    case "file":
      return new FileLedger(address, resolve(options.folder ?? ".", place.path));
    default:
      throw new LedgerError(ledgerAddressProblem(address) ?? address);
  }
}
