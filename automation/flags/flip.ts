import type { V1ConfigMap } from "@kubernetes/client-node";
import { OVERRIDES_LABEL, overridesObject, valueProblem } from "../../components/flags/catalogue.ts";
import { nearest } from "../../sandbox/models/nearest.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import type { FlagSet } from "./flag-set.ts";
import { type Change, HISTORY_ANNOTATION, type HistoryEntry, pruneHistory, readHistory } from "./history.ts";

/** What is asked for: a value for each name, null to take its override away; or all overrides taken away. */
export type Wanted = Readonly<Record<string, string | null>> | "clear all";

/** Who asks for it, and why. */
export type Asked = Omit<HistoryEntry, "changes">;

/** What is to be written, and what that changes. */
export interface Flip {
  readonly changes: readonly Change[];
  /** The whole object that holds overrides, as it is to be. */
  readonly object: V1ConfigMap;
}

/** Longest reason, in characters. */
const LONGEST_REASON = 500;

/** Checks a reason: one line that says something. @throws CommandFailure */
export function checkReason(reason: string): string {
  const line = reason.trim().replaceAll(/\s+/g, " ");
  if (line !== "" && line.length <= LONGEST_REASON) return line;
  throw new CommandFailure(
    line === ""
      ? 'the reason is empty: say why, for whoever looks at it later: --reason "replies are wrong since 14:00"'
      : `the reason has ${line.length} characters; ${LONGEST_REASON} are kept: say it shorter`,
    EXIT.usage,
  );
}

/** Reads `NAME=VALUE`s. @throws CommandFailure that quotes what is none, or a name that is given two values */
export function parseAssignments(texts: readonly string[]): Record<string, string> {
  const wanted: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandFailure(
        `"${text}" is not NAME=VALUE, such as USE_UNIFIED_PIPELINE=0. To take an override away: slipway flags clear NAME`,
        EXIT.usage,
      );
    }
    if (Object.hasOwn(wanted, name) && wanted[name] !== value) {
      throw new CommandFailure(`${name} is given two values, "${wanted[name]}" and "${value}"`, EXIT.usage);
    }
    wanted[name] = value;
  }
  return wanted;
}

/** Everything that is wrong with what is asked for. */
function wantedProblems(set: FlagSet, wanted: Wanted, overridden: readonly string[]): string[] {
  if (wanted === "clear all") return [];
  return Object.entries(wanted).flatMap(([name, value]) => {
    const entry = set.catalogue[name];
    // What no program declares any more, or can't be overridden any more, can still be cleared.
    if (value === null && overridden.includes(name)) return [];
    if (entry === undefined) return [unknownProblem(set, name)];
    if (value === null) return [];
    if (entry.atStart !== undefined) {
      return [
        `${name} is read at the start only: change it where it is declared, and deploy; that restarts the pods`,
      ];
    }
    const problem = valueProblem(entry, value);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

function unknownProblem({ name: setName, catalogue }: FlagSet, name: string): string {
  const known = Object.keys(catalogue);
  const near = nearest(name, known);
  return `"${setName}" has no flag ${name}${near === undefined ? `. It has: ${known.join(", ") || "none"}` : `; did you mean ${near}?`}`;
}

/**
 * What one command changes, seen from the object as it is now. The object keeps whatever else is in it.
 * @throws CommandFailure that names everything that is wrong
 */
export function planFlip(set: FlagSet, current: V1ConfigMap | undefined, wanted: Wanted, asked: Asked): Flip {
  const before = current?.data ?? {};
  const problems = wantedProblems(set, wanted, Object.keys(before));
  if (problems.length > 0) throw new CommandFailure(problems.join("\n"), EXIT.usage);
  const values =
    wanted === "clear all" ? Object.fromEntries(Object.keys(before).map((name) => [name, null])) : wanted;
  const declaredOf = (name: string) => set.catalogue[name]?.atStart ?? set.declared[name] ?? null;
  const data = { ...before };
  const changes: Change[] = [];
  for (const [name, value] of Object.entries(values)) {
    const override = before[name] ?? null;
    if (override === value) continue;
    const from = override ?? declaredOf(name);
    if (value === null) {
      delete data[name];
      changes.push({ name, from, to: declaredOf(name), cleared: true });
    } else {
      data[name] = value;
      changes.push({ name, from, to: value });
    }
  }
  const past = readHistory(current?.metadata?.annotations?.[HISTORY_ANNOTATION]);
  const history = pruneHistory([...past, { ...asked, changes }], data);
  return { changes, object: withOverrides(set, current, data, history) };
}

function withOverrides(
  set: FlagSet,
  current: V1ConfigMap | undefined,
  data: Record<string, string>,
  history: readonly HistoryEntry[],
): V1ConfigMap {
  const inherited = ["app.kubernetes.io/part-of", "slipway.dev/environment"].flatMap((label) => {
    const value = set.labels[label];
    return value === undefined ? [] : [[label, value] as const];
  });
  const metadata = current?.metadata ?? {};
  return {
    ...current,
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      ...metadata,
      name: overridesObject(set.name),
      namespace: set.namespace,
      labels: { ...metadata.labels, ...Object.fromEntries(inherited), [OVERRIDES_LABEL]: set.name },
      annotations: { ...metadata.annotations, [HISTORY_ANNOTATION]: JSON.stringify(history) },
    },
    data,
  };
}
