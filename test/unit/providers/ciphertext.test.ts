import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CloudClient } from "../../../sandbox/cloud/client.ts";
import { unseal } from "../../../sandbox/models/gcp/ciphertext.ts";
import { ciphertextPart, localKey } from "../../../sandbox/providers/live/ciphertext.ts";

test("ciphertext can be opened with the key in the cloud's folder, and with no other", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-kms-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inputs = { cryptoKey: "projects/p/locations/l/keyRings/r/cryptoKeys/k", plaintext: "open sesame" };
  const context = { cloud: {} as CloudClient, folder, signal: new AbortController().signal };
  const made = await ciphertextPart.create({ urn: "urn", id: "id", inputs, outputs: {} }, context);
  const text = String(made.outputs.ciphertext);
  expect(made.id).toBe(`${inputs.cryptoKey}/${text}`);
  expect(Buffer.from(text, "base64").includes("sesame")).toBe(false);
  expect(unseal(localKey(folder, inputs.cryptoKey), text)).toBe("open sesame");
  expect(() => unseal(localKey(folder, "another"), text)).toThrow();
  expect(statSync(join(folder, "kms.key")).mode & 0o777).toBe(0o600);
});
