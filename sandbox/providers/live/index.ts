import { ciphertextPart } from "./ciphertext.ts";
import { cloudRunPart } from "./cloud-run.ts";
import type { LivePart } from "./live.ts";
import { secretVersionPart } from "./secret-version.ts";

/** The resource types that do something in the local cloud. The others live in the state alone. */
export const liveParts: ReadonlyMap<string, LivePart> = new Map([
  ["gcp:cloudrunv2/service:Service", cloudRunPart],
  ["gcp:kms/secretCiphertext:SecretCiphertext", ciphertextPart],
  ["gcp:secretmanager/secretVersion:SecretVersion", secretVersionPart],
]);
