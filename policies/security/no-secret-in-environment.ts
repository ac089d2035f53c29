import { CONTAINER_TYPES, containersOf } from "../cloud-run.ts";
import { each, violation } from "../core/finding.ts";
import type { Finding, Policy } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { secretKind } from "../core/secret-like.ts";
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

export const noSecretInEnvironment: Policy = {
  id: "no-secret-in-environment",
  title: "A container's environment must hold no secret.",
  severity: "critical",
  level: "mandatory",
  why: "An environment variable is readable in the console, in every revision kept, in crash dumps and child processes, and it can't change without a new revision.",
  fix: "Keep the value in Secret Manager and mount a pinned version of it as a file; give the container the file's path instead.",
  requirements: ["EA-07", "P8-01"],
  types: CONTAINER_TYPES,
  check: (resource) =>
    each(containersOf(resource), (container) => each(container.at("envs").items(), checkVariable)),
};
