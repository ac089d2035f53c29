import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backOffSeconds, scale, wantedInstances } from "../../../sandbox/cloud/scaling.ts";

const revision = {
  load: 0,
  instances: 1,
  minInstances: 1,
  maxInstances: 5,
  concurrency: 10,
  targetUtilization: 0.6,
  surplusSeconds: 0,
  idleSeconds: 60,
};

describe("scale", () => {
  test("EA-01 adds an instance as soon as the others carry more than their target", () => {
    expect(scale({ ...revision, load: 6 })).toBe(1);
    expect(scale({ ...revision, load: 7 })).toBe(2);
    expect(scale({ ...revision, load: 13, instances: 2 })).toBe(3);
  });

  test("EA-01 keeps to its limits", () => {
    expect(scale({ ...revision, load: 1000 })).toBe(5);
    expect(scale({ ...revision, minInstances: 3 })).toBe(3);
    expect(scale({ ...revision, instances: 0, minInstances: 0 })).toBe(0);
    expect(scale({ ...revision, instances: 0, minInstances: 0, load: 1 })).toBe(1);
  });

  test("lets instances go only after the surplus has lasted", () => {
    expect(scale({ ...revision, instances: 4, surplusSeconds: 59.9 })).toBe(4);
    expect(scale({ ...revision, instances: 4, surplusSeconds: 60 })).toBe(1);
  });

  test("wants one instance per request where an instance takes one at a time", () => {
    expect(wantedInstances({ ...revision, concurrency: 1, load: 3 })).toBe(3);
  });

  test("wants more for more load, never fewer, and always within the limits", () => {
    const load = fc.integer({ min: 0, max: 10_000 });
    const limits = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(
        load,
        load,
        limits,
        fc.integer({ min: 1, max: 200 }),
        (one, other, [min, more], concurrency) => {
          const limited = { ...revision, minInstances: min, maxInstances: min + more, concurrency };
          const [less = 0, most = 0] = [one, other].sort((a, b) => a - b);
          const few = wantedInstances({ ...limited, load: less });
          const many = wantedInstances({ ...limited, load: most });
          expect(few).toBeLessThanOrEqual(many);
          expect(few).toBeGreaterThanOrEqual(min);
          expect(many).toBeLessThanOrEqual(min + more);
        },
      ),
    );
  });
});

test("backOffSeconds doubles from half a second to thirty", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map(backOffSeconds)).toEqual([0, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
});
