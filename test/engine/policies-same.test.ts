import { expect, onTestFinished, test, vi } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import type { PlanResult } from "../../automation/plan/result.ts";
import { copyCheckout } from "../support/checkout.ts";

// One preview of the whole stack by the real engine.
vi.setConfig({ testTimeout: 240_000 });

test("the engine's preview finds what a plan finds, and besides only what is not known yet", async () => {
  const checkout = await copyCheckout();
  onTestFinished(() => checkout.remove());
  const planned = await checkout.slipway("plan", "--stack", "production", "--format", "json");
  const previewed = await checkout.slipway("preview", "--stack", "production", "--sandbox", "--json");
  const plan = JSON.parse(planned.stdout) as PlanResult;
  const preview = JSON.parse(previewed.stdout) as Summary;
  expect([planned.code, previewed.code], preview.failure).toEqual([0, 0]);
  // The engine says of the stack itself what is said of no resource.
  const of = (urn = "") => (urn.includes("::pulumi:pulumi:Stack::") ? "" : urn);
  const fromPlan = plan.policy.results.map(
    ({ policy, urn, blocking, status }) =>
      `${policy} ${of(urn)} ${blocking ? "stops" : status === "not evaluated" ? "not evaluated" : "is shown"}`,
  );
  const fromPreview = preview.policies.findings.map(
    ({ policy, urn, mandatory, notEvaluated }) =>
      `${policy} ${of(urn)} ${mandatory ? "stops" : notEvaluated ? "not evaluated" : "is shown"}`,
  );
  expect(fromPlan.length).toBeGreaterThan(10);
  expect(fromPlan.filter((one) => !fromPreview.includes(one))).toEqual([]);
  const more = fromPreview.filter((one) => !fromPlan.includes(one));
  expect(more.filter((one) => !one.endsWith(" not evaluated"))).toEqual([]);
});
