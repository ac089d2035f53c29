import type { createColors } from "picocolors";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { tiersOf } from "../../components/objectives/budget.ts";
import type { NormalizedTier } from "../../components/objectives/burn-rate.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { promDuration } from "../../components/objectives/promql.ts";
import { objectiveText } from "../plan/objective-text.ts";
import { alignColumns } from "../sandbox/table.ts";

/** One objective of a stack, with all that is derived from its own words. */
export interface ListedObjective {
  readonly system: string;
  readonly service: string;
  readonly name: string;
  /** In words. */
  readonly promise: string;
  readonly owner: string;
  /** When people are told; none where it says why not. */
  readonly tiers: readonly NormalizedTier[];
  /** Why nobody is told. */
  readonly off?: string;
}

function listed(system: string, service: string, objective: NormalizedObjective): ListedObjective {
  const { name, owner, alerting: { off } = {} } = objective;
  return {
    system,
    service,
    name,
    promise: objectiveText(objective),
    owner,
    tiers: off === undefined ? tiersOf(objective) : [],
    ...(off === undefined ? {} : { off }),
  };
}

/** Every objective of these systems, in the order in which they are declared. */
export function listedObjectives(systems: readonly MonitoringFacts[]): ListedObjective[] {
  return systems.flatMap(({ system, services }) =>
    services.flatMap(({ service, objectives }) => objectives.map((each) => listed(system, service, each))),
  );
}

/** `page 2 % in 1h, 5 % in 6h; ticket 10 % in 3d`: how much of the budget goes in how long. */
function tiersText({ tiers, off }: ListedObjective): string {
  if (off !== undefined) return `off: ${off}`;
  const bySeverity = Map.groupBy(tiers, ({ severity }) => severity);
  return [...bySeverity]
    .map(([severity, those]) => {
      const parts = those.map((tier) => `${tier.budgetPercent} % in ${promDuration(tier.longSeconds)}`);
      return `${severity} ${parts.join(", ")}`;
    })
    .join("; ");
}

/** What `slipway objectives list` shows. */
export function renderObjectives(
  objectives: readonly ListedObjective[],
  colors: ReturnType<typeof createColors>,
): string {
  const header = ["SERVICE", "OBJECTIVE", "PROMISE", "TOLD WHEN THIS MUCH OF THE BUDGET GOES", "OWNER"];
  const rows = objectives.map((each) => [
    `${each.system}/${each.service}`,
    each.name,
    each.promise,
    tiersText(each),
    each.owner,
  ]);
  return alignColumns([header.map((title) => colors.bold(title)), ...rows]).join("\n");
}
