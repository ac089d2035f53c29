import type { Secret } from "./secret.ts";

/** Folder that a container finds the secret `secretId` in: the same on every runtime. */
export function secretFolder(secretId: string): string {
  return `/secrets/${secretId}`;
}

/** File that holds the secret's value. */
export function secretPath(secretId: string): string {
  return `${secretFolder(secretId)}/value`;
}

/** Variables that name the files of secrets, by the variables' names: for each the path, never the value. */
export function secretFiles(secrets: Readonly<Record<string, Secret>>): { name: string; value: string }[] {
  return Object.entries(secrets).map(([name, secret]) => ({
    name: `${name}_FILE`,
    value: secretPath(secret.secretId),
  }));
}

/** Each secret once, whatever variables name it, sorted by id. */
export function distinctSecrets(secrets: Iterable<Secret>): Secret[] {
  return [...new Set(secrets)].sort((a, b) => (a.secretId < b.secretId ? -1 : 1));
}
