import { seconds } from "../units.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Flag, Setting } from "./flag.ts";

/** Folder that a container finds its flags in: one file each, named like the flag. */
export const FLAGS_FOLDER = "/flags";

/** What flags and settings become. */
export interface FlagsPlan {
  /** Files: flags, and settings that are read again while the application runs. */
  readonly data: Readonly<Record<string, string>>;
  /** Variables: settings that are read at the start only. */
  readonly environment: Readonly<Record<string, string>>;
  readonly catalogue: Readonly<Record<string, CatalogueEntry>>;
}

/** Flags or settings, by name. */
export type Declared = Readonly<Record<string, Flag | Setting>>;

/** A number in digits alone, as every language reads it: never `1e-7`. */
export function plainNumber(value: number): string {
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${whole}${fraction}`;
}

/** A number of a setting in its own unit. @throws RangeError that quotes a length of time it can't read */
function amount(kind: Setting["kind"], value: string | number): number {
  if (typeof value === "number") return value;
  const scaled = seconds(value as `${number} s`) * (kind === "milliseconds" ? 1000 : 1);
  // 1.1 × 1000 is not always 1100 in binary; no unit is finer than a millionth.
  return Math.round(scaled * 1e6) / 1e6;
}

/** What the cluster says of one declaration. @throws RangeError; see {@link amount} */
export function catalogueEntry(declared: Flag | Setting): CatalogueEntry {
  const explained = { why: declared.why, ...(declared.off === undefined ? {} : { off: declared.off }) };
  switch (declared.kind) {
    case "switch":
      return { kind: "switch", ...explained };
    case "choice":
      return { kind: "choice", of: declared.of, ...explained };
  }
  const bounds =
    declared.kind === "text"
      ? {}
      : {
          ...(declared.min === undefined ? {} : { min: amount(declared.kind, declared.min) }),
          ...(declared.max === undefined ? {} : { max: amount(declared.kind, declared.max) }),
        };
  const atStart = declared.reload === false ? { atStart: declaredText(declared) } : {};
  return { kind: declared.kind, ...bounds, ...explained, ...atStart };
}

/** A value as the application reads it. @throws RangeError; see {@link amount} */
export function declaredText(declared: Flag | Setting): string {
  switch (declared.kind) {
    case "switch":
      return declared.default ? "1" : "0";
    case "choice":
      return declared.default;
    case "text":
      return declared.value;
    default:
      return plainNumber(amount(declared.kind, declared.value));
  }
}

/**
 * What flags and settings become, in the order of their names.
 * @throws RangeError where a length of time can't be read; {@link flagsProblems} says so first
 */
export function planFlags(flags: Declared, settings: Declared): FlagsPlan {
  const all = Object.entries({ ...flags, ...settings }).sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = (atStart: boolean) =>
    all
      .filter(([, each]) => ("reload" in each && each.reload === false) === atStart)
      .map(([name, each]) => [name, declaredText(each)] as const);
  return {
    data: Object.fromEntries(texts(false)),
    environment: { ...Object.fromEntries(texts(true)), FLAGS_DIR: FLAGS_FOLDER },
    catalogue: Object.fromEntries(all.map(([name, each]) => [name, catalogueEntry(each)])),
  };
}
