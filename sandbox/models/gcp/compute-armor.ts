import { integer, ipRange, labels, length } from "../rules.ts";
import { isObject, valueAt } from "../values.ts";
import { computeResource } from "./common.ts";

const thresholds = "rules[].rateLimitOptions";
const intervals = [10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600];

/** Cloud Armor: rules in the order of their priorities, the last of which is the default. */
export const securityPolicy = computeResource({
  token: "gcp:compute/securityPolicy:SecurityPolicy",
  collection: "securityPolicies",
  scope: "global",
  fingerprint: true,
  values: {
    type: ["CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_INTERNAL_SERVICE"],
    "rules[].action": [
      "allow",
      "deny(403)",
      "deny(404)",
      "deny(502)",
      "rate_based_ban",
      "redirect",
      "throttle",
    ],
    "rules[].match.versionedExpr": ["SRC_IPS_V1"],
    [`${thresholds}.conformAction`]: ["allow"],
    [`${thresholds}.exceedAction`]: ["deny(403)", "deny(404)", "deny(429)", "deny(502)", "redirect"],
    [`${thresholds}.rateLimitThreshold.intervalSec`]: intervals,
    [`${thresholds}.banThreshold.intervalSec`]: intervals,
    "advancedOptionsConfig.logLevel": ["NORMAL", "VERBOSE"],
    "advancedOptionsConfig.jsonParsing": ["DISABLED", "STANDARD", "STANDARD_WITH_GRAPHQL"],
  },
  rules: {
    labels,
    "rules[].priority": integer(0, 2_147_483_647),
    "rules[].description": length(0, 64),
    "rules[].match.config.srcIpRanges": length(1, 10),
    "rules[].match.config.srcIpRanges[]": (value, report) => {
      if (typeof value === "string" && value !== "*" && !value.includes(":"))
        ipRange(value.includes("/") ? value : `${value}/32`, report);
    },
    "rules[].match.expr.expression": length(1, 2048),
    [`${thresholds}.rateLimitThreshold.count`]: integer(1, 1_000_000),
  },
  check: (inputs, report) => {
    const priorities = new Set<unknown>();
    const rules = listOf(inputs.rules);
    for (const [index, rule] of rules.entries()) {
      const priority = valueAt(rule, "priority");
      if (priority !== undefined && priorities.has(priority))
        report("must be different from the other rules'", {
          got: priority,
          at: ["rules", index, "priority"],
        });
      priorities.add(priority);
      const isLimit = ["throttle", "rate_based_ban"].includes(String(valueAt(rule, "action")));
      const hasOptions = isObject(rule) && rule.rateLimitOptions !== undefined;
      if (isLimit !== hasOptions && valueAt(rule, "action") !== undefined)
        report(`${isLimit ? "is required" : "is only"} for the actions throttle and rate_based_ban`, {
          at: ["rules", index, "rateLimitOptions"],
        });
      const match = valueAt(rule, "match");
      if (isObject(match) && (match.expr === undefined) === (match.versionedExpr === undefined))
        report("needs exactly one of expr and versionedExpr", { at: ["rules", index, "match"] });
      if (isObject(match) && match.versionedExpr !== undefined && match.config === undefined)
        report("is required with versionedExpr", { at: ["rules", index, "match", "config"] });
    }
    if (rules.length > 0 && !priorities.has(2_147_483_647) && !priorities.has(undefined))
      report("need a default rule with priority 2147483647", { at: ["rules"] });
  },
  replaceOn: ["type"],
  outputs: (context) => ({
    type: context.inputs.type ?? "CLOUD_ARMOR",
    labelFingerprint: context.keep("labelFingerprint", () => `${context.hex("labels", 11)}=`),
  }),
});

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
