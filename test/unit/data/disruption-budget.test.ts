import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { disruptionProblem, planDisruptionBudget } from "../../../components/kubernetes/disruption-budget.ts";

/** Pods that the disruption controller lets go while all `min` of them are healthy. */
function evictions(min: number, minAvailable: number | undefined): number {
  const spec = planDisruptionBudget("api", min, minAvailable);
  const stay = spec.minAvailable ?? min - Number(spec.maxUnavailable);
  return min - Number(stay);
}

describe("a disruption budget", () => {
  test("OS-01 lets a quarter of the pods go, and at least one", () => {
    const away = [1, 2, 3, 4, 7, 8, 12, 100].map((min) => [
      min,
      planDisruptionBudget("api", min, undefined).maxUnavailable,
    ]);
    expect(away).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [7, 1],
      [8, 2],
      [12, 3],
      [100, 25],
    ]);
    expect(planDisruptionBudget("api", 3, undefined)).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
    expect(planDisruptionBudget("api", 3, 2)).toEqual({
      minAvailable: 2,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
  });

  test("always lets one pod go, whatever is said and not refused", () => {
    const stated = fc.option(fc.nat(1200), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), stated, (min, minAvailable) => {
        fc.pre(minAvailable === undefined || disruptionProblem(min, minAvailable) === undefined);
        expect(evictions(min, minAvailable)).toBeGreaterThanOrEqual(1);
        expect(evictions(min, minAvailable)).toBeLessThanOrEqual(min);
      }),
    );
  });

  test("that blocks every eviction is refused, with what would do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(10), (min, more) => {
        expect(() => planDisruptionBudget("api", min, min + more)).toThrow("blocks every eviction");
      }),
    );
    expect(disruptionProblem(3, 3)).toBe(
      "minAvailable: 3 of 3 pods blocks every eviction, and with it each upgrade of a node; use 0 to 2, or run 4 pods or more",
    );
    expect(disruptionProblem(1, 1)).toBe(
      "minAvailable: 1 of 1 pods blocks every eviction, and with it each upgrade of a node; use 0, or run more pods",
    );
    expect(disruptionProblem(3, 1.5)).toBe("minAvailable: 1.5 must be a whole number from 0 to 2");
    expect(disruptionProblem(3, -1)).toBe("minAvailable: -1 must be a whole number from 0 to 2");
  });
});
