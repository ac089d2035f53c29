import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";
import { namesSecret } from "./env-names.ts";
import { isLiteral, secretInCommand } from "./secret-text.ts";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
const HANDLERS = [...PROBES.map((probe) => [probe]), ["lifecycle", "postStart"], ["lifecycle", "preStop"]];

/** `--password` of `["--password", "value"]`. */
function flagBefore(before: Property | undefined): string | undefined {
  const flag = before?.known ? /^--?([A-Za-z][\w-]*)$/.exec(before.text() ?? "")?.[1] : undefined;
  return flag !== undefined && namesSecret(flag) ? flag : undefined;
}

/** The parts of a command, each with the one before it. */
function checkCommand(command: Property): Finding[] {
  const words = command.items();
  return each([...words.keys()], (index) => {
    const word = words[index] as Property;
    if (word.secret) return violation(word, "holds a value that the program marks as a secret");
    const text = word.text() ?? "";
    const held = secretInCommand(text);
    if (held !== undefined) return violation(word, `holds ${held}`);
    const flag = flagBefore(words[index - 1]);
    return flag !== undefined && isLiteral(text) && !text.startsWith("-")
      ? violation(word, `holds a secret, by the flag "--${flag}" before it`)
      : undefined;
  });
}

/** A header that a probe sends, such as Authorization. */
function checkHeader(header: Property): Finding | undefined {
  const value = header.at("value");
  if (value.secret) return violation(value, "holds a value that the program marks as a secret");
  const name = header.at("name").text() ?? "";
  const text = value.text() ?? "";
  // A cookie is as often a mark that a probe sets: what is in it decides.
  if (/^cookie$/i.test(name)) {
    const held = secretInCommand(text);
    return held === undefined ? undefined : violation(value, `holds ${held}`);
  }
  const isCredential = /^(proxy-)?authorization$/i.test(name) || namesSecret(name);
  return isCredential && isLiteral(text)
    ? violation(value, "holds a secret, by the name of its header")
    : undefined;
}

function check(resource: Subject): Finding[] {
  const isPods = resource.type.startsWith("kubernetes:");
  return each(isPods ? allContainers(resource) : containersOf(resource), (container) =>
    parts(
      () => each(["command", "commands", "args"], (field) => checkCommand(container.at(field))),
      () =>
        each(HANDLERS, (handler) =>
          parts(
            () => checkCommand(container.at(...handler, "exec", "command")),
            () => each(container.at(...handler, "httpGet", "httpHeaders").items(), checkHeader),
          ),
        ),
    ),
  );
}

export const noSecretInCommand: Policy = {
  id: "no-secret-in-command",
  title: "A container's command must hold no secret.",
  severity: "critical",
  level: "mandatory",
  why: "A command line is read by every process beside it, by whoever may look at the pod or the revision, and by most tools that watch what runs.",
  fix: "Mount the secret as a file and give the program the file's path; in a shell read it with $(cat …).",
  example: {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      command: [/app/api, --db-password-file=/secrets/db-password/value]`,
  },
  frameworks: { "cis-kubernetes": ["5.4.1"], "nsa-cisa": ["secrets"], "owasp-kubernetes": ["K08"] },
  requirements: ["EA-07", "P8-01"],
  types: [...POD_TYPES, ...CONTAINER_TYPES],
  check,
};
