import { createHash } from "node:crypto";
import type { MonitoringFacts } from "../alerting/facts.ts";

/** Longest uid that Grafana takes. */
const LONGEST = 40;

/** What stands in the place of a service's name for the dashboard of a system's smoke tests. */
export const SMOKE_DASHBOARD = "smoke";

type Named = Pick<MonitoringFacts, "system" | "environment">;

/**
 * A dashboard's uid: the same for the same names, so that links and bookmarks outlive every deployment. What is too long is
 * cut, and told apart by a hash of the whole. `_` stands between system and service, since both may hold `-`.
 * @param service none: the system's own dashboard
 */
export function dashboardUid({ system, environment }: Named, service?: string): string {
  const name = service === undefined ? system : `${system}_${service}`;
  const uid = `slipway-${name}-${environment}`;
  if (uid.length <= LONGEST) return uid;
  const hash = createHash("sha256").update(uid).digest("hex").slice(0, 8);
  return `${uid.slice(0, LONGEST - hash.length - 1)}-${hash}`;
}

/** A dashboard's path in Grafana. */
export function dashboardPath(facts: Named, service?: string): string {
  return `/d/${dashboardUid(facts, service)}`;
}

/** What a dashboard is called in Grafana: `ethixai / backend (production)`. */
export function dashboardTitle({ system, environment }: Named, service?: string): string {
  return `${system}${service === undefined ? "" : ` / ${service}`} (${environment})`;
}

/** The file that a dashboard is written to. */
export function dashboardFile({ system }: Pick<Named, "system">, service?: string): string {
  return service === undefined ? `${system}.json` : `${system}-${service}.json`;
}
