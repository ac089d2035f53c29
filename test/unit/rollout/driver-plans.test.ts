import { expect, test } from "vitest";
import type { Verdict } from "../../../automation/rollout/judge/verdict.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { at, judgement, rolloutPlan, START, step } from "../../support/rollout/release.ts";
import { World } from "../../support/rollout/world.ts";

const HOUR = 3600;

/** Looks at the ledger once in a while: most of two days is waiting. */
const UNHURRIED = { pollSeconds: 60, leaseSeconds: 300 };

/** Notes when each look comes, in seconds since its step's hold began, by the step's weight; all are healthy. */
function notebook() {
  const looks = new Map<number, number[]>();
  const verdict = ({ weight, heldSince = START }: RolloutState, now: Date): Verdict => {
    looks.set(weight, [...(looks.get(weight) ?? []), (+now - Date.parse(heldSince)) / 1000]);
    return "healthy";
  };
  return { looks, verdict };
}

/** Whether each look came at its time, give or take what the journal and the ledger take. */
function expectEvery(times: readonly number[] | undefined, every: number, hold: number): void {
  expect(times).toHaveLength(hold / every);
  for (const [index, time] of (times ?? []).entries()) {
    expect(time).toBeGreaterThanOrEqual((index + 1) * every);
    expect(time).toBeLessThan((index + 1) * every + 3);
  }
}

test("OS-06 a soak of 48 hours: a round of probes every 10 minutes, and promoted at its end only", async () => {
  const soak = { everySeconds: 600, rounds: [{ name: "talks of 3 turns", turns: 3 }] };
  const plan = rolloutPlan({ strategy: "soak", steps: [step(100, 48 * HOUR, 600)], soak });
  const { looks, verdict } = notebook();
  const world = new World({ rhythm: UNHURRIED, verdict });
  const { state } = await world.clock.run(world.begin(world.process(), { plan }));
  const rounds = world.traffic.deeds.filter(({ effect }) => effect.kind === "probe");
  expect([state.phase, state.rounds, rounds.length]).toEqual(["promoted", 288, 288]);
  const gaps = rounds.slice(1).map(({ at: time }, index) => (time - (rounds[index]?.at ?? 0)) / 1000);
  expect(Math.min(...gaps)).toBeGreaterThan(590);
  expect(Math.max(...gaps)).toBeLessThan(610);
  expectEvery(looks.get(100), 600, 48 * HOUR);
});

test("OS-06 a soak that is unhealthy in its last hour is taken back", async () => {
  const soak = { everySeconds: 600, rounds: [{ name: "talks of 3 turns", turns: 3 }] };
  const plan = rolloutPlan({ strategy: "soak", steps: [step(100, 48 * HOUR, 600)], soak });
  const world = new World({
    rhythm: UNHURRIED,
    verdict: (_state, now) => (now >= new Date(at(47 * HOUR)) ? "unhealthy" : "healthy"),
  });
  const { state } = await world.clock.run(world.begin(world.process(), { plan }));
  expect([state.phase, world.weights, state.decision?.reason]).toEqual([
    "rolled-back",
    [100, 0],
    judgement("unhealthy").reason,
  ]);
});

test("P8-02 P8-03 a cohort is watched for 48 hours: every 5, 10 and 15 minutes, with a verdict at each boundary", async () => {
  const steps = [step(5, 24 * HOUR, 300), step(25, 12 * HOUR, 600), step(100, 12 * HOUR, 900)];
  const traffic = { kind: "cohort", operations: ["email-compose"] } as const;
  const { looks, verdict } = notebook();
  const world = new World({ rhythm: UNHURRIED, verdict });
  const { state } = await world.clock.run(
    world.begin(world.process(), { plan: rolloutPlan({ strategy: "cohort", steps, traffic }) }),
  );
  expect([state.phase, world.weights]).toEqual(["promoted", [5, 25, 100]]);
  for (const { weight, holdSeconds, everySeconds } of steps) {
    expectEvery(looks.get(weight), everySeconds, holdSeconds);
  }
});

test("OS-07 a canary of 24 hours outlasts a driver that is killed every other hour", async () => {
  const steps = [step(10, 24 * HOUR, 60), step(50, 900), step(100, 900)];
  const world = new World({ rhythm: UNHURRIED });
  const watched = async () => {
    for (let life = 0; world.entry?.history.length !== 1; life += 1) {
      const process = world.process(life % 2 === 0 ? "a" : "a2");
      const driving =
        life === 0 ? world.begin(process, { plan: rolloutPlan({ steps }) }) : world.resume(process);
      await Promise.race([driving, world.clock.sleep(2 * HOUR * 1000)]);
      process.kill();
      await world.clock.sleep(310_000);
      // The disk is one that both machines mount.
      world.disks.set("a2", world.disk("a"));
    }
  };
  await world.clock.run(watched());
  expect([world.entry?.history[0]?.outcome, world.weights]).toEqual(["promoted", [10, 50, 100]]);
  const shifts = world.traffic.deeds.filter(({ effect }) => effect.kind === "shift" && effect.weight === 50);
  expect((shifts[0]?.at ?? 0) - Date.parse(START)).toBeGreaterThan(24 * HOUR * 1000);
});
