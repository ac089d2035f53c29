import { describe, expect, test } from "vitest";
import { judge } from "../../../automation/rollout/judge/judge.ts";
import { comparison, cpu, events, gate, judged, RULE, reading, value } from "./judge-support.ts";

const NOTHING = { kind: "nothing" } as const;
const UNANSWERED = { kind: "unanswered", why: "HTTP 503" } as const;
const GOOD = events(1103, 0);

describe("EA-10 no data", () => {
  test("is unknown where a gate waits, never healthy", () => {
    expect(judged(gate({ noData: "wait" }), NOTHING, undefined, { elapsedSeconds: 90_000 }).verdict).toBe(
      "unknown",
    );
    expect(judged(gate(), events(0, 0)).reason).toBe("availability: nothing was measured yet");
  });

  test("is unhealthy where a gate says so, once figures have had time to arrive", () => {
    const strict = gate({ noData: "fail" });
    const at = (elapsedSeconds: number, holdSeconds = 900) =>
      judged(strict, NOTHING, undefined, { elapsedSeconds, holdSeconds }).verdict;
    expect([at(0), at(299), at(300), at(900)]).toEqual(["unknown", "unknown", "unhealthy", "unhealthy"]);
    expect([at(19, 20), at(20, 20)]).toEqual(["unknown", "unhealthy"]);
    expect(judged(strict, NOTHING).reason).toBe(
      "availability: nothing was measured, which counts as a failure",
    );
  });

  test("doesn't count where a gate skips it, as long as another has evidence", () => {
    const [skipping, other] = [gate({ name: "skipping", noData: "skip" }), gate()];
    const both = judge([skipping, other], [reading(skipping, NOTHING), reading(other, GOOD)], RULE);
    expect(both.verdict).toBe("healthy");
    expect(both.gates.map(({ counts }) => counts)).toEqual([false, true]);
    const alone = judge([skipping], [reading(skipping, NOTHING)], RULE);
    expect(alone.verdict).toBe("unknown");
    expect(alone.reason).toBe("no gate counts: skipping: nothing was measured, so it doesn't count");
  });

  test.each(["wait", "fail", "skip"] as const)(
    "an answer that never came is unknown, with noData %s",
    (noData) => {
      const late = { elapsedSeconds: 90_000 };
      const { verdict, reason, gates } = judged(gate({ noData }), UNANSWERED, undefined, late);
      expect([verdict, reason, gates[0]?.counts]).toEqual([
        "unknown",
        "availability: no answer: HTTP 503",
        true,
      ]);
    },
  );

  test("a gate that nobody asked is unknown", () => {
    expect(judge([gate()], [], RULE).reason).toBe("availability: no answer: it was not asked");
    expect(judge([], [], RULE)).toEqual({
      verdict: "unknown",
      reason: "there is no gate to judge by",
      gates: [],
    });
  });

  test.each([
    [gate(), value(1), "a single figure came for a share of events"],
    [cpu(), events(10, 1), "events were counted for a single figure"],
    [gate(), events(Number.NaN, 1), "1 of NaN is no share"],
    [gate(), events(10, -1), "-1 of 10 is no share"],
    [cpu(), value(Number.POSITIVE_INFINITY), "Infinity is no figure"],
  ])("what can't be reckoned with is unknown, and says why: %#", (of, candidate, why) => {
    expect(judged(of, candidate, undefined, { elapsedSeconds: 900 })).toMatchObject({
      verdict: "unknown",
      reason: `${of.name}: no answer: ${why}`,
    });
  });

  test("more bad events than events, which extrapolated rates give, are as many", () => {
    expect(judged(gate(), events(10.2, 10.6)).gates[0]?.candidate).toEqual(events(10.2, 10.2));
  });
});

describe("EA-10 all gates together", () => {
  const of = {
    healthy: GOOD,
    inconclusive: events(10, 0),
    unknown: UNANSWERED,
    unhealthy: events(100, 100),
  } as const;

  test.each([
    [["healthy", "healthy"], "healthy"],
    [["healthy", "inconclusive"], "inconclusive"],
    [["inconclusive", "unknown", "healthy"], "unknown"],
    [["healthy", "unknown", "unhealthy", "inconclusive"], "unhealthy"],
  ] as const)("%j is %s, in the sentence of that gate", (verdicts, verdict) => {
    const gates = verdicts.map((name, index) => gate({ name: `${name} ${index}` }));
    const all = judge(
      gates,
      gates.map((each, index) => reading(each, of[verdicts[index] ?? "healthy"])),
      RULE,
    );
    expect(all.verdict).toBe(verdict);
    expect(all.gates.map((each) => each.verdict)).toEqual(verdicts);
    expect(all.reason.startsWith(`${verdict} `)).toBe(true);
  });

  test("a verdict carries the figures that it was made from", () => {
    const [first] = judged(gate(), events(2310, 44), events(20_000, 20)).gates;
    expect(first).toEqual({
      gate: "availability",
      title: "99.5 % of requests answered without a server error",
      verdict: "unhealthy",
      reason: "1.9 % of 2,310 requests failed, limit 0.5 %",
      candidate: events(2310, 44),
      stable: events(20_000, 20),
      limit: 0.005,
      interval: { low: expect.closeTo(0.00991986, 8), high: expect.closeTo(0.03243635, 8) },
      counts: true,
    });
  });
});

describe("EA-10 single figures", () => {
  const at = (figure: number, elapsedSeconds: number, holdSeconds = 900) =>
    judged(cpu(), value(figure), undefined, { elapsedSeconds, holdSeconds }).verdict;

  test("are bad once the step is a minute old, or half over", () => {
    expect([at(91, 59), at(91, 60), at(80, 60)]).toEqual(["inconclusive", "unhealthy", "inconclusive"]);
    expect([at(91, 9, 20), at(91, 10, 20)]).toEqual(["inconclusive", "unhealthy"]);
    expect(judged(cpu(), value(91)).reason).toBe("cpu: 91 %, limit 80 %");
  });

  test("are good at the end of the hold alone", () => {
    expect([at(41, 899), at(41, 900), at(80, 900)]).toEqual(["inconclusive", "healthy", "healthy"]);
    expect(judged(cpu(), value(41)).reason).toBe("cpu: 41 %, limit 80 %; judged at the end of the hold");
  });

  test("AC-05 may have to be above a limit", () => {
    const hits = cpu({ name: "cache", measure: { kind: "query", query: "hits" }, badWhen: "below" });
    expect(judged(hits, value(79.9)).verdict).toBe("unhealthy");
    expect(judged(hits, value(80), undefined, { elapsedSeconds: 900 }).verdict).toBe("healthy");
    const compared = { ...hits, worseThan: 1.25 };
    expect(judged(compared, value(81), value(100), { elapsedSeconds: 900 }).verdict).toBe("healthy");
    expect(judged(compared, value(81), value(102), { elapsedSeconds: 900 }).verdict).toBe("unhealthy");
  });

  test("OS-07 are held against stable's", () => {
    const token = comparison({ unit: "value", measure: { kind: "mean", metric: "time_to_first_token" } });
    const late = { elapsedSeconds: 900 };
    expect(judged(token, value(0.48), value(0.4), late).verdict).toBe("healthy");
    expect(judged(token, value(0.5), value(0.4), late).reason).toBe(
      "availability: 500 ms, more than 1.2 times worse than stable's 400 ms",
    );
    expect(judged(token, value(0.5), value(0.4), late).verdict).toBe("unhealthy");
    expect(judged(token, value(0.5), NOTHING, late).verdict).toBe("inconclusive");
    expect(judged(token, value(0.5), undefined, { ...late, weight: 100 }).gates[0]?.counts).toBe(false);
  });
});
