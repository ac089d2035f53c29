import type { V1Secret } from "@kubernetes/client-node";
import type { ExternalSecret } from "./external-secret-types.ts";
import { NoSuchSecretError, type SecretSource, type SecretValue } from "./secret-values.ts";

/** What a template may say: the name of a key, in double braces. */
const REFERENCE = /\{\{-?\s*\.([A-Za-z0-9_]+)\s*-?\}\}/g;

/** Values by key of the secret, in base64, each with its source. */
export type SecretValues = Readonly<Record<string, SecretValue>>;

/**
 * The values that an ExternalSecret asks for. A made-up one is kept as long as the secret exists.
 *
 * @param before the secret as it is now
 * @throws NoSuchSecretError where a secret, or a property of it, is not there
 */
export async function collectValues(
  { spec }: ExternalSecret,
  project: string | undefined,
  source: SecretSource,
  before: V1Secret | undefined,
): Promise<SecretValues> {
  const values: Record<string, SecretValue> = {};
  const keep = (key: string, value: SecretValue): SecretValue => {
    const old = before?.data?.[key];
    return value.source === "made up" && old !== undefined ? { data: old, source: "made up" } : value;
  };
  for (const { extract } of spec.dataFrom ?? []) {
    if (extract === undefined) {
      throw new NoSuchSecretError('the sandbox knows "extract" in dataFrom only, not "find" or "sourceRef"');
    }
    const value = await source.read(project, extract.key, extract.version ?? "latest");
    if (value.source === "made up") values[extract.key] = keep(extract.key, value);
    else for (const [key, data] of members(value, extract.key)) values[key] = { data, source: "cloud" };
  }
  for (const { secretKey, remoteRef } of spec.data ?? []) {
    const value = await source.read(project, remoteRef.key, remoteRef.version ?? "latest");
    values[secretKey] =
      remoteRef.property === undefined || value.source === "made up"
        ? keep(secretKey, value)
        : { data: property(value, remoteRef.key, remoteRef.property), source: "cloud" };
  }
  return values;
}

/** The members of a secret that is a JSON object, each in base64. */
function members({ data }: SecretValue, name: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(data, "base64").toString());
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null) {
    throw new NoSuchSecretError(
      `the secret "${name}" is no JSON object, so nothing can be extracted from it`,
    );
  }
  return Object.entries(parsed).map(([key, value]) => [
    key,
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64"),
  ]);
}

function property(value: SecretValue, name: string, wanted: string): string {
  const found = members(value, name).find(([key]) => key === wanted);
  if (!found) throw new NoSuchSecretError(`the secret "${name}" has no property "${wanted}"`);
  return found[1];
}

/**
 * The secret that an ExternalSecret makes.
 *
 * @throws NoSuchSecretError when its template asks for a key that there is not, or for more than keys
 */
export function secretFor(external: ExternalSecret, values: SecretValues): V1Secret {
  const { name = "", namespace = "", uid = "" } = external.metadata ?? {};
  const { target } = external.spec;
  const template = target?.template;
  const plain = Object.fromEntries(Object.entries(values).map(([key, { data }]) => [key, data]));
  const rendered = Object.fromEntries(
    Object.entries(template?.data ?? {}).map(([key, text]) => [key, render(key, text, values)]),
  );
  const owned = (target?.creationPolicy ?? "Owner") === "Owner";
  const reference = {
    apiVersion: external.apiVersion ?? "",
    kind: "ExternalSecret",
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: target?.name ?? name,
      namespace,
      ...(template?.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      labels: { ...template?.metadata?.labels, "reconcile.external-secrets.io/managed": "true" },
      ...(owned ? { ownerReferences: [reference] } : {}),
    },
    ...(template?.type ? { type: template.type } : {}),
    ...(target?.immutable ? { immutable: true } : {}),
    // A template's data replaces what was fetched, unless it says that it is merged.
    data: template?.data && template.mergePolicy !== "Merge" ? rendered : { ...plain, ...rendered },
  };
}

function render(key: string, text: string, values: SecretValues): string {
  const result = text.replaceAll(REFERENCE, (_whole, name: string) => {
    const value = values[name];
    if (!value)
      throw new NoSuchSecretError(`the template of "${key}" asks for "${name}", which is not fetched`);
    return Buffer.from(value.data, "base64").toString();
  });
  if (result.includes("{{")) {
    throw new NoSuchSecretError(
      `the template of "${key}" has more than keys ({{ .key }}), which the sandbox can't do`,
    );
  }
  return Buffer.from(result).toString("base64");
}

/** Where the values are from, in words, without any of them. */
export function describeSources(values: SecretValues): string {
  const madeUp = Object.keys(values).filter((key) => values[key]?.source === "made up");
  if (madeUp.length === 0) return "secret synced from the local cloud";
  const all = madeUp.length === Object.keys(values).length;
  return `secret synced; ${all ? "its values are" : `the values of ${madeUp.join(", ")} are`} made up by the sandbox, which runs no local cloud for this cluster's secrets`;
}
