import type { Resource } from "@pulumi/pulumi";
import { SlipwayError } from "./errors.ts";
import type { Ledger, LedgerEntry } from "./release/ledger.ts";
import { releasedIn } from "./release/released.ts";

/** Where a stack is on its way to its users. Production is the default posture; the others opt out, visibly. */
export type Environment = "sandbox" | "staging" | "production";

/** What every component of a system shares: stated once by the stack, passed down as it is. */
export interface Scope {
  readonly system: string;
  readonly environment: Environment;
  /** Google Cloud project id. Changing it replaces everything in it. */
  readonly project: string;
  /** Google Cloud region, such as `us-east1`. Changing it replaces everything regional. */
  readonly region: string;
  /** What must exist before anything else of the system: its project's enabled APIs. */
  readonly foundations: readonly Resource[];
  /** What the stack's ledger says of its services' versions, by their names; empty where nothing was released. */
  readonly released: ReadonlyMap<string, LedgerEntry>;
  /** Names given out so far, by kind; see {@link claimName}. */
  readonly names: Map<string, Set<string>>;
}

/** What a stack says of a system. */
export interface ScopeFacts extends Omit<Scope, "foundations" | "released" | "names"> {
  /** The stack's, if it has one. Default: nothing was released. */
  readonly ledger?: Ledger | undefined;
}

/** A scope with nothing in it yet. */
export function newScope({ ledger, ...facts }: ScopeFacts): Scope {
  return { ...facts, foundations: [], released: releasedIn(ledger, facts.system), names: new Map() };
}

/**
 * Takes a physical name of one kind in a scope, so that two declarations can't mean one thing.
 * @throws SlipwayError where the name is taken
 */
export function claimName(scope: Scope, kind: string, name: string): void {
  const taken = scope.names.get(kind) ?? new Set();
  if (taken.has(name)) {
    throw new SlipwayError(scope.system, [
      `there are two ${kind}s named "${name}". Taken so far: ${[...taken].join(", ")}. Rename one of them, or use the one that is there.`,
    ]);
  }
  scope.names.set(kind, taken.add(name));
}

/** Whether a stack's data and addresses must not be lost by mistake. */
export function isProduction(scope: Pick<Scope, "environment">): boolean {
  return scope.environment === "production";
}

/** The labels that every resource carries that can carry labels; policies and bills read them. */
export function labels(scope: Scope, service?: string): Record<string, string> {
  return {
    "managed-by": "slipway",
    environment: scope.environment,
    system: scope.system,
    ...(service === undefined ? {} : { service }),
  };
}
