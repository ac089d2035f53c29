import { afterAll, beforeAll, expect, test } from "vitest";
import { type Checkout, copyCheckout, useFileLedgers } from "../support/checkout.ts";
import { followGuide } from "../support/guide.ts";

let checkout: Checkout;
beforeAll(async () => {
  checkout = await copyCheckout({ savesAtEnd: true });
  await useFileLedgers(checkout.root);
});
afterAll(async () => {
  await checkout.remove();
});

test("the guide to policies does what it says, command by command", { timeout: 600_000 }, async () => {
  const all = await followGuide("docs/policies.md", checkout, 7);
  expect(all).toMatch(/^no-secret-in-environment +security +critical +mandatory/m);
  expect(all).toContain("To mend it\n");
  expect(all).toMatch(/no-secret-in-environment[\s\S]*DATABASE_PASSWORD/);
  expect(all).not.toContain("hunter2");
});
