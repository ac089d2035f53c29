import { parts, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { mendingContainers } from "./mend.ts";
import { eachContainer, effective, podExample } from "./security-context.ts";

export const runsAsNonRoot: Policy = {
  id: "runs-as-non-root",
  title: "A container must not run as root.",
  severity: "high",
  level: "mandatory",
  why: "Root in a container is root on its node wherever something lets it out: a hole in the kernel, a folder of the node, a socket.",
  fix: "Give the pod securityContext {runAsNonRoot: true}, and a runAsUser other than 0 where the image names none.",
  example: podExample("securityContext: { runAsNonRoot: true }\ncontainers:\n  - name: api"),
  frameworks: {
    "pod-security": ["restricted/running-as-non-root", "restricted/running-as-non-root-user"],
    "cis-kubernetes": ["5.2.7"],
    "nsa-cisa": ["non-root-containers"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  // The kubelet then refuses to start it as root only; and it is said that it starts as somebody else.
  remediate: mendingContainers((settings) => {
    const user = settings.of("runAsUser");
    const silent = settings.of("runAsNonRoot") === undefined;
    return silent && typeof user === "number" && user > 0 ? { runAsNonRoot: true } : undefined;
  }),
  check: (resource) =>
    eachContainer(resource, (container, pod) =>
      parts(
        () => {
          const nonRoot = effective(container, pod, "runAsNonRoot");
          return nonRoot.flag() === true ? undefined : violation(nonRoot, "is not true: it may run as root");
        },
        () => {
          const user = effective(container, pod, "runAsUser");
          return user.number() === 0 ? violation(user, "is 0: it runs as root") : undefined;
        },
      ),
    ),
};
