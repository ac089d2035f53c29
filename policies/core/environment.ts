import type { Finding, Subject } from "./policy.ts";

/** Environments that opt out of production's posture. Anything else that a stack is called is held to it. */
const NOT_PRODUCTION = new Set([
  "sandbox",
  "staging",
  "stage",
  "test",
  "testing",
  "dev",
  "development",
  "preview",
]);

/**
 * Name of the stack in a URN, `urn:pulumi:<stack>::<project>::<types>::<name>`; of an object that no stack holds, what its
 * caller says that it is for (`urn:kubernetes:<environment>::…`).
 */
function stackOf(urn: string): string {
  return /^urn:(?:pulumi|kubernetes):(.*?)::/.exec(urn)?.[1] ?? "";
}

/** Labels that state an object's environment in Kubernetes: Slipway's own, and the plain word. */
const ENVIRONMENT_LABELS = ["slipway.dev/environment", "environment"];

/** The `environment` that a resource states of itself: a label on Google Cloud and in Kubernetes, a tag on Atlas. */
export function statedEnvironment(resource: Pick<Subject, "props" | "type">): string | undefined {
  if (resource.type.startsWith("kubernetes:")) {
    const labels = resource.props.at("metadata", "labels");
    return ENVIRONMENT_LABELS.map((label) => labels.at(label).text()).find((text) => text !== undefined);
  }
  const facts = resource.type.startsWith("mongodbatlas:") ? "tags" : "labels";
  return resource.props.at(facts, "environment").text();
}

/**
 * Whether a resource is held to production's rules. A stack called production always is. Otherwise the resource's own
 * `environment` decides, or the stack's name where it states none; a name that says nothing counts as production. So do
 * plain manifests that state nothing, and are checked without a word about what they are for: the strict rules are the safe
 * ones, and a namespace's name is no statement.
 */
export function isProduction(resource: Pick<Subject, "props" | "type" | "urn">): boolean {
  const stack = stackOf(resource.urn);
  if (stack === "production" || stack === "prod") return true;
  return !NOT_PRODUCTION.has(statedEnvironment(resource) ?? stack);
}

/** What a policy found, lowered to advice where the resource is not held to production's rules. */
export function adviceOutsideProduction(
  resource: Pick<Subject, "props" | "type" | "urn">,
  findings: readonly Finding[],
): readonly Finding[] {
  if (findings.length === 0 || isProduction(resource)) return findings;
  return findings.map((finding) => ({ ...finding, level: "advisory" }));
}
