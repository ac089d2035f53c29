import { afterAll, beforeAll, expect, test } from "vitest";
import { type Checkout, copyCheckout } from "../support/checkout.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { followGuide } from "../support/guide.ts";

// It has a cluster of its own, which its first command starts.
describeWithCluster("the guide to Kubernetes", () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await copyCheckout({ savesAtEnd: true });
  });
  afterAll(async () => {
    await checkout.remove();
  });

  test("does what it says, command by command", { timeout: 800_000 }, async () => {
    const all = await followGuide("docs/kubernetes.md", checkout, 7);
    expect(all).toMatch(/onesource\/redis +1 of 1 pods ready/);
    expect(all).toMatch(/USE_UNIFIED_PIPELINE +0 +1 +0/);
    expect(all).toContain("runs-as-non-root");
  });
});
