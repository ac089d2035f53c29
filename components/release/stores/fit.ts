import type { EndedRelease, Ledger } from "../ledger.ts";
import { LedgerError } from "../ledger-store.ts";
import { ledgerToText } from "./text.ts";

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/**
 * A ledger as text that fits. Ended releases go first, the oldest of all services before any other; nothing else ever does.
 * @param limit in bytes
 * @throws LedgerError where it doesn't fit without any of them
 */
export function ledgerToFit(ledger: Ledger, limit: number, where: string): string {
  const text = ledgerToText(ledger, where);
  const size = Buffer.byteLength(text);
  if (size <= limit) return text;
  const oldestFirst = Object.values(ledger.services)
    .flatMap(({ history }) => history)
    .sort((one, other) => Date.parse(one.ended) - Date.parse(other.ended));
  const dropped = new Set<EndedRelease>();
  let left = size;
  for (const release of oldestFirst) {
    if (left <= limit) break;
    dropped.add(release);
    left -= sizeOf(release);
  }
  if (left > limit) {
    throw new LedgerError(
      `${where} would have ${left} bytes without any ended release, and ${limit} fit. Nothing was written. Keep it in a bucket (gs://BUCKET/PATH.json), or give some of its systems a stack, and a ledger, of their own.`,
    );
  }
  const services = Object.fromEntries(
    Object.entries(ledger.services).map(([key, entry]) => [
      key,
      { ...entry, history: entry.history.filter((release) => !dropped.has(release)) },
    ]),
  );
  return ledgerToText({ ...ledger, services }, where);
}
