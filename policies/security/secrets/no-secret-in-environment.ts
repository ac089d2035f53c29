import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { secretKind } from "../../core/secret-like.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";
import { CONFIG_MAP } from "../../types.ts";
import { namesSecret } from "./env-names.ts";
import { isHarmless, secretLine } from "./secret-text.ts";

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

function checkEntry([name, value]: [string, Property]): Finding | undefined {
  if (value.secret) return violation(value, "holds a value that the program marks as a secret");
  const isFile = FILE.test(name) || (value.known && (value.text() ?? "").includes("\n"));
  if (!isFile && namesSecret(name) && !isHarmless(value))
    return violation(value, "holds a secret, by its name");
  const text = value.text() ?? "";
  const kind = isFile ? secretLine(text) : secretKind(text);
  return kind === undefined ? undefined : violation(value, `holds what looks like ${kind}`);
}

/** Files that are no text, in base64: a key's may still be one. */
function checkBinary([, value]: [string, Property]): Finding | undefined {
  if (value.secret) return violation(value, "holds a value that the program marks as a secret");
  const kind = secretLine(Buffer.from(value.text() ?? "", "base64").toString("latin1"));
  return kind === undefined ? undefined : violation(value, `holds what looks like ${kind}`);
}

function check(resource: Subject): readonly Finding[] {
  if (resource.type === CONFIG_MAP) {
    return parts(
      () => each(resource.props.at("data").entries(), checkEntry),
      () => each(resource.props.at("binaryData").entries(), checkBinary),
    );
  }
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
  example: {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      env:
        - { name: JWT_SECRET_FILE, value: /secrets/jwt/value }
      volumeMounts:
        - { name: jwt, mountPath: /secrets/jwt, readOnly: true }
  volumes:
    - name: jwt
      secret: { secretName: api-jwt-v3, defaultMode: 288 }`,
  },
  frameworks: {
    "cis-kubernetes": ["5.4.1"],
    "nsa-cisa": ["secrets"],
    "owasp-kubernetes": ["K08"],
    owasp: ["A02"],
  },
  requirements: ["EA-07", "P8-01"],
  types: [...CONTAINER_TYPES, ...POD_TYPES, CONFIG_MAP],
  check,
};
