import { describe, expect, test } from "vitest";
import { judge } from "../../../automation/rollout/judge/judge.ts";
import { comparison, cpu, events, gate, judged, RULE, reading, value } from "./judge-support.ts";

const NOTHING = { kind: "nothing" } as const;

describe("EA-10 a share against its limit, looked at at any moment", () => {
  test.each([
    [1102, 0, "inconclusive"],
    [1103, 0, "healthy"],
    [3, 3, "inconclusive"],
    [4, 4, "unhealthy"],
    [2310, 44, "unhealthy"],
    [2310, 10, "inconclusive"],
    [2310, 2, "healthy"],
  ] as const)("of %d requests %d failed: %s", (total, bad, verdict) => {
    expect(judged(gate(), events(total, bad)).verdict).toBe(verdict);
  });

  test("says what it saw, and what is still needed", () => {
    const reason = (total: number, bad: number) => judged(gate(), events(total, bad)).gates[0]?.reason;
    expect(reason(2310, 44)).toBe("1.9 % of 2,310 requests failed, limit 0.5 %");
    expect(reason(2310, 2)).toBe("0.0866 % of 2,310 requests failed, limit 0.5 %");
    expect(reason(500, 0)).toBe(
      "0 % of 500 requests failed, limit 0.5 %: too few to be sure; needs about 600 more requests without a bad one",
    );
    expect(reason(900, 9)).toBe(
      "1 % of 900 requests failed, limit 0.5 %: above it, but on too few to be sure; needs about 3,800 more requests without a bad one",
    );
  });

  test("as many good requests as it says it needs are enough, and nine in ten of them are not", () => {
    const { reason } = judged(gate(), events(500, 3));
    const needed = Number(/about ([\d,]+) more/.exec(reason)?.[1]?.replaceAll(",", ""));
    expect(judged(gate(), events(500 + 1.05 * needed, 3)).verdict).toBe("healthy");
    expect(judged(gate(), events(500 + 0.9 * needed, 3)).verdict).toBe("inconclusive");
  });

  test("calls slow requests and probes what they are", () => {
    const slow = gate({
      limit: 0.05,
      measure: { kind: "indicator", indicator: { kind: "latency", thresholdSeconds: 2 } },
    });
    expect(judged(slow, events(231, 50)).gates[0]?.reason).toBe(
      "21.6 % of 231 requests took longer than 2 s, limit 5 %",
    );
    const probes = gate({
      measure: { kind: "indicator", indicator: { kind: "health", probe: "readiness" } },
    });
    expect(judged(probes, events(100, 50)).gates[0]?.reason).toBe("50 % of 100 probes failed, limit 0.5 %");
  });

  test("P8-02 between what is settled and the limit it waits", () => {
    const errors = gate({ limit: 0.01, settled: 0.005 });
    expect(judged(errors, events(8000, 4)).verdict).toBe("healthy");
    expect(judged(errors, events(8000, 4)).reason).toContain("surely below 0.5 %, limit 1 %");
    expect(judged(errors, events(8000, 56)).verdict).toBe("inconclusive");
    expect(judged(errors, events(8000, 56)).reason).toContain("not below the 0.5 % that the next step wants");
    expect(judged(gate({ limit: 0.01 }), events(8000, 48)).verdict).toBe("healthy");
  });

  test("more gates and more steps want more evidence for a rollback, and no more for going on", () => {
    const of = (bad: number, steps: number) => judged(gate(), events(bad, bad), undefined, { steps }).verdict;
    expect([of(4, 7), of(4, 8), of(5, 8)]).toEqual(["unhealthy", "inconclusive", "unhealthy"]);
    const [one, other] = [gate(), gate({ name: "other" })];
    const both = judge([one, other], [reading(one, events(1103, 0)), reading(other, events(4, 4))], {
      ...RULE,
      steps: 4,
    });
    expect(both.gates.map(({ verdict }) => verdict)).toEqual(["healthy", "inconclusive"]);
  });

  test("a stricter release takes back later, and goes on later", () => {
    const strict = { falseRollback: 0.001, miss: 0.0001 };
    expect(judged(gate(), events(4, 4), undefined, strict).verdict).toBe("inconclusive");
    expect(judged(gate(), events(1103, 0), undefined, strict).verdict).toBe("inconclusive");
    expect(judged(gate(), events(2200, 0), undefined, strict).verdict).toBe("healthy");
  });
});

describe("OS-07 a share against stable's", () => {
  const both = gate({ worseThan: 1.5 });

  test("is unhealthy where it is surely worse, though the limit holds", () => {
    const { verdict, gates } = judged(both, events(20_000, 50), events(180_000, 90));
    expect(verdict).toBe("unhealthy");
    expect(gates[0]?.reason).toBe(
      "0.25 % of 20,000 requests failed, stable has 0.05 %: surely more than 1.5 times as many",
    );
    expect(judged(gate(), events(20_000, 50), events(180_000, 90)).verdict).toBe("healthy");
  });

  test("where stable has no traffic, only the limit counts", () => {
    expect(judged(both, events(2310, 2), NOTHING).verdict).toBe("healthy");
    expect(judged(both, events(2310, 44), NOTHING).verdict).toBe("unhealthy");
    expect(judged(both, events(2310, 2), { kind: "unanswered", why: "x" }).verdict).toBe("healthy");
  });

  test("a comparison alone is healthy where it is no worse as far as one sees, and surely not twice too bad", () => {
    expect(judged(comparison(), events(2000, 200), events(18_000, 1800)).verdict).toBe("healthy");
    expect(judged(comparison(), events(2000, 280), events(18_000, 1800)).verdict).toBe("inconclusive");
    expect(judged(comparison(), events(2000, 400), events(18_000, 1800)).verdict).toBe("unhealthy");
    expect(judged(comparison(), events(200, 10), events(1800, 90)).verdict).toBe("inconclusive");
    expect(judged(comparison(), events(200, 0), NOTHING).verdict).toBe("inconclusive");
  });

  test("or where it is surely below what is good enough anyway", () => {
    const rare = comparison({ settled: 0.005 });
    expect(judged(rare, events(1103, 0), events(9000, 0)).verdict).toBe("healthy");
    expect(judged(comparison(), events(1103, 1), events(9000, 1)).verdict).toBe("inconclusive");
  });

  test("or where neither has a single bad event, and the candidate surely has hardly any", () => {
    expect(judged(comparison(), events(300, 0), events(9000, 0)).verdict).toBe("inconclusive");
    const { verdict, reason } = judged(comparison(), events(1103, 0), events(9000, 0));
    expect(verdict).toBe("healthy");
    expect(reason).toMatch(/0 % of 1,103 .*, stable has 0 %; surely below 1 %$/);
  });

  test("a comparison doesn't count where all traffic is the candidate's", () => {
    const alone = judged(comparison(), events(2000, 1000), undefined, { weight: 100 });
    expect(alone.gates[0]?.counts).toBe(false);
    expect(alone.verdict).toBe("unknown");
    const [limit, compared] = [gate(), comparison({ name: "compared" })];
    const readings = [reading(limit, events(1103, 0)), reading(compared, events(1103, 500), NOTHING)];
    expect(judge([limit, compared], readings, { ...RULE, weight: 100 }).verdict).toBe("healthy");
    expect(judge([limit, compared], readings, RULE).verdict).toBe("inconclusive");
  });
});

describe("EA-10 a broken stable never blocks its own fix", () => {
  test("what passes the limit, too, but is surely better is healthy", () => {
    const { verdict, reason } = judged(gate(), events(1000, 30), events(9000, 500));
    expect(verdict).toBe("healthy");
    expect(reason).toBe(
      "availability: 3 % of 1,000 requests failed; stable is over the limit of 0.5 % itself with 5.56 %, and is surely the worse one",
    );
    expect(judged(gate(), events(1000, 30)).verdict).toBe("unhealthy");
  });

  test("what is surely worse is unhealthy, and what is no better waits for a person", () => {
    expect(judged(gate(), events(1000, 80), events(9000, 300)).verdict).toBe("unhealthy");
    expect(judged(gate(), events(1000, 50), events(9000, 500)).verdict).toBe("inconclusive");
  });

  test("what holds the limit is healthy as ever, and a stable version that holds it excuses nothing", () => {
    expect(judged(gate(), events(2310, 2), events(9000, 500)).verdict).toBe("healthy");
    expect(judged(gate(), events(2310, 44), events(20_000, 20)).verdict).toBe("unhealthy");
  });

  test("it waits where stable looks as bad but has had too few requests to be sure", () => {
    expect(judged(gate(), events(2000, 40), events(40, 1)).verdict).toBe("inconclusive");
    expect(judged(gate(), events(2000, 60), events(40, 1)).verdict).toBe("unhealthy");
  });

  test("a figure that is over its limit is held against stable's, which is over it, too", () => {
    const late = { elapsedSeconds: 900 };
    expect(judged(cpu(), value(85), value(90), late).verdict).toBe("healthy");
    expect(judged(cpu(), value(85), value(85), late).verdict).toBe("inconclusive");
    expect(judged(cpu(), value(90), value(85), late).verdict).toBe("unhealthy");
    expect(judged(cpu(), value(85), value(70), late).verdict).toBe("unhealthy");
  });
});
