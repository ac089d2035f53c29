import type { RolloutState } from "../machine/state.ts";

/** Names of the two versions that share a service's traffic, as far as they are known. */
export interface Versions {
  readonly candidate: string | undefined;
  readonly stable: string | undefined;
}

/** One entry of a service's traffic on Cloud Run, or on the local cloud. */
export interface Target {
  /** Undefined: the latest revision that is ready. */
  readonly revision: string | undefined;
  readonly percent: number;
  /** Gives the revision an address of its own. */
  readonly tag?: string;
}

/** The revisions of a release: as staging found them, or else as they were known before. */
export function versionsOf({ staged, candidate, stable }: RolloutState): Versions {
  return {
    candidate: staged?.candidate ?? candidate.revision,
    stable: staged?.stable ?? stable.revision,
  };
}

/** Percent of the traffic that a revision has, by its name or as the latest. */
export function shareOf(
  targets: readonly Target[],
  revision: string | undefined,
  latest: string | undefined,
): number {
  if (revision === undefined) return 0;
  return targets
    .filter((target) => (target.revision ?? latest) === revision)
    .reduce((sum, { percent }) => sum + percent, 0);
}

/** Whether the candidate has so much, and the stable version all the rest, each by its name. */
export function isShared(
  targets: readonly Target[],
  { candidate, stable }: Versions,
  weight: number,
  latest: string | undefined,
): boolean {
  // Nothing was ever stable here: all that can be asked is that the candidate has nothing.
  if (weight === 0 && stable === undefined) return shareOf(targets, candidate, latest) === 0;
  return (
    (weight === 0 || shareOf(targets, candidate, undefined) === weight) &&
    (weight === 100 || shareOf(targets, stable, undefined) === 100 - weight)
  );
}

/**
 * The same traffic with so much for the candidate and the rest for the stable version, both by name: the latest revision is
 * whatever was deployed last. Tags stay where they are; what else had a share has none.
 *
 * @throws Error where a version that is to have a share has no name
 */
export function shareOut(
  targets: readonly Target[],
  { candidate, stable }: Versions,
  weight: number,
): Target[] {
  const shared: Target[] = targets
    .filter(({ tag }) => tag !== undefined)
    .map((target) => ({ ...target, percent: 0 }));
  const give = (revision: string | undefined, percent: number, unnamed: string) => {
    if (percent === 0) return;
    if (revision === undefined) throw new Error(`no traffic can be given by name: ${unnamed}`);
    const own = shared.findIndex((target) => target.revision === revision);
    if (own < 0) shared.push({ revision, percent });
    else shared[own] = { ...(shared[own] as Target), percent };
  };
  give(candidate, weight, "the candidate was never deployed");
  give(stable, 100 - weight, "nothing was stable before this release; move it by hand");
  return shared;
}
