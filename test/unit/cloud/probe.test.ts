import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countProbe, newCount, type ProbeCount, type ProbeThresholds } from "../../../sandbox/cloud/probe.ts";

/** Which answers of a run turned the probe, and to what. */
function turns(probe: ProbeThresholds, answers: string, passing?: boolean): string[] {
  let count: ProbeCount = newCount(passing);
  const turned: string[] = [];
  for (const [index, answer] of [...answers].entries()) {
    const step = countProbe(probe, count, answer === "+");
    count = step.count;
    if (step.turned) turned.push(`${index + 1} ${step.turned}`);
  }
  return turned;
}

describe("countProbe", () => {
  test("EA-02 liveness fails at the third failure in a row, not before", () => {
    expect(turns({ failureThreshold: 3 }, "--+--+--", true)).toEqual([]);
    expect(turns({ failureThreshold: 3 }, "+--+---", true)).toEqual(["7 failed"]);
  });

  test("EA-02 readiness goes out at the second failure in a row and comes back at its success threshold", () => {
    const readiness = { failureThreshold: 2, successThreshold: 2 };
    expect(turns(readiness, "++-+--+-++")).toEqual(["2 passed", "6 failed", "10 passed"]);
  });

  test("EA-02 startup passes at the first success and fails when its allowance is used up", () => {
    expect(turns({ failureThreshold: 12 }, `${"-".repeat(11)}+`)).toEqual(["12 passed"]);
    expect(turns({ failureThreshold: 12 }, "-".repeat(12))).toEqual(["12 failed"]);
  });

  test("turns alternately, and only where a whole run of answers of one kind ends", () => {
    const thresholds = fc.record({
      failureThreshold: fc.integer({ min: 1, max: 5 }),
      successThreshold: fc.integer({ min: 1, max: 5 }),
    });
    const answers = fc.string({ unit: fc.constantFrom("+", "-"), maxLength: 60 });
    fc.assert(
      fc.property(thresholds, answers, (probe, text) => {
        const turned = turns(probe, text);
        for (const [index, turn] of turned.entries()) {
          const [at = "", to] = turn.split(" ");
          const run =
            to === "passed" ? "+".repeat(probe.successThreshold) : "-".repeat(probe.failureThreshold);
          expect(text.slice(0, Number(at)).endsWith(run)).toBe(true);
          expect(turned[index - 1]?.endsWith(to ?? "")).not.toBe(true);
        }
        const failsSomewhere = text.includes("-".repeat(probe.failureThreshold));
        expect(turned.some((turn) => turn.endsWith("failed"))).toBe(failsSomewhere);
      }),
    );
  });
});
