import { CONTAINER_TYPES, containersOf, instanceTemplate } from "../../cloud-run.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { EXTERNAL_SECRETS, remoteReferences, searches } from "../../external-secrets.ts";
import { SECRET_PROVIDER_CLASS } from "../../types.ts";

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

/** Names that move from version to version: Secret Manager's, and those of AWS. */
const MOVING = /^(latest|AWSCURRENT|AWSPENDING|AWSPREVIOUS)$/i;

/** Each store has versions of its own form; none must be one that moves. */
function pinnedInStore(reference: Property): Finding | undefined {
  const version = reference.at("version");
  const text = version.text() ?? "";
  if (text === "") return violation(version, 'is not set, which means "latest"');
  return MOVING.test(text)
    ? violation(version, `is ${version.quote()}, which is another version after each rotation`)
    : undefined;
}

function externalSecret(resource: Subject): Finding[] {
  return parts(
    () => each(remoteReferences(resource), pinnedInStore),
    () =>
      each(searches(resource), (find) => violation(find, "takes whatever there is: it can name no version")),
  );
}

/** The CSI driver's own list is YAML in a text; Google's provider names secrets by `projects/…/versions/…`. */
function providerClass({ props }: Subject): Finding[] {
  const secrets = props.at("spec", "parameters", "secrets");
  const versions = [...(secrets.text() ?? "").matchAll(/\/versions\/([\w-]+)/g)].map(
    ([, version]) => version ?? "",
  );
  return versions.some((version) => !/^\d+$/.test(version))
    ? [violation(secrets, "names a version that is no number: it is another one after each rotation")]
    : [];
}

function check(resource: Subject): readonly Finding[] {
  if (EXTERNAL_SECRETS.includes(resource.type)) return externalSecret(resource);
  if (resource.type === SECRET_PROVIDER_CLASS) return providerClass(resource);
  return parts(
    () => volumes(resource),
    () => variables(resource),
  );
}

export const pinnedSecretVersion: Policy = {
  id: "pinned-secret-version",
  title: "A service must name the version of each secret that it uses.",
  severity: "medium",
  level: "mandatory",
  why: 'With "latest", instances of one revision run with different secrets, a rotation can\'t be tried on a canary, and going back to an old revision does not bring its secret back.',
  fix: "Name the version by number, taken from the secretmanager.SecretVersion itself; a rotation then makes a new revision. In an ExternalSecret set remoteRef.version.",
  example: {
    typescript: `new gcp.cloudrunv2.Service("api", {
  location: "us-east1",
  template: {
    containers: [{ image, volumeMounts: [{ name: "jwt", mountPath: "/secrets/jwt" }] }],
    volumes: [{ name: "jwt", secret: { secret: jwt.secretId, items: [{ path: "value", version: "3" }] } }],
  },
});`,
  },
  frameworks: { "owasp-kubernetes": ["K08"] },
  requirements: ["EA-06"],
  types: [...CONTAINER_TYPES, ...EXTERNAL_SECRETS, SECRET_PROVIDER_CLASS],
  check,
};
