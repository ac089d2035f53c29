import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { containerExample, eachLinuxContainer } from "./security-context.ts";

export const readOnlyRoot: Policy = {
  id: "read-only-root",
  title: "A container's root file system must be read-only.",
  severity: "medium",
  level: "mandatory",
  why: "Who gets in may otherwise change the program, and leave tools of his own that the next request runs.",
  fix: "Set securityContext.readOnlyRootFilesystem to true on each container, and mount an emptyDir where it writes.",
  example: containerExample("securityContext: { readOnlyRootFilesystem: true }"),
  frameworks: {
    "cis-kubernetes": ["5.6.3"],
    "nsa-cisa": ["immutable-container-file-systems"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachLinuxContainer(resource, (container) => {
      const readOnly = container.at("securityContext", "readOnlyRootFilesystem");
      return readOnly.flag() === true
        ? undefined
        : violation(readOnly, "is not true: who gets in may change the program");
    }),
};
