import { hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seal } from "../../models/gcp/ciphertext.ts";
import type { LivePart } from "./live.ts";

const KEY_BYTES = 32;

/**
 * The key that stands for one Cloud KMS key of this cloud: derived from a root of the cloud's own, which is made when
 * first needed and lies in its folder with mode 600.
 */
export function localKey(folder: string, cryptoKey: string): Buffer {
  const path = join(folder, "kms.key");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Two processes may begin at once: the first one's key counts.
    writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return Buffer.from(hkdfSync("sha256", readFileSync(path), "", cryptoKey, KEY_BYTES));
}

/** `gcp:kms/secretCiphertext:SecretCiphertext`: sealed with a key that the cloud's folder keeps, so that it can be opened there. */
export const ciphertextPart: LivePart = {
  create: async ({ inputs }, { folder }) => {
    const cryptoKey = String(inputs.cryptoKey);
    const aad = String(inputs.additionalAuthenticatedData ?? "");
    const ciphertext = seal(localKey(folder, cryptoKey), String(inputs.plaintext), aad);
    return { id: `${cryptoKey}/${ciphertext}`, outputs: { ciphertext } };
  },
  update: async () => ({ outputs: {} }),
  read: async () => ({ outputs: {} }),
  delete: async () => {},
};
