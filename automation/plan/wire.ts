/**
 * Values as Pulumi's SDK hands them to the engine: plain JSON, in which unknowns, secrets, assets and references to
 * resources are marked by signatures of its own (`@pulumi/pulumi/runtime/rpc`).
 */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [key: string]: Wire };

/** Named values on the wire. */
export type WireMap = { readonly [key: string]: Wire };

/** Plain JSON, as it is written out. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What an unknown is on the wire. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What stands for a secret in everything that is written out. */
export const secretText = "[secret]";
/** What stands for a value that is known only once the resource exists. */
export const unknownText = "[unknown]";

/** The value as a secret on the wire. */
export function secretWire(value: Wire): Wire {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** Whether the value itself, not only something in it, is marked as secret. */
export function isSecret(value: Wire): boolean {
  return isObject(value) && value[signatureKey] === secretSignature;
}

function isObject(value: Wire): value is WireMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What to make of the parts of a wire value that JSON doesn't have. */
export interface WireReader<Result> {
  /** A value that only exists once something was deployed. */
  unknown(): Result;
  /** A secret; `inner` is its value, already read. */
  secret(inner: () => Result): Result;
  /** A reference to another resource, by what identifies it: its id if that is known, else its URN. */
  reference(urn: string, id: Result | undefined): Result;
  /** A file or archive, by what it is made of (`text`, `path`, `uri`, or `assets`). */
  asset(kind: "asset" | "archive", parts: { [key: string]: Result }): Result;
  /** Everything else. */
  scalar(value: null | boolean | number | string): Result;
  list(items: Result[]): Result;
  map(entries: { [key: string]: Result }): Result;
}

/** Reads a wire value part by part, keys in their own order. */
export function readWire<Result>(value: Wire, reader: WireReader<Result>): Result {
  if (value === unknownValue) return reader.unknown();
  if (value === null || typeof value !== "object") return reader.scalar(value);
  if (Array.isArray(value)) return reader.list(value.map((item) => readWire(item, reader)));
  const map = value as WireMap;
  switch (map[signatureKey]) {
    case undefined:
      return reader.map(readEntries(map, reader));
    case secretSignature:
      return reader.secret(() => readWire(map["value"] ?? null, reader));
    case resourceSignature:
      return reader.reference(String(map["urn"]), referencedId(map["id"], reader));
    case assetSignature:
      return reader.asset("asset", readEntries(map, reader));
    case archiveSignature:
      return reader.asset("archive", readEntries(map, reader));
    case outputSignature: {
      const known = map["value"] === undefined ? reader.unknown() : readWire(map["value"], reader);
      return map["secret"] === true ? reader.secret(() => known) : known;
    }
    default:
      throw new Error(
        `Pulumi's SDK sent a value with the signature ${String(map[signatureKey])}, which this version does not know`,
      );
  }
}

function referencedId<Result>(id: Wire | undefined, reader: WireReader<Result>): Result | undefined {
  return id === undefined || id === "" ? undefined : readWire(id, reader);
}

function readEntries<Result>(map: WireMap, reader: WireReader<Result>): { [key: string]: Result } {
  const entries: [string, Result][] = [];
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (key !== signatureKey && value !== undefined) entries.push([key, readWire(value, reader)]);
  }
  return Object.fromEntries(entries);
}

const display: WireReader<Json> = {
  unknown: () => unknownText,
  secret: () => secretText,
  reference: (urn, id) => (id === undefined || id === unknownText ? urn : id),
  asset: (kind, parts) => ({ [kind]: sortedKeys(parts) }),
  scalar: (value) => value,
  list: (items) => items,
  map: sortedKeys,
};

/** A value as it is written out: secrets and unknowns replaced by what stands for them, keys sorted. */
export function displayWire(value: Wire): Json {
  return readWire(value, display);
}

/** The same entries, by key in the order of their characters' codes, so that it depends on no locale. */
export function sortedKeys<Value>(map: { readonly [key: string]: Value }): { [key: string]: Value } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Texts of a program's values: those that some value marks as secret, and those that some value states in the clear. */
export interface KnownTexts {
  readonly secret: Set<string>;
  readonly clear: Set<string>;
}

/** Adds every text in a value to those known. */
export function collectTexts(value: Wire, known: KnownTexts, inSecret = false): void {
  if (typeof value === "string") {
    if (value !== unknownValue) (inSecret ? known.secret : known.clear).add(value);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const secret = inSecret || isSecret(value);
  for (const [key, part] of Object.entries(value)) {
    if (key !== signatureKey) collectTexts(part as Wire, known, secret);
  }
}
