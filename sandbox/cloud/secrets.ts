import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CloudError, type CloudMount } from "./api.ts";
import { SerialSave, writeAtomically } from "./files.ts";
import { isSecretVersionId } from "./schema.ts";

interface SealedSecret {
  readonly owner: string;
  /** Base64, as the two below. */
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
}

/**
 * Secret versions, encrypted at rest with AES-256-GCM; the id and the owner are authenticated with the payload, so
 * that one entry can't be passed off as another. The key lies beside, mode 600: it keeps payloads out of backups,
 * greps and screens, not from whoever may read the key.
 */
export class SecretStore {
  readonly #path: string;
  readonly #key: Buffer;
  readonly #sealed: Map<string, SealedSecret>;
  readonly #save: SerialSave;

  /** Opens the store of a folder, making the key if there is none. */
  constructor(folder: string) {
    this.#path = join(folder, "secrets.json");
    this.#key = loadKey(join(folder, "secrets.key"));
    this.#sealed = new Map(Object.entries(loadSealed(this.#path)));
    this.#save = new SerialSave(() =>
      writeAtomically(this.#path, `${JSON.stringify(Object.fromEntries(this.#sealed))}\n`),
    );
  }

  get size(): number {
    return this.#sealed.size;
  }

  /** Adds or replaces one version; on disk when it resolves. @throws CloudError `invalid` for a malformed id */
  async put(id: string, owner: string, payload: Uint8Array): Promise<void> {
    if (!isSecretVersionId(id)) {
      throw new CloudError("invalid", `"${id}" is no secret version: use projects/P/secrets/S/versions/N.`);
    }
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(associated(id, owner));
    const data = Buffer.concat([cipher.update(payload), cipher.final()]);
    this.#sealed.set(id, {
      owner,
      nonce: nonce.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      data: data.toString("base64"),
    });
    await this.#save.request();
  }

  /** @throws CloudError `internal` when the entry or the key was tampered with */
  get(id: string): Uint8Array | undefined {
    const sealed = this.#sealed.get(id);
    if (sealed === undefined) return undefined;
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, Buffer.from(sealed.nonce, "base64"));
      decipher.setAAD(associated(id, sealed.owner));
      decipher.setAuthTag(Buffer.from(sealed.tag, "base64"));
      return Buffer.concat([decipher.update(Buffer.from(sealed.data, "base64")), decipher.final()]);
    } catch {
      throw new CloudError(
        "internal",
        `The secret version "${id}" can't be decrypted: secrets.json or secrets.key was changed. Put it again.`,
      );
    }
  }

  async delete(id: string): Promise<void> {
    if (this.#sealed.delete(id)) await this.#save.request();
  }

  list(): { id: string; owner: string }[] {
    return [...this.#sealed].map(([id, { owner }]) => ({ id, owner }));
  }

  /**
   * The version that a mount names.
   *
   * @throws CloudError `not-found` with the versions that there are
   */
  resolve(mount: CloudMount): string {
    const prefix = `${mount.secret}/versions/`;
    const versions = [...this.#sealed.keys()]
      .filter((id) => id.startsWith(prefix))
      .map((id) => Number(id.slice(prefix.length)))
      .sort((left, right) => left - right);
    const version = mount.version === "latest" ? versions.at(-1) : Number(mount.version);
    if (version !== undefined && versions.includes(version)) return `${prefix}${version}`;
    throw new CloudError(
      "not-found",
      `The secret "${mount.secret}" mounted at ${mount.path} has no version ${mount.version}. ` +
        `It has: ${versions.length === 0 ? "none" : versions.join(", ")}. Add the version, or mount one that exists.`,
    );
  }

  /** Writes what the mounts name under `root`: folders mode 700, files mode 400. @throws as {@link resolve} */
  mount(mounts: readonly CloudMount[], root: string): void {
    for (const mount of mounts) {
      const payload = this.get(this.resolve(mount));
      if (payload === undefined) continue;
      const path = join(root, mount.path, mount.file);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, payload, { mode: 0o400, flag: "wx" });
      chmodSync(path, 0o400); // whatever the umask made of it
    }
  }
}

function associated(id: string, owner: string): Buffer {
  return Buffer.from(JSON.stringify([id, owner]));
}

function loadSealed(path: string): Record<string, SealedSecret> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, SealedSecret>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Error(
      `The local cloud's secrets ${path} can't be read. Start anew with \`slipway sandbox reset\`.`,
    );
  }
}

function loadKey(path: string): Buffer {
  try {
    const key = Buffer.from(readFileSync(path, "utf8"), "base64");
    if (key.length !== 32) {
      throw new Error(`${path} is no key. Put the right one there, or use \`slipway sandbox reset\`.`);
    }
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const key = randomBytes(32);
  writeFileSync(path, key.toString("base64"), { mode: 0o600, flag: "wx" });
  return key;
}
