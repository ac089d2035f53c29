import { expect, test } from "vitest";
import { conditions, differs, fails, holds } from "../../../sandbox/kubernetes/controllers/conditions.ts";

const first = conditions(
  [fails("Ready", "Missing", "no store")],
  undefined,
  1,
  new Date("2026-01-01T00:00:00.5Z"),
);

test("a condition has a time, which stays until its status changes", () => {
  expect(first).toEqual([
    {
      type: "Ready",
      status: "False",
      reason: "Missing",
      message: "no store",
      observedGeneration: 1,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ]);
  const later = new Date("2026-01-01T00:05:00Z");
  const [same] = conditions([fails("Ready", "Other", "no secret")], first, 2, later);
  expect(same?.lastTransitionTime).toBe("2026-01-01T00:00:00Z");
  const [changed] = conditions([holds("Ready", "Synced", "")], first, 2, later);
  expect(changed?.lastTransitionTime).toBe("2026-01-01T00:05:00Z");
});

test("only what says something new is written: otherwise a watch would never come to rest", () => {
  expect(differs(undefined, first)).toBe(true);
  expect(differs(first, conditions([fails("Ready", "Missing", "no store")], first, 1))).toBe(false);
  expect(differs(first, conditions([fails("Ready", "Missing", "no key")], first, 1))).toBe(true);
  expect(differs(first, conditions([fails("Ready", "Missing", "no store")], first, 2))).toBe(true);
});
