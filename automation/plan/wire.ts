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
function isSecret(value: Wire): boolean {
  return isObject(value) && value[signatureKey] === secretSignature;
}

function isObject(value: Wire): value is WireMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Why a value can't be told, if so: it is a secret, or known only once a resource exists. What is in it is not looked at. */
export function untold(value: Wire): "secret" | "unknown" | undefined {
  if (value === unknownValue) return "unknown";
  if (!isObject(value)) return undefined;
  switch (value[signatureKey]) {
    case secretSignature:
      return "secret";
    case outputSignature:
      if (value.secret === true) return "secret";
      return value.value === undefined ? "unknown" : untold(value.value);
    case resourceSignature:
      return value.id === undefined || value.id === "" ? "unknown" : untold(value.id);
    default:
      return undefined;
  }
}

/** The value as a mapping that bears none of the SDK's marks; undefined where it is something else. */
export function plainMap(value: Wire | undefined): WireMap | undefined {
  return value !== undefined && isObject(value) && value[signatureKey] === undefined ? value : undefined;
}

/** A value as it is written out: secrets and unknowns replaced by what stands for them, keys sorted. */
export function displayWire(value: Wire): Json {
  if (value === unknownValue) return unknownText;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(displayWire);
  const map = value as WireMap;
  switch (map[signatureKey]) {
    case undefined:
      return displayEntries(map);
    case secretSignature:
      return secretText;
    case resourceSignature:
      // Another resource: by its id if that is known, else by its URN.
      return map.id === undefined || map.id === "" || map.id === unknownValue
        ? displayWire(map.urn ?? null)
        : displayWire(map.id);
    case assetSignature:
      return { asset: displayEntries(assetParts(map)) };
    case archiveSignature:
      return { archive: displayEntries(assetParts(map)) };
    case outputSignature:
      if (map.secret === true) return secretText;
      return map.value === undefined ? unknownText : displayWire(map.value);
    default:
      throw new Error(
        `Pulumi's SDK sent a value with the signature ${String(map[signatureKey])}, which this version does not know`,
      );
  }
}

/** What an asset is made of (`text`, `path`, `uri`, `assets`), without the marks of the SDK's own classes. */
function assetParts(map: WireMap): WireMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith("__")));
}

function displayEntries(map: WireMap): { [key: string]: Json } {
  const entries = Object.entries(map).filter(([key]) => key !== signatureKey);
  return sortedKeys(Object.fromEntries(entries.map(([key, value]) => [key, displayWire(value)])));
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
