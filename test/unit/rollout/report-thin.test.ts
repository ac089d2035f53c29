import fc from "fast-check";
import { expect, test } from "vitest";
import type { Look } from "../../../automation/rollout/report/looks.ts";
import { pointsOf, runsOf, thinned } from "../../../automation/rollout/report/thin.ts";

const VERDICTS = ["healthy", "unhealthy", "inconclusive", "unknown"] as const;

const looks = fc
  .array(
    fc.record({
      verdict: fc.constantFrom(...VERDICTS),
      candidate: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      high: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 400 },
  )
  .map((all) =>
    all.map(
      ({ verdict, candidate, high }, index): Look => ({
        at: new Date(index * 15_000).toISOString(),
        step: Math.floor(index / 150),
        verdict,
        gates: [{ gate: "errors", verdict, high, ...(candidate === undefined ? {} : { candidate }) }],
      }),
    ),
  );

test("P8-03 thinning loses no extreme, no first and no last look, and makes nothing up", () => {
  fc.assert(
    fc.property(looks, fc.integer({ min: 2, max: 40 }), (all, columns) => {
      const points = pointsOf(all, "errors");
      const kept = thinned(points, columns);
      const most = (of: typeof kept, name: "candidate" | "high") =>
        Math.max(-1, ...of.map((point) => point[name] ?? -1));
      const least = (of: typeof kept) => Math.min(2, ...of.map(({ candidate = 2 }) => candidate));
      expect(most(kept, "candidate")).toBe(most(points, "candidate"));
      expect(most(kept, "high")).toBe(most(points, "high"));
      expect(least(kept)).toBe(least(points));
      expect(kept[0]).toBe(points[0]);
      expect(kept.at(-1)).toBe(points.at(-1));
      expect(points.filter((point) => kept.includes(point))).toEqual(kept);
    }),
  );
});

test("P8-03 of 5,760 looks as many stay as a picture has room for", () => {
  const all = Array.from(
    { length: 5760 },
    (_, index): Look => ({
      at: new Date(index * 30_000).toISOString(),
      step: 0,
      verdict: "healthy",
      gates: [{ gate: "errors", verdict: "healthy", candidate: (index * 7919) % 997 }],
    }),
  );
  expect(thinned(pointsOf(all, "errors"), 200).length).toBeLessThanOrEqual(200 * 4);
  expect(runsOf(all, 200)).toEqual([{ from: 0, to: 5759 * 30, verdict: "healthy", looks: 5760 }]);
});

test("P8-03 a single bad look among good ones is seen in the strip", () => {
  fc.assert(
    fc.property(looks, fc.integer({ min: 2, max: 40 }), (all, columns) => {
      const runs = runsOf(all, columns);
      expect(runs.some(({ verdict }) => verdict === "unhealthy")).toBe(
        all.some(({ verdict }) => verdict === "unhealthy"),
      );
      expect(runs.reduce((sum, { looks: count }) => sum + count, 0)).toBe(all.length);
      for (const { from, to } of runs) expect(from).toBeLessThanOrEqual(to);
    }),
  );
});
