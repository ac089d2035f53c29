import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { secondsIn } from "../duration.ts";

/** One condition of Cloud Monitoring on how fast an SLO's budget burns. */
export interface BurnCondition {
  readonly policy: Subject;
  /** The condition's own place. */
  readonly at: Property;
  readonly filter: Property;
  /** Full name of the SLO. */
  readonly slo: string;
  /** Undefined where it is no length of time. */
  readonly lookbackSeconds: number | undefined;
  readonly threshold: Property;
}

const SELECTOR = /select_slo_burn_rate\(\s*"([^"]*)"\s*,\s*"([^"]*)"\s*\)/;

/**
 * The burn conditions of an alert policy.
 * @throws MalformedRead, and UnknownRead where one's filter is not known and may select a burn rate
 */
export function burnConditions(policy: Subject): BurnCondition[] {
  return policy.props
    .at("conditions")
    .items()
    .flatMap((at) => {
      const threshold = at.at("conditionThreshold");
      const filter = threshold.at("filter");
      // A burn rate is aggregated by its selector: what has aggregations is something else, whatever its filter will be.
      if (!filter.known && threshold.at("aggregations").present) return [];
      const match = SELECTOR.exec(filter.text() ?? "");
      if (match === null) return [];
      const [, slo = "", lookback = ""] = match;
      return [
        {
          policy,
          at,
          filter,
          slo,
          lookbackSeconds: secondsIn(lookback),
          threshold: threshold.at("thresholdValue"),
        },
      ];
    });
}

/** The id at the end of an SLO's full name. */
export function sloId(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The service in an SLO's full name, `projects/p/services/SERVICE/serviceLevelObjectives/ID`. */
export function sloService(name: string): string | undefined {
  return /\/services\/([^/]+)\/serviceLevelObjectives\//.exec(name)?.[1];
}
