import fc from "fast-check";
import { expect, test } from "vitest";
import { dataWithoutSecrets, withoutSecrets } from "../../../automation/rollout/report/redact.ts";

test.each([
  ["GET https://ada:hunter2@example.com/health: 503", "GET https://[secret]@example.com/health: 503"],
  ["mongodb+srv://app:p@ss@db.example.com/shop", "mongodb+srv://[secret]@db.example.com/shop"],
  ["Authorization: Basic YWRhOmh1bnRlcjI=, 401", "Authorization: [secret], 401"],
  ["sent Bearer abcdef0123456789", "sent Bearer [secret]"],
  [
    "https://example.com/?access_token=abcdef0123&page=2",
    "https://example.com/?access_token=[secret]&page=2",
  ],
  ['{"password": "hunter2", "user": "ada"}', '{"password": "[secret]", "user": "ada"}'],
  ["API_KEY: 1a2b3c4d5e", "API_KEY: [secret]"],
  ["pushed with ghp_0123456789abcdefghij0123", "pushed with [secret]"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln was refused", "[secret] was refused"],
  ["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "[secret]"],
])("EA-10 of %j stays what is no secret", (text, left) => {
  expect(withoutSecrets(text)).toBe(left);
});

test.each([
  "secret: permission denied",
  "the lease's token: 8 is lower than the ledger's",
  "image registry.example.com/backend@sha256:0123456789abcdef0123456789abcdef",
  "https://example.com/orders?mail=ada@example.com",
  "2 % of 900 requests failed, limit 0.5 %",
])("EA-10 %j holds none, and stays", (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

test("EA-10 no password in an address is ever shown, wherever it stands", () => {
  const password = fc.stringMatching(/^[A-Za-z0-9!$&*+,;=._~%-]{6,40}$/);
  fc.assert(
    fc.property(password, fc.lorem(), fc.lorem(), (secret, before, after) => {
      const text = `${before} https://ZZuser:ZZ${secret}@db.example.com/x ${after}`;
      const { deep } = dataWithoutSecrets({ deep: [{ error: text }] });
      expect(deep[0]?.error).not.toContain(`ZZ${secret}`);
      expect(deep[0]?.error).toBe(`${before} https://[secret]@db.example.com/x ${after}`);
    }),
  );
});
