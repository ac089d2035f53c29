import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";
import { followGuide } from "../support/guide.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";

describeWithPrometheus("the guide from an objective to a page", () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await copyCheckout();
    await keepSystem(checkout.root, "ethixai");
  });
  afterAll(async () => {
    await checkout.remove();
  });

  test("EA-16 does what it says, command by command: the page fires by the rules as they are", {
    timeout: 900_000,
  }, async () => {
    const all = await followGuide("docs/alerts.md", checkout, 6);
    for (const file of ["ethixai.rules.yaml", "alertmanager.yaml", "ethixai-backend.json", "ethixai.yaml"]) {
      expect(all).toContain(file);
    }
    expect(all).toMatch(/sandbox prometheus start\n +npx slipway sandbox load/);
    expect(all).toMatch(/PAGE BackendAvailabilityBurn ethixai\/backend for \d+ s/);
    expect(all).toContain("runbook  docs/runbooks/ethixai/service.md#backendavailabilityburn");
    // What was destroyed is not watched any more.
    expect(await readdir(join(sandboxPaths(checkout.root).prometheus, "rules"))).toEqual([]);
  });
});
