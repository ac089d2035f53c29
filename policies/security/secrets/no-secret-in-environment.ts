import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { knownSecretKind, secretKind } from "../../core/secret-like.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";
import { CONFIG_MAP } from "../../types.ts";
import { namesSecret } from "./env-names.ts";

/** A variable, named for a message. */
function variable(env: Property): string {
  const name = env.at("name");
  return name.known && name.present ? `(${name.quote()})` : "(of no known name)";
}

function checkVariable(env: Property): Finding | undefined {
  if (env.at("valueSource", "secretKeyRef").present) {
    return violation(env, `${variable(env)} puts a secret of Secret Manager into the environment`);
  }
  if (env.at("valueFrom", "secretKeyRef").present)
    return violation(env, `${variable(env)} puts a Secret into the environment`);
  const [name, value] = [env.at("name"), env.at("value")];
  if (value.secret)
    return violation(env, `${variable(env)} holds a value that the program marks as a secret`);
  if (name.known && namesSecret(name.text() ?? "") && !isHarmless(value)) {
    return violation(env, `${variable(env)} holds a secret, by its name`);
  }
  const kind = value.known ? secretKind(value.text() ?? "") : undefined;
  if (kind !== undefined) return violation(env, `${variable(env)} holds what looks like ${kind}`);
  name.text(); // Nothing found in what is known; reading what is not says so.
  value.text();
  return undefined;
}

/** Empty, or a switch: no secret, whatever the variable is called. An unknown is no excuse. */
function isHarmless(value: Property): boolean {
  return value.known && /^(|true|false|on|off|yes|no|none|disabled|enabled)$/i.test(value.text() ?? "");
}

function checkPods(resource: Subject): Finding[] {
  return each(allContainers(resource), (container) =>
    parts(
      () => each(container.at("env").items(), checkVariable),
      () =>
        each(container.at("envFrom").items(), (source) =>
          source.at("secretRef").present
            ? violation(source.at("secretRef"), "puts all of a Secret into the environment")
            : undefined,
        ),
    ),
  );
}

/** Ends of names that say that an entry is a file. `db.password` is none. */
const FILE =
  /\.(json|ya?ml|conf|config|cfg|ini|properties|toml|xml|sh|py|m?js|ts|lua|sql|txt|md|html?|css|tmpl|tpl|pem|crt|cer|acl|rules|env)$/i;

/** Where a template, a shell or a program puts a value in later. */
const PLACEHOLDER = /\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|%\([^)]*\)s/g;

/** What a file of several lines holds that has the form of a secret. */
function secretLine(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const kind = knownSecretKind(line.replaceAll(PLACEHOLDER, ""));
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function checkEntry([name, value]: [string, Property]): Finding | undefined {
  if (value.secret) return violation(value, "holds a value that the program marks as a secret");
  const isFile = FILE.test(name) || (value.known && (value.text() ?? "").includes("\n"));
  if (!isFile && namesSecret(name) && !isHarmless(value))
    return violation(value, "holds a secret, by its name");
  const text = value.text() ?? "";
  const kind = isFile ? secretLine(text) : secretKind(text);
  return kind === undefined ? undefined : violation(value, `holds what looks like ${kind}`);
}

function check(resource: Subject): readonly Finding[] {
  if (resource.type === CONFIG_MAP) return each(resource.props.at("data").entries(), checkEntry);
  if (resource.type.startsWith("kubernetes:")) return checkPods(resource);
  return each(containersOf(resource), (container) => each(container.at("envs").items(), checkVariable));
}

export const noSecretInEnvironment: Policy = {
  id: "no-secret-in-environment",
  title: "A container's environment, and a ConfigMap, must hold no secret.",
  severity: "critical",
  level: "mandatory",
  why: "An environment variable is readable in the console, in every revision kept, in crash dumps and child processes, and it can't change without a new revision; a ConfigMap is open to everyone who may look at the namespace.",
  fix: "Keep the value in Secret Manager and mount a pinned version of it as a file (in Kubernetes by an ExternalSecret); give the container the file's path instead.",
  requirements: ["EA-07", "P8-01"],
  types: [...CONTAINER_TYPES, ...POD_TYPES, CONFIG_MAP],
  check,
};
