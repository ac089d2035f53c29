import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { eachLinuxContainer, effective, podExample } from "./security-context.ts";

const settings = z.strictObject({
  lowest: z
    .int()
    .min(1)
    .default(100)
    .describe(
      "The lowest user id that a container may state. Default 100: those below are system accounts that have the same number on every node (Debian policy manual, 9.2.2). Some scanners ask for 10000, which keeps clear of people's accounts, too.",
    ),
});

export const userOfItsOwn: Policy = {
  id: "user-of-its-own",
  title: "A container's user should not be a system account of its node.",
  severity: "low",
  level: "advisory",
  why: "User ids are the same inside and outside: what gets out of the container owns the files of the account that has its number.",
  fix: "State a runAsUser that no account of the node has, such as 10001, or give the pod users of its own with hostUsers: false.",
  example: podExample("securityContext: { runAsUser: 10001 }\ncontainers:\n  - name: api"),
  frameworks: { "nsa-cisa": ["non-root-containers"], "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const { lowest } = context.settings(settings);
    return eachLinuxContainer(resource, (container, pod) => {
      if (pod.at("hostUsers").flag() === false) return undefined;
      const user = effective(container, pod, "runAsUser");
      const id = user.number() ?? lowest;
      return id > 0 && id < lowest
        ? violation(user, `is ${id}, under ${lowest}: it may be a system account of the node`)
        : undefined;
    });
  },
};
