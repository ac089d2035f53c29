import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { ALERT_POLICY, SLO } from "../../types.ts";
import { HOUR } from "../duration.ts";
import { burnConditions, sloId, sloService } from "./burn.ts";

/** What watches one SLO. */
interface Watch {
  readonly lookbacks: readonly number[];
}

function keyOf(service: string | undefined, id: string | undefined): string {
  return JSON.stringify([service, id]);
}

function checkSlo(
  watched: ReadonlyMap<string, Watch>,
  unread: readonly Finding[],
  slo: Subject,
): Finding | undefined {
  if (!isProduction(slo)) return undefined;
  const [service, id] = [slo.props.at("service").text(), slo.props.at("sloId")];
  // Without an id the provider makes one, and nothing can refer to it by text.
  const lookbacks = watched.get(keyOf(service, id.text()))?.lookbacks ?? [];
  const isFast = lookbacks.some((seconds) => seconds <= HOUR);
  const isSlow = lookbacks.some((seconds) => seconds >= 6 * HOUR);
  if (isFast && isSlow) return undefined;
  const [open] = unread;
  if (open !== undefined) return open;
  const goal = slo.props.at("goal");
  if (lookbacks.length === 0)
    return violation(goal, "is promised, and no alert policy in the stack watches how fast its budget burns");
  return isFast
    ? violation(
        goal,
        "is watched over an hour and less only: a slow burn spends the whole budget unseen; add one over 6 h",
      )
    : violation(
        goal,
        "is watched over long windows only: an outage is told hours later; add one over 1 h and 5 m",
      );
}

function checkStack(stack: Stack): readonly Finding[] {
  const watched = new Map<string, { lookbacks: number[] }>();
  const unread = each(stack.ofType(ALERT_POLICY), (policy) => {
    for (const { slo, lookbackSeconds } of burnConditions(policy)) {
      const key = keyOf(sloService(slo), sloId(slo));
      const known = watched.get(key) ?? { lookbacks: [] };
      if (lookbackSeconds !== undefined) known.lookbacks.push(lookbackSeconds);
      watched.set(key, known);
    }
    return undefined;
  });
  return each(stack.ofType(SLO), (slo) => checkSlo(watched, unread, slo));
}

export const burnFastAndSlow: Policy = {
  id: "burn-alert-fast-and-slow",
  title: "An SLO should be watched for a fast burn and for a slow one.",
  severity: "medium",
  level: "advisory",
  why: "An outage has to wake somebody within minutes; a leak of errors that no hour shows spends the same budget in a fortnight.",
  fix: "Declare alert policies over 1 h and 5 m (14.4 times) and over 6 h and 30 m (6 times).",
  example: {
    typescript: `for (const [long, short, thresholdValue] of [["3600s", "300s", 14.4], ["21600s", "1800s", 6]] as const) {
  new gcp.monitoring.AlertPolicy(\`burn-\${long}\`, {
    displayName: \`shop: availability burns over \${long}\`,
    combiner: "AND",
    conditions: [long, short].map((lookback) => ({
      displayName: \`burn rate over \${lookback}\`,
      conditionThreshold: {
        filter: pulumi.interpolate\`select_slo_burn_rate("\${slo.name}", "\${lookback}")\`,
        comparison: "COMPARISON_GT",
        thresholdValue,
        duration: "0s",
      },
    })),
  });
}`,
  },
  requirements: ["OS-05"],
  types: [SLO, ALERT_POLICY],
  checkStack,
};
