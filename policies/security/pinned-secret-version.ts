import { CONTAINER_TYPES, containersOf, instanceTemplate } from "../cloud-run.ts";
import { each, parts, violation } from "../core/finding.ts";
import type { Finding, Policy, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";

function pinned(version: Property): Finding | undefined {
  const text = version.text() ?? "";
  if (text === "") return violation(version, 'is not set, which means "latest"');
  return /^\d+$/.test(text)
    ? undefined
    : violation(version, `is ${version.quote()}, not the number of a version`);
}

function volumes(resource: Subject): Finding[] {
  return each(instanceTemplate(resource).at("volumes").items(), (volume) => {
    const secret = volume.at("secret");
    if (!secret.present) return undefined;
    const items = secret.at("items").items();
    if (items.length === 0) return violation(secret.at("items"), 'names no version, which means "latest"');
    return each(items, (item) => pinned(item.at("version")));
  });
}

function variables(resource: Subject): Finding[] {
  return each(containersOf(resource), (container) =>
    each(container.at("envs").items(), (env) => {
      const reference = env.at("valueSource", "secretKeyRef");
      return reference.present ? pinned(reference.at("version")) : undefined;
    }),
  );
}

export const pinnedSecretVersion: Policy = {
  id: "pinned-secret-version",
  title: "A service must name the version of each secret that it uses.",
  severity: "medium",
  level: "mandatory",
  why: 'With "latest", instances of one revision run with different secrets, a rotation can\'t be tried on a canary, and going back to an old revision does not bring its secret back.',
  fix: "Name the version by number, taken from the secretmanager.SecretVersion itself; a rotation then makes a new revision.",
  requirements: ["EA-06"],
  types: CONTAINER_TYPES,
  check: (resource) =>
    parts(
      () => volumes(resource),
      () => variables(resource),
    ),
};
