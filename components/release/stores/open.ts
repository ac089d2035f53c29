import { resolve } from "node:path";
import { LedgerError, type LedgerStore } from "../ledger-store.ts";
import { ledgerAddressProblem, ledgerPlace } from "./address.ts";
import type { ClusterOptions } from "./cluster.ts";
import { ConfigMapLedger } from "./config-map.ts";
import { FileLedger } from "./file.ts";
import { GcsLedger } from "./gcs.ts";

/** What an address alone doesn't say. */
export interface LedgerOptions extends ClusterOptions {
  /** What a `file:` address is relative to. Default: the current folder. */
  readonly folder?: string;
}

/**
 * The ledger at an address; asks nothing yet, and loads no client of a cloud before it is asked.
 * @param address `file:PATH`, `gs://BUCKET/PATH.json` or `kubernetes://NAMESPACE/NAME`
 * @throws LedgerError where the address is none, with the forms that there are
 */
export function openLedger(address: string, options: LedgerOptions = {}): LedgerStore {
  const place = ledgerPlace(address);
  switch (place?.kind) {
    case "file":
      return new FileLedger(address, resolve(options.folder ?? ".", place.path));
    case "gcs":
      return new GcsLedger(address, place);
    case "config-map":
      return new ConfigMapLedger(address, place, options);
    case undefined:
      throw new LedgerError(ledgerAddressProblem(address) ?? `"${address}" is no address of a ledger`);
  }
}
