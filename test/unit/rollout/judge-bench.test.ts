import { expect, test } from "vitest";
import { wilson } from "../../../bench/judge.ts";
import { isHigher } from "../../../bench/judge-kinds.ts";
import { drawn, type Look, random, release } from "../../../bench/judge-traffic.ts";

const range = (from: number) => Array.from({ length: 15 }, (_, index) => from + index);

test("EA-10 the bench's Mann–Whitney judge sees a clear shift, and none in the same figures", () => {
  expect(isHigher(range(10), range(0))).toBe(true);
  expect(isHigher(range(0), range(0))).toBe(false);
  expect(isHigher(range(0), range(10))).toBe(false);
  // Of 225 differences around 5 the 56th lowest is 1, and a quarter of 5 is more; around 6 it is 2, and a quarter of 6 is less.
  expect(isHigher(range(5), range(0))).toBe(false);
  expect(isHigher(range(6), range(0))).toBe(true);
});

test("EA-10 the bench's traffic is as bad as it says, and the same in each run", () => {
  const next = random(1);
  const bad = Array.from({ length: 1000 }, () => drawn(next, 1000, 0.02));
  const mean = bad.reduce((sum, one) => sum + one, 0) / 1000;
  const variance = bad.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 1000;
  expect([mean, variance]).toEqual([expect.closeTo(20, 0), expect.closeTo(19.6, -1)]);
  expect(drawn(random(1), 1000, 0.02)).toBe(bad[0]);
  expect(drawn(random(1), 1000, 0)).toBe(0);
});

test("EA-10 the bench's releases end as the machine's do", () => {
  const truth = { candidate: 0.01, stable: 0.01 };
  const end = (verdict: (look: Look) => "healthy" | "unhealthy" | "inconclusive") =>
    release(random(1), truth, verdict);
  expect(end(() => "healthy")).toEqual({ end: "promoted", requests: 75 });
  expect(end(() => "inconclusive")).toEqual({ end: "paused", requests: undefined });
  expect(end(({ elapsedSeconds }) => (elapsedSeconds < 900 ? "healthy" : "unhealthy"))).toEqual({
    end: "taken back",
    requests: 75,
  });
  const weights = new Set<number>();
  end(({ weight, stable, elapsedSeconds }) => {
    weights.add(weight);
    expect(stable.total).toBe(((100 - weight) / 100) * 50 * elapsedSeconds);
    return "healthy";
  });
  expect([...weights]).toEqual([10, 50, 100]);
});

test("EA-10 the bench says how sure its shares are", () => {
  expect(wilson(0, 2000)).toEqual([expect.closeTo(0, 5), expect.closeTo(0.00192, 5)]);
  expect(wilson(20, 2000)).toEqual([expect.closeTo(0.00648, 5), expect.closeTo(0.0154, 5)]);
});
