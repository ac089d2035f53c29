import type { Property } from "../../core/property.ts";
import { attempt } from "../../core/unknown.ts";
import { objectivesOf, type ServiceFacts } from "../facts.ts";

/** What a gate of a release tells: whether requests fail, whether they take long, or something else. */
type About = "errors" | "latency" | "other";

/** One gate of a release plan. */
export interface GateFacts {
  readonly about: About;
  readonly at: Property;
  /** Whether it doesn't count where nothing was measured. An objective's always waits. */
  readonly skips: boolean;
}

const OBJECTIVES: Readonly<Record<string, About>> = {
  availability: "errors",
  health: "errors",
  ratio: "errors",
  queries: "errors",
  latency: "latency",
  delta: "latency",
};

const LIMITS: Readonly<Record<string, About>> = {
  errors: "errors",
  ratio: "errors",
  latency: "latency",
  "mean-latency": "latency",
};

/** Objectives of a service, by name. */
function byName(facts: ServiceFacts): ReadonlyMap<string | undefined, Property> {
  return new Map(objectivesOf(facts).map((objective) => [objective.at("name").text(), objective]));
}

/** The objectives that a plan's gates name; undefined for one that is not there. */
export function gateObjectives(
  facts: ServiceFacts,
): readonly { readonly at: Property; readonly objective: Property | undefined }[] {
  const objectives = byName(facts);
  return facts.release
    .at("gates")
    .items()
    .map((at) => ({ at, objective: objectives.get(at.text()) }));
}

/** All gates of a plan: objectives, thresholds, comparisons. @throws UnknownRead, MalformedRead */
export function gatesOf(facts: ServiceFacts): readonly GateFacts[] {
  const skips = (gate: Property) => gate.at("noData").text() === "skip";
  return [
    ...gateObjectives(facts).flatMap(({ at, objective }) =>
      objective === undefined
        ? []
        : [{ about: OBJECTIVES[objective.at("kind").text() ?? ""] ?? ("other" as const), at, skips: false }],
    ),
    ...facts.release
      .at("thresholds")
      .items()
      .map((at) => ({
        about: LIMITS[at.at("limit", "kind").text() ?? ""] ?? ("other" as const),
        at,
        skips: skips(at),
      })),
    ...facts.release
      .at("comparisons")
      .items()
      .map((at) => ({
        // A histogram's name, or the share of two counters.
        about: attempt(() => at.at("metric").text()).unread ? ("errors" as const) : ("latency" as const),
        at,
        skips: skips(at),
      })),
  ];
}
