import type { RolloutState } from "../machine/state.ts";
import type { Traffic } from "../traffic.ts";

/** What shares out a release's traffic. @throws Error where that is of another kind than who is asked to move it */
export function trafficOf<Kind extends Traffic["kind"]>(
  { plan: { traffic } }: RolloutState,
  kind: Kind,
): Traffic & { readonly kind: Kind } {
  if (traffic.kind === kind) return traffic as Traffic & { readonly kind: Kind };
  throw new Error(`the release's traffic is shared out by "${traffic.kind}", not by "${kind}"`);
}

/** A service's full name on Cloud Run: `projects/P/locations/R/services/NAME`. */
export function serviceId(state: RolloutState): string {
  const { project, location, service } = trafficOf(state, "cloud-run");
  return `projects/${project}/locations/${location}/services/${service}`;
}
