import { createHash } from "node:crypto";

/** Eight hexadecimal digits of whatever is given: same content, same digits. Keys' order doesn't matter. */
export function contentHash(content: unknown): string {
  const canonical = JSON.stringify(content, (_key, value) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(canonical).digest("hex").slice(0, 8);
}
