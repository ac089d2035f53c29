import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { isClustersOwn, nameOf } from "../../kubernetes.ts";
import { NAMESPACE } from "../../types.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";

export const namespaceRestrictsPods: Policy = {
  id: "namespace-restricts-pods",
  title: 'A namespace must take "restricted" pods only.',
  severity: "high",
  level: "mandatory",
  why: "What this program declares keeps to the standard; what somebody starts beside it, by hand or from a chart, does so only where the API server sees to it.",
  fix: `Label the namespace ${ENFORCE}: restricted.`,
  requirements: ["OS-01", "AC-02"],
  types: [NAMESPACE],
  check: (namespace) => {
    const level = namespace.props.at("metadata", "labels", ENFORCE);
    const text = level.text();
    if (text === "restricted" || isClustersOwn(nameOf(namespace) ?? "")) return [];
    if (text === undefined) return [violation(level, "is not set: pods of any kind are taken")];
    const found = violation(level, `is ${level.quote()}, not "restricted"`);
    return [text === "baseline" ? { ...found, level: "advisory" } : found];
  },
};
