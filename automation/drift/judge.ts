import { evaluate, type PolicyResult } from "../../policies/core/evaluate.ts";
import type { Pack, PolicyResource } from "../../policies/core/policy.ts";
import type { PolicySettings } from "../../policies/core/settings.ts";
import { plainMap, secretText, secretWire, unknownValue, untold, type Wire } from "../plan/wire.ts";
import { stateAt } from "./changes.ts";
import { isGone, type Observed } from "./events.ts";
import { overlap, stepsOf } from "./path.ts";

/** A policy that what is really there breaks, and what was deployed did not. */
export interface Broken {
  readonly result: PolicyResult;
  /** URNs of the resources whose change breaks it; all of them where it takes several. */
  readonly causes: readonly string[];
}

/** What the engine says in the clear, with the marks of secrets that the state has. */
function marked(now: unknown, before: Wire | undefined): Wire {
  if (now === secretText)
    return before !== undefined && untold(before) === "secret" ? before : secretWire(unknownValue);
  if (Array.isArray(now))
    return now.map((item, index) =>
      marked(item, Array.isArray(before) ? (before as Wire[])[index] : undefined),
    );
  if (typeof now !== "object" || now === null) return now as Wire;
  const map = plainMap(before);
  return Object.fromEntries(Object.entries(now).map(([key, item]) => [key, marked(item, map?.[key])]));
}

/** Top-level properties in which a resource differs. */
function touched(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => String(stepsOf(path)[0])))];
}

/** Properties with those of some keys as they were, or as they are. What the program left open is read from what came of it. */
function withState(
  props: { readonly [key: string]: Wire },
  state: Observed["old"],
  keys: readonly string[],
): { readonly [key: string]: Wire } {
  const changed = { ...props };
  for (const key of keys) {
    const value = stateAt(state, [key]);
    if (value === undefined) delete changed[key];
    else changed[key] = marked(value, props[key]);
  }
  return changed;
}

/** A drifted resource, and where it differs. */
export interface Drifted {
  readonly observed: Observed;
  readonly paths: readonly string[];
}

/** A stack's resources as packs judge them: as they were deployed, and with some of what changed since. */
function asFound(
  subjects: readonly PolicyResource[],
  drifted: ReadonlyMap<string, Drifted>,
  which: (urn: string) => "before" | "now",
): PolicyResource[] {
  return subjects.flatMap((subject) => {
    const one = drifted.get(subject.urn);
    if (one === undefined) return subject;
    const now = which(subject.urn) === "now";
    if (isGone(one.observed)) return now ? [] : subject;
    const props = plainMap(subject.props as Wire) ?? {};
    const state = now ? one.observed.new : one.observed.old;
    return { ...subject, props: withState(props, state, touched(one.paths)) };
  });
}

const keyOf = ({ policy, urn, path, message, status }: PolicyResult) =>
  JSON.stringify([policy, urn, status === "not evaluated", path ?? message]);

/**
 * Which policies are broken by what was changed outside: judged over the state and over what is there, the findings that are
 * new. Pure. @param subjects the state's resources
 */
export function brokenBy(
  subjects: readonly PolicyResource[],
  drifted: ReadonlyMap<string, Drifted>,
  packs: readonly Pack[],
  settings: PolicySettings,
): Broken[] {
  const judged = (which: (urn: string) => "before" | "now") =>
    evaluate(packs, asFound(subjects, drifted, which), { settings });
  const known = new Set(judged(() => "before").map(keyOf));
  const fresh = judged(() => "now").filter(
    (result) =>
      !known.has(keyOf(result)) && result.status !== "not evaluated" && result.pack !== "exemptions",
  );
  const alone = new Map<string, ReadonlySet<string>>();
  const breaksAlone = (urn: string, key: string): boolean => {
    const keys = alone.get(urn) ?? new Set(judged((one) => (one === urn ? "now" : "before")).map(keyOf));
    alone.set(urn, keys);
    return keys.has(key);
  };
  return fresh.map((result) => {
    const own = drifted.get(result.urn);
    if (own?.paths.some((path) => overlap(path, result.path ?? ""))) return { result, causes: [result.urn] };
    const causes = [...drifted.keys()].filter((urn) => breaksAlone(urn, keyOf(result)));
    return { result, causes: causes.length > 0 ? causes : [...drifted.keys()] };
  });
}
