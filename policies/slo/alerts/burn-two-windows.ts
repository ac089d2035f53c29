import { parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import { ALERT_POLICY } from "../../types.ts";
import { burnConditions } from "./burn.ts";

/** Combiners by which all conditions have to hold. */
const ALL: readonly (string | undefined)[] = ["AND", "AND_WITH_MATCHING_RESOURCE"];

function check(policy: Subject): readonly Finding[] {
  return parts(() => {
    const burns = burnConditions(policy);
    const [first] = burns;
    if (first === undefined) return undefined;
    const lookbacks = new Set(burns.map(({ lookbackSeconds }) => lookbackSeconds));
    if (lookbacks.size < 2)
      return violation(
        first.filter,
        "is the only window: without a short one beside it, the alert goes on long after the trouble ended",
      );
    const combiner = policy.props.at("combiner");
    return ALL.includes(combiner.text())
      ? undefined
      : violation(combiner, `is ${combiner.quote()}: each window fires by itself; use "AND"`);
  });
}

export const burnTwoWindows: ResourcePolicy = {
  id: "burn-alert-has-two-windows",
  title: "A burn alert should hold over a long and a short window.",
  severity: "low",
  level: "advisory",
  why: "The long window keeps a moment's trouble from waking anybody; the short one ends the alert soon after the trouble. One alone does only half of it.",
  fix: "Give the alert policy two conditions on the same SLO, the short window a twelfth of the long one, and the combiner AND.",
  example: {
    typescript: `new gcp.monitoring.AlertPolicy("burn", {
  displayName: "shop: availability burns",
  combiner: "AND",
  conditions: ["3600s", "300s"].map((lookback) => ({
    displayName: \`burn rate over \${lookback}\`,
    conditionThreshold: {
      filter: pulumi.interpolate\`select_slo_burn_rate("\${slo.name}", "\${lookback}")\`,
      comparison: "COMPARISON_GT",
      thresholdValue: 14.4,
      duration: "0s",
    },
  })),
});`,
  },
  requirements: ["OS-05"],
  types: [ALERT_POLICY],
  check,
};
