import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SecretStore } from "../../../sandbox/cloud/secrets.ts";

const id = "projects/p/secrets/jwt/versions/1";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (payload: Uint8Array | undefined) => payload && Buffer.from(payload).toString();

test("EA-06 a secret is on disk encrypted only, beside a key that its owner alone can read", async () => {
  await new SecretStore(folder).put(id, "urn:a", Buffer.from("correct horse battery staple"));
  const stored = readFileSync(join(folder, "secrets.json"), "utf8");
  expect(stored).not.toContain("correct horse");
  expect(stored).not.toContain(Buffer.from("correct horse battery staple").toString("base64"));
  expect(statSync(join(folder, "secrets.key")).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  const again = new SecretStore(folder);
  expect(text(again.get(id))).toBe("correct horse battery staple");
  expect(again.list()).toEqual([{ id, owner: "urn:a" }]);
});

test("an entry that was put under another name is refused", async () => {
  await new SecretStore(folder).put(id, "urn:a", Buffer.from("payload"));
  const path = join(folder, "secrets.json");
  writeFileSync(path, readFileSync(path, "utf8").replace("versions/1", "versions/2"));
  expect(() => new SecretStore(folder).get("projects/p/secrets/jwt/versions/2")).toThrow(
    "can't be decrypted",
  );
});

test("versions are found by number or as the latest, and those that exist are named", async () => {
  const store = new SecretStore(folder);
  for (const version of [2, 10]) {
    await store.put(`projects/p/secrets/jwt/versions/${version}`, "urn:a", Buffer.from(`v${version}`));
  }
  const mount = { path: "/secrets/jwt", secret: "projects/p/secrets/jwt", file: "value" };
  expect(store.resolve({ ...mount, version: "latest" })).toBe("projects/p/secrets/jwt/versions/10");
  expect(store.resolve({ ...mount, version: "2" })).toBe("projects/p/secrets/jwt/versions/2");
  expect(() => store.resolve({ ...mount, version: "3" })).toThrow(
    'The secret "projects/p/secrets/jwt" mounted at /secrets/jwt has no version 3. It has: 2, 10.',
  );
  expect(() => store.resolve({ ...mount, secret: "projects/p/secrets/other", version: "1" })).toThrow(
    "It has: none.",
  );
});

test("what is deleted is gone, and deleting it again does no harm", async () => {
  const store = new SecretStore(folder);
  await store.put(id, "urn:a", Buffer.from("payload"));
  await store.delete(id);
  await store.delete(id);
  expect(new SecretStore(folder).get(id)).toBeUndefined();
});

test("an id that is no version's is refused", async () => {
  await expect(
    new SecretStore(folder).put("projects/p/secrets/jwt", "urn:a", Buffer.from("")),
  ).rejects.toThrow("is no secret version");
});
