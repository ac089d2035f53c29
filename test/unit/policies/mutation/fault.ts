import { evaluate, type PolicyResult } from "../../../../policies/core/evaluate.ts";
import {
  appliesTo,
  isResourcePolicy,
  isStackPolicy,
  type Pack,
  type Policy,
  type PolicyResource,
  type ResourcePolicy,
  type StackPolicy,
} from "../../../../policies/core/policy.ts";
import { NO_SETTINGS, type PolicySettings } from "../../../../policies/core/settings.ts";
import { PODS } from "../kubernetes-support.ts";
import { changed } from "../support.ts";

/** Properties as a fault's author looks at them. */
// biome-ignore lint/suspicious/noExplicitAny: a fault reaches into properties of every type.
export type Loose = any;

/** One way in which a resource of a good system can be wrong, and the policy that has to find it. */
export interface Fault {
  readonly name: string;
  readonly types: readonly string[];
  /** Resources that can be wrong in this way. Default: all of the types. */
  readonly where?: (props: Loose, system: readonly PolicyResource[], resource: PolicyResource) => boolean;
  /** The system with the fault in it, at the resource with this index. */
  readonly seed: (system: readonly PolicyResource[], index: number) => readonly PolicyResource[];
  readonly expects: string;
  /** Whether the finding is against another resource than the one with the fault: against what it left alone, say. */
  readonly elsewhere?: true;
}

/** Resources that no policy finds anything in. */
export interface System {
  readonly name: string;
  readonly resources: readonly PolicyResource[];
  /** What it says of the packs. */
  readonly settings?: PolicySettings;
  /** Whether a fault is seeded in one resource of each type only, since another system declares the same at other sizes. */
  readonly alike?: true;
}

type Options = Pick<Fault, "where" | "elsewhere">;

/** A value as it becomes: itself, or made from what was there. */
type To = unknown | ((old: Loose) => unknown);

/** A list with one more in it. */
export function more(entry: object): (old: Loose) => Loose[] {
  const added = (old: Loose) => [...(old ?? []), entry];
  return Object.defineProperty(added, "name", { value: `… and ${JSON.stringify(entry)}` });
}

/** A place by its path: of keys, with list indexes, as messages write it. Undefined where there is none. */
export function valueAt(value: Loose, path: string): Loose {
  const keys = [...path.matchAll(/\[(\d+)\]|\["([^"]+)"\]|([^.[\]]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  return keys.reduce<Loose>((here, key) => here?.[key], value);
}

/** Makes what has to be there before something can lie at the path. */
function withRoom(value: Loose, path: string): Loose {
  const parent = path.replace(/(\[\d+\]|\["[^"]+"\]|\.?[^.[\]]+)$/, "");
  if (parent === "" || parent === path || valueAt(value, parent) !== undefined) return value;
  return changed(withRoom(value, parent), parent, /\[\d+\]$/.test(path) ? [] : {});
}

function replaced(system: readonly PolicyResource[], index: number, props: unknown): PolicyResource[] {
  return system.with(index, { ...(system[index] as PolicyResource), props });
}

/** One place of a resource becomes another value; `undefined` takes it out. */
export function becomes(
  types: string | readonly string[],
  path: string | ((type: string) => string),
  to: To,
  expects: string,
  options: Options = {},
): Fault {
  const pathOf = typeof path === "string" ? () => path : path;
  const all = [types].flat();
  const value = typeof to === "function" ? to.name || "otherwise" : (JSON.stringify(to) ?? "nothing");
  return {
    name: `${all[0]} ${pathOf(all[0] ?? "")}: ${value} → ${expects}`,
    types: all,
    expects,
    seed: (system, index) => {
      const { props, type } = system[index] as PolicyResource;
      const at = pathOf(type);
      const room = to === undefined ? props : withRoom(props, at);
      const next = typeof to === "function" ? to(valueAt(room, at)) : to;
      return replaced(system, index, changed(room, at, next));
    },
    ...options,
  };
}

/** Several places of a resource become others. @param change changes what it is given */
export function alters(
  what: string,
  types: string | readonly string[],
  change: (props: Loose) => void,
  expects: string,
  options: Options = {},
): Fault {
  const all = [types].flat();
  return {
    name: `${all[0]} ${what} → ${expects}`,
    types: all,
    expects,
    seed: (system, index) => {
      const props = structuredClone((system[index] as PolicyResource).props);
      change(props);
      return replaced(system, index, props);
    },
    ...options,
  };
}

const POD_PATHS = new Map(PODS);

/** The same of a pod, wherever its kind of workload keeps that. @param path below the pod's spec */
export function podBecomes(path: string, to: To, expects: string, options: Options = {}): Fault {
  const types = PODS.map(([type]) => type);
  return becomes(types, (type) => `${POD_PATHS.get(type)}.${path}`, to, expects, options);
}

/** The pod's spec of a workload. */
export function podOf(resource: PolicyResource): Loose {
  return valueAt(resource.props, POD_PATHS.get(resource.type) ?? "nowhere");
}

/** A resource isn't there. */
export function goes(types: string | readonly string[], expects: string, options: Options = {}): Fault {
  const all = [types].flat();
  return {
    name: `${all[0]} goes → ${expects}`,
    types: all,
    expects,
    elsewhere: true,
    seed: (system, index) => system.toSpliced(index, 1),
    ...options,
  };
}

/** Something comes to a resource. @param made what, from the resource */
export function comes(
  name: string,
  types: string | readonly string[],
  made: (resource: PolicyResource) => PolicyResource,
  expects: string,
  options: Options = {},
): Fault {
  const all = [types].flat();
  return {
    name: `${all[0]}: ${name} → ${expects}`,
    types: all,
    expects,
    elsewhere: true,
    seed: (system, index) => [...system, made(system[index] as PolicyResource)],
    ...options,
  };
}

/** A resource once more, under another name. @param change what is else about it */
export function again(resource: PolicyResource, change: (props: Loose) => void = () => {}): PolicyResource {
  const props = structuredClone(resource.props) as Loose;
  if (props.metadata !== undefined) props.metadata.name = `${props.metadata.name}-again`;
  change(props);
  return { ...resource, name: `${resource.name}-again`, urn: `${resource.urn}-again`, props };
}

/** What a seeded fault brought about. */
export interface Seeded {
  readonly fault: Fault;
  readonly system: string;
  readonly resource: PolicyResource;
  /** Findings that the system has only with the fault. */
  readonly found: readonly PolicyResult[];
}

/** Judges systems with a fault in them, one after the other, by the policies that can tell a difference. */
export class Seeding {
  readonly #packs: readonly Pack[];
  readonly #before = new Map<string, ReadonlySet<string>>();

  constructor(packs: readonly Pack[]) {
    this.#packs = packs;
  }

  /** Seeds a fault in every resource of a system that it is for. */
  seed(fault: Fault, system: System): Seeded[] {
    const { name, resources, alike } = system;
    const done = new Set<string>();
    return resources.flatMap((resource, index) => {
      if (!fault.types.includes(resource.type) || (alike && done.has(resource.type))) return [];
      if (fault.where !== undefined && !fault.where(resource.props, resources, resource)) return [];
      done.add(resource.type);
      const seeded = fault.seed(resources, index);
      const before = new Set(resources);
      const fresh = seeded.filter((one) => !before.has(one));
      const types = new Set([resource, ...fresh].map(({ type }) => type));
      const known = this.#foundBefore(system);
      const found = [
        ...findings(this.#packsFor(types, "stack"), { ...system, resources: seeded }),
        // What looks at resources one by one can say something new of those alone that are new.
        ...findings(this.#packsFor(types, "resource"), { ...system, resources: fresh }),
      ].filter((result) => !known.has(keyOf(result)));
      return [{ fault, system: name, resource, found }];
    });
  }

  /** Policies that can tell a difference where only resources of these types differ: a policy sees no others. */
  #packsFor(types: ReadonlySet<string>, looksAt: "resource" | "stack"): Pack[] {
    return this.#packs.map((pack) => ({
      ...pack,
      policies: pack.policies.flatMap((policy): Policy[] => {
        if (![...types].some((type) => appliesTo(policy, type))) return [];
        if (looksAt === "stack") return isStackPolicy(policy) ? [withoutCheck(policy)] : [];
        return isResourcePolicy(policy) ? [withoutCheckStack(policy)] : [];
      }),
    }));
  }

  #foundBefore(system: System): ReadonlySet<string> {
    const known = this.#before.get(system.name) ?? new Set(findings(this.#packs, system).map(keyOf));
    this.#before.set(system.name, known);
    return known;
  }
}

/** The half of a policy that looks at stacks. */
function withoutCheck(policy: StackPolicy): StackPolicy {
  const { check: _, ...stack } = policy as StackPolicy & { readonly check?: unknown };
  return stack;
}

/** The half of a policy that looks at single resources. */
function withoutCheckStack(policy: ResourcePolicy): ResourcePolicy {
  const { checkStack: _, ...resource } = policy as ResourcePolicy & { readonly checkStack?: unknown };
  return resource;
}

function keyOf({ policy, urn, message }: PolicyResult): string {
  return JSON.stringify([policy, urn, message]);
}

/** What packs find in a system: what they can't tell is no finding. */
export function findings(
  packs: readonly Pack[],
  { resources, settings = NO_SETTINGS }: Omit<System, "name">,
): PolicyResult[] {
  return evaluate(packs, resources, { settings }).filter(({ status }) => status !== "not evaluated");
}
