/** Folder that a container finds the secret `secretId` in: the same on every runtime. */
export function secretFolder(secretId: string): string {
  return `/secrets/${secretId}`;
}

/** File that holds the secret's value. */
export function secretPath(secretId: string): string {
  return `${secretFolder(secretId)}/value`;
}
