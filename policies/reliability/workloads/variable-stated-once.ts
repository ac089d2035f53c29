import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";

/** A name that is not known yet is nobody's: it is said, and the others are compared all the same. */
function checkVariables(variables: readonly Property[]): Finding[] {
  const seen = new Set<string>();
  return each(variables, (variable) => {
    const name = variable.at("name").text();
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return undefined;
    }
    return violation(variable.at("name"), `is ${variable.at("name").quote()}, which stands there before`);
  });
}

export const variableStatedOnce: Policy = {
  id: "variable-stated-once",
  title: "A container must state each environment variable once.",
  severity: "medium",
  level: "mandatory",
  why: "Of two the last counts, and Cloud Run refuses the service: somebody changes the first and wonders; a merge by name may keep the other one.",
  fix: "Take out the one that is not meant.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - { name: LOG_LEVEL, value: warn }`,
  },
  types: [...CONTAINER_TYPES, ...POD_TYPES],
  check: (resource) =>
    resource.type.startsWith("kubernetes:")
      ? each(allContainers(resource), (container) => checkVariables(container.at("env").items()))
      : each(containersOf(resource), (container) => checkVariables(container.at("envs").items())),
};
