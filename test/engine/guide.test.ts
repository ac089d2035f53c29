import { afterAll, beforeAll, expect, test } from "vitest";
import { type Checkout, copyCheckout } from "../support/checkout.ts";
import { followGuide } from "../support/guide.ts";

let checkout: Checkout;
beforeAll(async () => {
  checkout = await copyCheckout({ savesAtEnd: true });
});
afterAll(async () => {
  await checkout.remove();
});

test("the guide from zero to a deployed service does what it says, command by command", {
  timeout: 900_000,
}, async () => {
  const all = await followGuide("docs/from-zero.md", checkout, 9);
  expect(all).toMatch(/hello\/web +http:\/\/127\.0\.0\.1:\d+ +answers 200/);
  expect(all).toContain("sandbox (sandbox): nothing to change");
  expect(all).toContain("no-secret-in-environment");
  expect(all).not.toContain("s3cr3t");
});
