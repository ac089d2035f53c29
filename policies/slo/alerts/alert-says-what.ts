import { z } from "zod";
import { eachAlertingRule } from "../../alerts.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../../types.ts";

const settings = z.strictObject({
  owners: z
    .array(z.string().min(1))
    .min(1)
    .default(["owner", "team"])
    .describe("Labels of an alert policy that name who answers for it."),
});

const SAYS = ["summary", "description", "message"];

function isSaid(at: Property): boolean {
  return (at.text() ?? "").trim() !== "";
}

function checkRule(rule: Property): Finding | undefined {
  const annotations = rule.at("annotations");
  return SAYS.some((name) => isSaid(annotations.at(name)))
    ? undefined
    : violation(annotations.at("summary"), "is not set: the message is a name and labels");
}

function checkPolicy({ props }: Subject, owners: readonly string[]): Finding[] {
  const [content, severity, labels] = [
    props.at("documentation", "content"),
    props.at("severity"),
    props.at("userLabels"),
  ];
  return parts(
    () => (isSaid(content) ? undefined : violation(content, "is not set: the message is a name and a graph")),
    () =>
      severity.present ? undefined : violation(severity, "is not set: nobody can tell it from what can wait"),
    () =>
      owners.some((name) => isSaid(labels.at(name)))
        ? undefined
        : violation(labels.at(owners[0] ?? "owner"), "is not set: nobody answers for it"),
  );
}

export const alertSaysWhat: ResourcePolicy = {
  id: "alert-says-what-is-wrong",
  title: "An alert should say what is wrong, how bad it is and whose it is.",
  severity: "low",
  level: "advisory",
  why: "Who is woken decides in the first minute whether to get up. A name and a graph don't say what users notice, or who knows the thing.",
  fix: "Give a rule annotations.summary; give an alert policy documentation.content, severity and the userLabel owner.",
  example: {
    typescript: `new gcp.monitoring.AlertPolicy("errors", {
  displayName: "shop: more than 1 % of requests fail",
  combiner: "OR",
  severity: "CRITICAL",
  userLabels: { owner: "shop" },
  documentation: { content: "Users see failures. First: is a release younger than them? Take it back." },
  conditions: [],
});`,
  },
  requirements: ["OS-05", "EA-16"],
  settings,
  types: [PROMETHEUS_RULE, ALERT_POLICY],
  check: (resource, context) =>
    resource.type === PROMETHEUS_RULE
      ? parts(() => eachAlertingRule(resource, checkRule))
      : checkPolicy(resource, context.settings(settings).owners),
};
