import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES, podSpec } from "../../kubernetes.ts";
import { containerExample, eachContainer, podExample } from "./security-context.ts";

export const noHostAliases: Policy = {
  id: "no-host-aliases",
  title: "A pod should not name other hosts by itself.",
  severity: "low",
  level: "advisory",
  why: "An entry in /etc/hosts goes before the name service: it sends a known name elsewhere, and nobody who looks at the name service sees it.",
  fix: "Leave hostAliases out, and give the host a Service of type ExternalName or an entry in the name service.",
  example: podExample("hostAliases: []"),
  frameworks: { "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  check: (resource) => {
    const aliases = podSpec(resource).at("hostAliases");
    return aliases.items().length === 0
      ? []
      : [violation(aliases, "goes before the name service: what these names mean is written here")];
  },
};

export const noSharedProcesses: Policy = {
  id: "no-shared-processes",
  title: "Containers of a pod should not see one another's processes.",
  severity: "low",
  level: "advisory",
  why: "A sidecar then reads the environment and the open files of the program, secrets among them, and may end it.",
  fix: "Leave shareProcessNamespace out; for a look inside use `kubectl debug`.",
  example: podExample("shareProcessNamespace: false"),
  frameworks: { "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  check: (resource) => {
    const shared = podSpec(resource).at("shareProcessNamespace");
    return shared.flag() === true
      ? [violation(shared, "is true: each container sees the processes, and the secrets, of all")]
      : [];
  },
};

export const noInteractiveContainer: Policy = {
  id: "no-interactive-container",
  title: "A container should not wait for somebody's input.",
  severity: "low",
  level: "advisory",
  why: "A terminal that stays open is one that `kubectl attach` takes over; what serves needs none, and it is most often left from a trial.",
  fix: "Leave stdin and tty out.",
  example: containerExample("stdin: false\ntty: false"),
  frameworks: { "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  check: (resource) =>
    eachContainer(resource, (container) =>
      each(["stdin", "tty"], (field) =>
        container.at(field).flag() === true
          ? violation(container.at(field), "is true: whoever may attach to it types into the program")
          : undefined,
      ),
    ),
};

const settings = z.strictObject({
  ports: z
    .array(z.int().min(1).max(65_535))
    .default([22])
    .describe("Ports on which people log in, and no service listens. Default: 22, of SSH."),
});

export const noLoginPort: Policy = {
  id: "no-login-port",
  title: "A container must not be logged in to over the network.",
  severity: "medium",
  level: "mandatory",
  why: "Who logs in by SSH is seen by no audit log of the cluster, and what he changes is in no image.",
  fix: "Take the server out of the image; `kubectl debug` asks who one is, and is logged.",
  example: containerExample("ports:\n  - containerPort: 8080"),
  frameworks: { "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const { ports } = context.settings(settings);
    return eachContainer(resource, (container) =>
      each(container.at("ports").items(), (port) => {
        const number = port.at("containerPort");
        return ports.includes(number.number() ?? 0)
          ? violation(number, `is ${number.quote()}, where people log in`)
          : undefined;
      }),
    );
  },
};
