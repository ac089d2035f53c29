import { type Ledger, ledgerSchema } from "../ledger.ts";
import { LedgerError } from "../ledger-store.ts";

/** Every ledger of a later Slipway says another one. */
const SCHEMA_VERSION = 1;

/**
 * Reads a ledger's text.
 * @param where the store, as messages name it
 * @throws LedgerError that says where it goes wrong; whoever meets it must not write over what is there
 */
export function ledgerFromText(text: string, where: string): Ledger {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(where, `it is no JSON: ${(error as Error).message}`);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new LedgerError(
      `${where} was written by a newer Slipway (schemaVersion ${version}, this one reads ${SCHEMA_VERSION}): update this one. Nothing was changed.`,
    );
  }
  const { data, error } = ledgerSchema.safeParse(value);
  if (error === undefined) return data;
  const [first] = error.issues;
  const path = (first?.path ?? []).map((part) => `[${JSON.stringify(part)}]`).join("");
  throw unreadable(where, `${path === "" ? "at its top" : `at ${path}`}: ${first?.message}`);
}

function unreadable(where: string, why: string): LedgerError {
  return new LedgerError(
    `${where} holds something that is no ledger, ${why}. Nothing was changed. Mend it by hand, put an earlier copy back, or move it away to begin with an empty one: then the stack file says again which versions run.`,
  );
}

/**
 * A ledger as text, one that `ledgerFromText` reads.
 * @throws LedgerError where it isn't one: what can't be read back is never written
 */
export function ledgerToText(ledger: Ledger, where: string, indent?: number): string {
  const text = `${JSON.stringify(ledger, undefined, indent)}\n`;
  try {
    ledgerFromText(text, "what was to be written");
  } catch (error) {
    throw new LedgerError(`${where} is left as it is: ${(error as Error).message}`);
  }
  return text;
}

/** An error in its own words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
