import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Verdict } from "../../../automation/rollout/judge/verdict.ts";
import { hasEvidence } from "../../../automation/rollout/machine/judged.ts";
import { adventure, type Mishaps } from "../../support/rollout/adventure.ts";
import { Chance } from "../../support/rollout/chance.ts";
import { rolloutPlan, step } from "../../support/rollout/release.ts";
import { type Circumstances, World } from "../../support/rollout/world.ts";

afterEach(() => vi.restoreAllMocks());

const share = (most: number) => fc.double({ min: 0, max: most, noNaN: true });

const circumstances = fc.record({
  seed: fc.integer(),
  ledger: fc.record({
    unreachable: share(0.1),
    lost: share(0.1),
    conflict: share(0.3),
    silent: share(0.02),
  }),
  traffic: fc.record({ failing: share(0.3), hanging: share(0.1) }),
});

const plans = fc.constantFrom(
  rolloutPlan(),
  rolloutPlan({ strategy: "hotfix", steps: [] }),
  rolloutPlan({ strategy: "blue-green", tests: [{ name: "ready", path: "/readyz" }] }),
  rolloutPlan({
    strategy: "soak",
    steps: [step(100, 1800, 60)],
    soak: { everySeconds: 300, rounds: [{ name: "talks", turns: 3 }] },
  }),
  rolloutPlan({ steps: [step(5, 300), step(100, 30, 7)], undecided: { afterSeconds: 600, do: "roll-back" } }),
);

const mishaps: fc.Arbitrary<Mishaps> = fc.record({
  plan: plans,
  killed: share(0.8),
  suspended: share(0.5),
  asked: fc.array(
    fc.record(
      {
        after: fc.integer({ min: 0, max: 1800 }),
        command: fc.constantFrom("pause", "resume", "promote", "abort"),
        reason: fc.constant("because"),
      },
      { requiredKeys: ["after", "command"] },
    ),
    { maxLength: 5 },
  ) as fc.Arbitrary<Mishaps["asked"]>,
  away: fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 1800 }), seconds: fc.integer({ min: 1, max: 300 }) }),
    { maxLength: 2 },
  ),
});

/** Candidates that are well, ill from some moment on, or don't say; and figures that can't be had now and then. */
const verdicts = fc
  .record({ ill: fc.option(fc.integer({ min: 0, max: 1800 })), silent: share(0.6), seed: fc.integer() })
  .map(({ ill, silent, seed }): NonNullable<Circumstances["verdict"]> => {
    const chance = new Chance(seed);
    return ({ began }, at): Verdict => {
      if (ill !== null && +at - Date.parse(began) > ill * 1000) return "unhealthy";
      if (chance.happens(silent)) return chance.happens(0.5) ? "unknown" : "inconclusive";
      return "healthy";
    };
  });

/** What holds of every release, however it went. */
function laws(world: World, plan: Mishaps["plan"]): void {
  const { traffic, entry, weights, events } = world;
  expect(traffic.clashes).toEqual([]);
  const planned = plan.steps.length === 0 ? [100] : plan.steps.map(({ weight }) => weight);
  const up = weights.slice(0, weights.includes(0) ? weights.indexOf(0) : weights.length);
  expect(up).toEqual(planned.slice(0, up.length));
  expect(new Set(weights.slice(up.length))).toEqual(new Set(up.length < weights.length ? [0] : []));
  for (const { effect, state } of traffic.deeds) {
    if (effect.kind !== "promote") continue;
    const isReasoned = /^(promoted|hotfix) by Ada: /.test(state.decision?.reason ?? "");
    expect(isReasoned || (state.judgement !== undefined && hasEvidence(state.judgement))).toBe(true);
  }
  expect(events.length).toBeLessThan(3_000);
  const [ended] = entry?.history ?? [];
  expect(entry).toMatchObject({ commands: [] });
  expect([entry?.release, entry?.candidate]).toEqual([undefined, undefined]);
  if (ended?.outcome === "promoted") {
    expect([traffic.weight, entry?.stable?.image, entry?.previous?.image]).toEqual([
      100,
      ended.to,
      ended.from,
    ]);
  } else {
    expect([entry?.stable?.image, entry?.previous]).toEqual([ended?.from, undefined]);
    if (ended?.outcome === "rolled-back") expect(traffic.weight).toBe(0);
  }
}

test("OS-08 EA-10 whatever befalls a release, its weights are as planned, one driver acts at a time, and it ends", async () => {
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(circumstances, verdicts, mishaps, async (given, verdict, befalling) => {
      const world = new World({ ...given, verdict });
      vi.spyOn(Math, "random").mockImplementation(() => world.chance.next());
      await world.clock.run(adventure(world, befalling));
      laws(world, befalling.plan);
      const outcome = world.entry?.history[0]?.outcome ?? "";
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    { numRuns: 60 },
  );
  expect([...outcomes.keys()].toSorted()).toEqual(["promoted", "rolled-back"]);
});
