import { CONTAINER_TYPES, containersOf, instanceTemplate } from "../../cloud-run.ts";
import { statedEnvironment } from "../../core/environment.ts";
import { each, notEvaluated, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { type Property, quoted } from "../../core/property.ts";
import { EXTERNAL_SECRETS, remoteReferences } from "../../external-secrets.ts";
import { named } from "../../references.ts";
import { SECRET } from "../../types.ts";

/** Secrets that a service or job uses, or an external secret brings, as it names them. */
function references(resource: Subject): Property[] {
  if (EXTERNAL_SECRETS.includes(resource.type))
    return remoteReferences(resource).map((reference) => reference.at("key"));
  const mounted = instanceTemplate(resource)
    .at("volumes")
    .items()
    .map((volume) => volume.at("secret", "secret"));
  const variables = containersOf(resource).flatMap((container) =>
    container
      .at("envs")
      .items()
      .map((env) => env.at("valueSource", "secretKeyRef", "secret")),
  );
  return [...mounted, ...variables];
}

const isNumber = (project: string) => /^\d+$/.test(project);

/** Whether a reference leaves the project. A project's number and its id can't be compared. */
function checkProject(user: Subject, reference: Property, owner: string): Finding | undefined {
  const own = user.props.at("project").text();
  if (own === undefined || isNumber(own) !== isNumber(owner)) {
    return notEvaluated(
      user.urn,
      `${reference.path} names project ${quoted(owner)}, which can't be compared with this one's`,
    );
  }
  return owner === own
    ? undefined
    : violation(
        reference,
        `belongs to project ${quoted(owner)}, and this runs in ${user.props.at("project").quote()}`,
      );
}

function checkReference(stack: Stack, user: Subject, reference: Property): Finding | undefined {
  const name = reference.text();
  if (name === undefined) return undefined;
  const owner = /^projects\/([^/]+)\//.exec(name)?.[1];
  const secret = named(stack, name, [SECRET], ["secretId", "name", "id"]);
  if (secret === undefined) return owner === undefined ? undefined : checkProject(user, reference, owner);
  const foreign = owner === undefined ? undefined : checkProject(user, reference, owner);
  if (foreign !== undefined && foreign.status !== "not evaluated") return foreign;
  const [theirs, ours] = [statedEnvironment(secret), statedEnvironment(user)];
  return theirs === undefined || ours === undefined || theirs === ours
    ? undefined
    : violation(reference, `is a secret of environment ${quoted(theirs)}, and this is of ${quoted(ours)}`);
}

export const secretOfOwnEnvironment: Policy = {
  id: "secret-of-own-environment",
  title: "A service must use secrets of its own environment and project only.",
  severity: "high",
  level: "mandatory",
  why: "A secret that staging shares with production is only as safe as staging, and can't be rotated without both.",
  fix: "Make a secret of the same name for each environment, in that environment's project.",
  example: {
    typescript: `new gcp.cloudrunv2.Service("api", {
  project: "shop-production",
  location: "us-east1",
  template: {
    containers: [{ image, volumeMounts: [{ name: "jwt", mountPath: "/secrets/jwt" }] }],
    volumes: [
      {
        name: "jwt",
        secret: { secret: "projects/shop-production/secrets/jwt", items: [{ path: "value", version: "3" }] },
      },
    ],
  },
});`,
  },
  frameworks: { "owasp-kubernetes": ["K08"] },
  requirements: ["EA-13"],
  types: [SECRET, ...CONTAINER_TYPES, ...EXTERNAL_SECRETS],
  checkStack: (stack) =>
    each(
      [...CONTAINER_TYPES, ...EXTERNAL_SECRETS].flatMap((type) => stack.ofType(type)),
      (user) => parts(() => each(references(user), (reference) => checkReference(stack, user, reference))),
    ),
};
