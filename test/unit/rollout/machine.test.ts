import { describe, expect, test } from "vitest";
import { commandProblem } from "../../../automation/rollout/machine/asked.ts";
import type { RolloutEvent } from "../../../automation/rollout/machine/event.ts";
import { waitBefore } from "../../../automation/rollout/machine/failed.ts";
import { isOver, nextLookAt, outcome } from "../../../automation/rollout/machine/look.ts";
import { reduce } from "../../../automation/rollout/machine/reduce.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { at, begun, judgement, rolloutPlan, step } from "../../support/rollout/release.ts";

type Change = Parameters<typeof rolloutPlan>[0];

/** A release that is told what happens, by the seconds since its beginning. */
function release(change: Change = {}) {
  let state: RolloutState = reduce(undefined, begun(rolloutPlan(change)));
  const tell = (event: RolloutEvent) => {
    state = reduce(state, event);
    return state;
  };
  return {
    get state() {
      return state;
    },
    tell,
    done: (seconds = 0, staged?: { candidate: string; stable?: string }) =>
      tell({
        kind: "done",
        at: at(seconds),
        effect: state.effect?.n ?? -1,
        ...(staged === undefined ? {} : { staged }),
      }),
    fail: (seconds = 0, error = "no answer") =>
      tell({ kind: "failed", at: at(seconds), effect: state.effect?.n ?? -1, error }),
    look: (seconds: number, verdict: Parameters<typeof judgement>[0]) =>
      tell({ kind: "judged", at: at(seconds), judgement: judgement(verdict) }),
    ask: (seconds: number, command: "pause" | "resume" | "promote" | "abort", reason?: string) =>
      tell({
        kind: "asked",
        at: at(seconds),
        command,
        by: "Ada",
        ...(reason === undefined ? {} : { reason }),
      }),
  };
}

/** One that holds its first step since second 10. */
function holding(change: Change = {}) {
  const it = release(change);
  it.done(5, { candidate: "backend-00000002" });
  while (it.state.effect !== undefined && it.state.effect.kind !== "probe") it.done(10);
  return it;
}

const wants = ({ effect }: RolloutState) =>
  effect === undefined ? undefined : effect.kind === "shift" ? `shift ${effect.weight}` : effect.kind;

describe("the way up", () => {
  test("EA-09 stages without traffic, then 10, 50 and 100 %, each held and healthy, then promotes", () => {
    const it = release();
    expect([it.state.phase, wants(it.state), it.state.weight]).toEqual(["staging", "stage", 0]);
    expect(wants(it.done(5, { candidate: "backend-00000002" }))).toBe("shift 10");
    expect(it.state.candidate).toEqual({ image: "backend:1.5.0", revision: "backend-00000002" });
    it.done(10);
    expect([it.state.phase, it.state.weight, it.state.heldSince, wants(it.state)]).toEqual([
      "holding",
      10,
      at(10),
      undefined,
    ]);
    expect(wants(it.look(69, "healthy"))).toBeUndefined();
    expect(wants(it.look(70, "healthy"))).toBe("shift 50");
    expect([it.state.judgement, it.state.heldSince, it.state.weight]).toEqual([undefined, undefined, 10]);
    it.done(80);
    expect(wants(it.look(140, "healthy"))).toBe("shift 100");
    it.done(150);
    expect(wants(it.look(210, "healthy"))).toBe("promote");
    expect(it.state.decision).toEqual({
      at: at(210),
      promote: true,
      reason: "healthy to the end: errors: healthy",
    });
    it.done(220);
    expect([it.state.phase, it.state.weight, it.state.ended, it.state.effect]).toEqual([
      "promoted",
      100,
      at(220),
      undefined,
    ]);
    expect([isOver(it.state), outcome(it.state)]).toEqual([true, "promoted"]);
  });

  test("AC-04 a candidate passes its tests before it gets any traffic, and gets none where it fails them", () => {
    const tests = [{ name: "ready", path: "/readyz" }];
    const passing = release({ strategy: "blue-green", tests });
    expect(wants(passing.done(5))).toBe("test");
    expect(wants(passing.done(6))).toBe("shift 10");
    const failing = release({ strategy: "blue-green", tests });
    failing.done(5);
    expect(wants(failing.fail(6, '"ready" answered 503'))).toBe("withdraw");
    expect(failing.state.decision?.reason).toBe('the candidate failed its tests: "ready" answered 503');
  });

  test("EA-10 a hotfix skips the steps, and says so for good", () => {
    const it = release({ strategy: "hotfix", steps: [] });
    expect(wants(it.done(5))).toBe("shift 100");
    expect(wants(it.done(6))).toBe("promote");
    it.done(7);
    expect([it.state.phase, it.state.decision?.reason]).toEqual([
      "promoted",
      'hotfix by Ada: it skips every step, and nobody looks at its figures: "faster"',
    ]);
  });

  test("nothing goes on without evidence", () => {
    const it = holding();
    for (const verdict of ["inconclusive", "unknown"] as const) {
      expect(wants(it.look(100, verdict))).toBeUndefined();
    }
    const nothing = { verdict: "healthy", reason: "nothing counted", gates: [] } as const;
    expect(wants(it.tell({ kind: "judged", at: at(110), judgement: nothing }))).toBeUndefined();
    expect(wants(it.look(120, "healthy"))).toBe("shift 50");
  });
});

describe("the way back", () => {
  test("EA-10 one unhealthy look takes all traffic back, then removes the candidate", () => {
    const it = holding();
    expect(wants(it.look(25, "unhealthy"))).toBe("withdraw");
    expect(it.state.decision).toEqual({ at: at(25), promote: false, reason: "errors: unhealthy" });
    expect([wants(it.done(26)), it.state.weight]).toEqual(["tidy", 0]);
    it.done(27);
    expect([it.state.phase, it.state.ended, it.state.leftover]).toEqual(["rolled-back", at(27), undefined]);
  });

  test.each([
    ["shift", 3, "10 % of the traffic could not be moved to the candidate in 4 attempts: no answer"],
    ["promote", 3, "the candidate could not be promoted in 4 attempts: no answer"],
  ])("%s is tried %d times more, then the candidate is taken back", (kind, retries, reason) => {
    const it = release(kind === "promote" ? { strategy: "hotfix", steps: [] } : {});
    it.done(1);
    if (kind === "promote") it.done(2);
    const { effect } = it.state;
    expect(effect?.kind).toBe(kind);
    const waits = Array.from({ length: retries }, () => {
      it.fail(3);
      expect(it.state.effect).toEqual(effect);
      return waitBefore(it.state);
    });
    expect(waits).toEqual([1, 2, 4]);
    expect(wants(it.fail(3))).toBe("withdraw");
    expect([waitBefore(it.state), it.state.decision?.reason]).toEqual([0, reason]);
  });

  test("traffic that can't be taken back in eleven attempts is a person's", () => {
    const it = holding();
    it.ask(20, "abort", "pages");
    const waits = Array.from({ length: 10 }, () => waitBefore(it.fail(21)));
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30]);
    it.fail(22);
    expect([it.state.phase, it.state.leftover, it.state.decision?.reason]).toEqual([
      "failed",
      "the candidate's traffic could not be taken back; it may have some still in 11 attempts: no answer",
      'aborted by Ada: "pages"',
    ]);
  });

  test("what can't be tidied up is said, and the release is over all the same", () => {
    const it = release();
    expect(it.fail(1, "no such image").decision?.reason).toBe(
      "the candidate could not be staged: no such image",
    );
    it.done(2);
    for (let failure = 0; failure < 4; failure += 1) it.fail(3, "the engine's lock is taken");
    expect([it.state.phase, it.state.leftover]).toEqual([
      "rolled-back",
      "what the release left could not be removed in 4 attempts: the engine's lock is taken",
    ]);
  });
});

describe("too little evidence", () => {
  test("pauses when it was waited out, says why, and waits anew when a person lets it go on", () => {
    const it = holding({ undecided: { afterSeconds: 600, do: "pause" } });
    expect(it.look(669, "inconclusive").paused).toBeUndefined();
    expect(it.look(670, "unknown").paused).toEqual({
      by: "plan",
      at: at(670),
      reason: "the hold at 10 % is long over and its verdict is still unknown: errors: unknown",
    });
    expect(wants(it.look(700, "healthy"))).toBeUndefined();
    it.ask(1000, "resume");
    expect(it.look(1599, "inconclusive").paused).toBeUndefined();
    expect(it.look(1600, "inconclusive").paused?.by).toBe("plan");
    expect(wants(it.look(1700, "unhealthy"))).toBe("withdraw");
  });

  test("takes back where the plan says so", () => {
    const it = holding({ undecided: { afterSeconds: 600, do: "roll-back" } });
    expect(wants(it.look(670, "inconclusive"))).toBe("withdraw");
  });
});

describe("what a person asks", () => {
  test("a pause holds where it is, also before the first traffic, until it is taken away", () => {
    const early = release();
    early.ask(1, "pause", "lunch");
    expect([wants(early.done(5)), early.state.phase]).toEqual([undefined, "testing"]);
    expect(wants(early.ask(6, "resume"))).toBe("shift 10");
    const later = holding();
    later.ask(20, "pause", "lunch");
    expect(wants(later.look(100, "healthy"))).toBeUndefined();
    later.ask(101, "resume");
    expect(wants(later.look(115, "healthy"))).toBe("shift 50");
    const hotfix = release({ strategy: "hotfix", steps: [] });
    hotfix.done(1);
    hotfix.ask(2, "pause");
    expect([wants(hotfix.done(3)), hotfix.state.phase]).toEqual([undefined, "shifting"]);
    expect(wants(hotfix.ask(4, "resume"))).toBe("promote");
  });

  test("promote cuts a hold short, and overrules a verdict for a reason only", () => {
    const it = holding();
    expect(it.ask(20, "promote")).toBe(it.state);
    expect(wants(it.state)).toBeUndefined();
    it.look(25, "healthy");
    expect(wants(it.ask(26, "promote"))).toBe("shift 50");
    it.done(30);
    it.look(35, "inconclusive");
    expect(commandProblem(it.state, { command: "promote", by: "Ada", reason: " " })).toBe(
      "there is no evidence that the candidate is healthy (inconclusive, errors: inconclusive): give the reason why it is to go on all the same",
    );
    expect(wants(it.ask(36, "promote", "night"))).toBe("shift 100");
    it.done(40);
    expect(wants(it.ask(41, "promote", "night"))).toBe("promote");
    expect(it.state.decision?.reason).toBe(
      'promoted by Ada: "night"; the verdict was nothing: nobody had looked',
    );
  });

  test("abort takes back at once from every phase until the promotion is done", () => {
    const hotfix = () => release({ strategy: "hotfix", steps: [] });
    const until = (it: ReturnType<typeof release>, dones: number) => {
      for (let done = 0; done < dones; done += 1) it.done(1);
      return it;
    };
    const tests = [{ name: "ready", path: "/readyz" }];
    const at = [release(), until(release({ tests }), 1), until(release(), 1), holding(), until(hotfix(), 2)];
    expect(at.map(({ state }) => state.phase)).toEqual([
      "staging",
      "testing",
      "shifting",
      "holding",
      "promoting",
    ]);
    for (const it of at) expect(wants(it.ask(20, "abort"))).toBe("withdraw");
    const over = until(hotfix(), 3);
    expect([
      over.ask(20, "abort").phase,
      commandProblem(over.state, { command: "abort", by: "Ada" }),
    ]).toEqual(["promoted", "the release is over: promoted"]);
  });

  test.each([
    ["resume", release().state, "the release is not paused"],
    ["promote", release().state, "no step is held that could be cut short: the release is staging"],
    ["pause", holding().ask(20, "pause"), "the release is paused already, by Ada"],
    ["pause", holding().ask(20, "abort"), "the candidate is being taken back already"],
    ["abort", holding().ask(20, "abort"), "the candidate is being taken back already"],
  ] as const)("%s that doesn't fit changes nothing and says why", (command, state, problem) => {
    expect(commandProblem(state, { command, by: "Ada" })).toBe(problem);
    expect(reduce(state, { kind: "asked", at: at(30), command, by: "Ada" })).toBe(state);
  });
});

describe("a soak", () => {
  const soak = { everySeconds: 600, rounds: [{ name: "short talks", turns: 3 }] };
  const plan = { strategy: "soak", steps: [step(100, 1800, 60)], soak } as const;

  test("OS-06 probes at the beginning of the hold and at fixed times after it, however long a round takes", () => {
    const it = holding(plan);
    expect(it.state.effect).toMatchObject({ kind: "probe", round: 1, probes: soak.rounds });
    it.done(100);
    expect(nextLookAt(it.state)).toEqual(new Date(at(70)));
    expect(wants(it.look(130, "healthy"))).toBeUndefined();
    expect(nextLookAt(it.state)).toEqual(new Date(at(190)));
    expect(it.look(610, "healthy").effect).toMatchObject({ kind: "probe", round: 2 });
    it.done(1300);
    expect(it.look(1310, "healthy").effect).toMatchObject({ kind: "probe", round: 3 });
    it.done(1320);
    expect(it.state.rounds).toBe(3);
    expect(wants(it.look(1810, "healthy"))).toBe("promote");
  });

  test("OS-06 a failed round and an unhealthy look in the middle of one take it back", () => {
    const failed = holding(plan);
    expect(wants(failed.fail(20, "turn 3 of 5 got no answer"))).toBe("withdraw");
    expect(failed.state.decision?.reason).toBe(
      "round 1 of the soak's probes failed: turn 3 of 5 got no answer",
    );
    expect(wants(holding(plan).look(20, "unhealthy"))).toBe("withdraw");
  });
});

test("looks come at fixed times after the hold began, and at its end", () => {
  const it = holding({ steps: [step(10, 70, 30), step(100)] });
  const next = () => (Date.parse(nextLookAt(it.state)?.toISOString() ?? "") - Date.parse(at(10))) / 1000;
  const times = [];
  for (let looks = 0; looks < 4; looks += 1) {
    times.push(next());
    it.look(10 + next() + 2, "inconclusive");
  }
  expect(times).toEqual([30, 60, 70, 90]);
  expect(nextLookAt(release().state)).toBeUndefined();
});

test("an event that doesn't fit gives the same state back", () => {
  const it = holding();
  const { state } = it;
  for (const event of [
    { kind: "done", at: at(20), effect: 1 },
    { kind: "failed", at: at(20), effect: 2, error: "late" },
    { kind: "taken-over", at: at(20), holder: "host/1/ab", token: 2 },
    begun(),
  ] satisfies RolloutEvent[]) {
    expect(reduce(state, event)).toBe(state);
  }
  const staging = release().state;
  expect(reduce(staging, { kind: "judged", at: at(1), judgement: judgement("unhealthy") })).toBe(staging);
  expect(() => reduce(undefined, { kind: "done", at: at(1), effect: 1 })).toThrow(
    'a release starts with "begun", not with "done"',
  );
});
