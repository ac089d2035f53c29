import type { PolicyResult } from "../../policies/core/evaluate.ts";
import { appliesTo, type Pack } from "../../policies/core/policy.ts";
import { enforcementOf, type PolicySettings } from "../../policies/core/settings.ts";

/** How many of a pack's policies hold. */
export interface PackScore {
  readonly pack: string;
  /** Policies that are not turned off, look at a resource that is there, and could be judged. */
  readonly asked: number;
  /** Those of them without a mandatory finding that nobody answers for. */
  readonly held: number;
  /** Policies that could not be judged, in neither of the counts. */
  readonly notEvaluated: number;
}

/** The scores of packs over resources of these types. Pure. */
export function scoresOf(
  packs: readonly Pack[],
  settings: PolicySettings,
  types: ReadonlySet<string>,
  results: readonly PolicyResult[],
): PackScore[] {
  const byPolicy = Map.groupBy(results, ({ policy }) => policy);
  return packs.map((pack) => {
    const applying = pack.policies.filter(
      (policy) =>
        enforcementOf(settings, pack, policy) !== "disabled" &&
        [...types].some((type) => appliesTo(policy, type)),
    );
    const standing = applying.map(({ id }) => standingOf(byPolicy.get(id) ?? []));
    const count = (one: Standing) => standing.filter((each) => each === one).length;
    return {
      pack: pack.name,
      asked: count("held") + count("failed"),
      held: count("held"),
      notEvaluated: count("not evaluated"),
    };
  });
}

type Standing = "held" | "failed" | "not evaluated";

function standingOf(results: readonly PolicyResult[]): Standing {
  const open = results.filter(({ exemption, level }) => exemption === undefined && level === "mandatory");
  if (open.some(({ status }) => status !== "not evaluated")) return "failed";
  return open.length > 0 ? "not evaluated" : "held";
}

/** Several judgements' scores in one: of parts that were judged each by itself. */
export function sumScores(parts: readonly (readonly PackScore[])[]): PackScore[] {
  const byPack = Map.groupBy(parts.flat(), ({ pack }) => pack);
  return [...byPack].map(([pack, scores]) => {
    const total = (field: "asked" | "held" | "notEvaluated") =>
      scores.reduce((sum, one) => sum + one[field], 0);
    return { pack, asked: total("asked"), held: total("held"), notEvaluated: total("notEvaluated") };
  });
}

/** Share of what was asked that holds, in whole percent, rounded down: 100 means all. Undefined where nothing was asked. */
export function scorePercent({ asked, held }: Pick<PackScore, "asked" | "held">): number | undefined {
  return asked === 0 ? undefined : Math.floor((100 * held) / asked);
}
