import { CONTAINER_TYPES, containersOf, instanceTemplate } from "../../cloud-run.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { attempt } from "../../core/unknown.ts";
import { EXTERNAL_SECRETS, remoteReferences } from "../../external-secrets.ts";

/** A use of a secret: which one, and which version of it. */
interface Use {
  readonly secret: Property;
  readonly version: Property;
}

function usesOf(resource: Subject): Use[] {
  if (EXTERNAL_SECRETS.includes(resource.type))
    return remoteReferences(resource).map((one) => ({ secret: one.at("key"), version: one.at("version") }));
  const mounted = instanceTemplate(resource)
    .at("volumes")
    .items()
    .map((volume) => volume.at("secret"))
    .flatMap((secret) =>
      secret
        .at("items")
        .items()
        .map((item) => ({ secret: secret.at("secret"), version: item.at("version") })),
    );
  const set = containersOf(resource)
    .flatMap((container) => container.at("envs").items())
    .map((variable) => variable.at("valueSource", "secretKeyRef"))
    .filter((reference) => reference.present)
    .map((reference) => ({ secret: reference.at("secret"), version: reference.at("version") }));
  return [...mounted, ...set];
}

/** A version by its number; what moves, or isn't known yet, can be compared with nothing. */
function pinnedUse({ secret, version }: Use) {
  const read = attempt(() => ({ name: secret.text() ?? "", number: version.text() ?? "" })).value;
  if (read === undefined || !/^\d+$/.test(read.number)) return undefined;
  return { name: read.name.slice(read.name.lastIndexOf("/") + 1), number: Number(read.number), version };
}

function checkAgreement(stack: Stack): Finding[] {
  const resources = [...CONTAINER_TYPES, ...EXTERNAL_SECRETS].flatMap((type) => stack.ofType(type));
  const uses = resources
    .flatMap((resource) => attempt(() => usesOf(resource)).value ?? [])
    .map(pinnedUse)
    .filter((use) => use !== undefined);
  return [...Map.groupBy(uses, ({ name }) => name).values()].flatMap((same) => {
    const newest = Math.max(...same.map(({ number }) => number));
    return each(same, ({ number, version }) =>
      number < newest
        ? violation(version, `is ${number}, and another consumer of the same secret has ${newest} already`)
        : undefined,
    );
  });
}

export const secretVersionsAgree: Policy = {
  id: "secret-versions-agree",
  title: "All consumers of a secret should have the same version of it.",
  severity: "medium",
  level: "advisory",
  why: "A rotation is whole when every consumer has the new version: only then may the old one be disabled, and a consumer that was forgotten fails on that day.",
  fix: "Take the version from one place, such as the secretmanager.SecretVersion itself. While a rotation is under way, state it by an exemption.",
  example: {
    typescript: `const volumes = [
  { name: "key", secret: { secret: secret.secretId, items: [{ path: "value", version: version.version }] } },
];`,
  },
  requirements: ["EA-06"],
  types: [...CONTAINER_TYPES, ...EXTERNAL_SECRETS],
  checkStack: checkAgreement,
};

export const externalSecretFollows: Policy = {
  id: "external-secret-follows",
  title: "An ExternalSecret that names no version must be read again.",
  severity: "medium",
  level: "mandatory",
  why: "Without a version and without a refresh, the pods keep what was there on the first day: after a rotation, a secret that no longer opens anything.",
  fix: "Name the version in remoteRef.version, so that a rotation is a change like any other; or set a refreshInterval.",
  example: {
    yaml: `apiVersion: external-secrets.io/v1
kind: ExternalSecret
spec:
  refreshPolicy: CreatedOnce
  data:
    - secretKey: value
      remoteRef: { key: session-key, version: "3" }`,
  },
  requirements: ["EA-06"],
  types: EXTERNAL_SECRETS,
  check: (resource) => {
    const isCluster = resource.type.endsWith(":ClusterExternalSecret");
    const spec = isCluster ? resource.props.at("spec", "externalSecretSpec") : resource.props.at("spec");
    const [policy, interval] = [spec.at("refreshPolicy"), spec.at("refreshInterval")];
    const isOnce = policy.text() === "CreatedOnce";
    // One hour where nothing is said; 0 means never (reference of External Secrets).
    if (!isOnce && !/^0[a-z]*$/.test(interval.text() ?? "1h")) return [];
    return each(remoteReferences(resource), (reference) =>
      reference.at("version").present
        ? undefined
        : violation(
            isOnce ? policy : interval,
            `is ${(isOnce ? policy : interval).quote()}, and ${reference.path} names no version: a rotation never arrives`,
          ),
    );
  },
};
