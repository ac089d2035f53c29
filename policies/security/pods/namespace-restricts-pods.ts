import { z } from "zod";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { isClustersOwn, nameOf } from "../../kubernetes.ts";
import { NAMESPACE } from "../../types.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const VERSION = `${ENFORCE}-version`;

const settings = z.strictObject({
  oldestMinor: z
    .int()
    .min(22)
    .default(34)
    .describe(
      "The oldest version of the standard, 1.<this>, that a namespace may be held to. Default 34, which first looks at hosts in probes.",
    ),
});

function checkLevel(level: Property): Finding | undefined {
  const text = level.text();
  if (text === "restricted") return undefined;
  if (text === undefined) return violation(level, "is not set: pods of any kind are taken");
  const found = violation(level, `is ${level.quote()}, not "restricted"`);
  return text === "baseline" ? { ...found, level: "advisory" } : found;
}

/** Absent it is the cluster's own version, as `latest` is. */
function checkVersion(version: Property, oldestMinor: number): Finding | undefined {
  const text = version.text() ?? "latest";
  if (text === "latest") return undefined;
  const minor = /^v1\.(\d+)$/.exec(text)?.[1];
  if (minor === undefined)
    return violation(version, `is ${version.quote()}, neither "latest" nor a version such as "v1.34"`);
  return Number(minor) < oldestMinor
    ? {
        ...violation(version, `is ${version.quote()}: what the standard asks for since is let through`),
        level: "advisory",
      }
    : undefined;
}

export const namespaceRestrictsPods: Policy = {
  id: "namespace-restricts-pods",
  title: 'A namespace must take "restricted" pods only.',
  severity: "high",
  level: "mandatory",
  why: "What this program declares keeps to the standard; what somebody starts beside it, by hand or from a chart, does so only where the API server sees to it.",
  fix: `Label the namespace ${ENFORCE}: restricted, and leave ${VERSION} out or name a version that is not older than what pods are checked for.`,
  example: {
    yaml: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    ${ENFORCE}: restricted
    ${VERSION}: latest`,
  },
  frameworks: {
    "cis-kubernetes": ["5.2.1"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K04"],
  },
  requirements: ["OS-01", "AC-02"],
  types: [NAMESPACE],
  settings,
  check: (namespace, context) => {
    const { oldestMinor } = context.settings(settings);
    const labels = namespace.props.at("metadata", "labels");
    const found = parts(
      () => checkLevel(labels.at(ENFORCE)),
      () => checkVersion(labels.at(VERSION), oldestMinor),
    );
    return found.length === 0 || isClustersOwn(nameOf(namespace) ?? "") ? [] : found;
  },
};
