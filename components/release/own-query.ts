import type { MeasuredService } from "../objectives/measured-service.ts";
import { quoted } from "../objectives/promql.ts";
import { revisionLabels, serviceLabels } from "../objectives/queries.ts";

/** What stands in a query of a plan for the labels of a version, within a selector's braces, as in runbooks. */
export const LABELS = "{labels}";

/** What stands in it for the time since the step began. */
const WINDOW = "$window";

/** A plan's own query, asked of one revision. @param range as PromQL writes it */
export function ownQuery(service: MeasuredService, query: string, revision: string, range: string): string {
  const labels = Object.entries({ ...serviceLabels(service), ...revisionLabels(service, revision) });
  const text = labels.map(([label, value]) => `${label}=${quoted(value)}`).join(",");
  return query.replaceAll(LABELS, text).replaceAll(WINDOW, range);
}
