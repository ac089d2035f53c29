import { describe, expect, test } from "vitest";
import { type Beginning, begin } from "../../../automation/rollout/driver/begin.ts";
import { drive } from "../../../automation/rollout/driver/drive.ts";
import { resumeOf } from "../../../automation/rollout/driver/resume.ts";
import { journalPath } from "../../../automation/rollout/journal/journal.ts";
import type { JournalRecord } from "../../../automation/rollout/journal/record.ts";
import { begun, rolloutPlan, step, TARGET } from "../../support/rollout/release.ts";
import { World } from "../../support/rollout/world.ts";

/** The journal of the release that was begun last, on a machine. */
function journalOf(world: World, machine = "a"): JournalRecord[] {
  return [...world.disk(machine).files.values()].at(-1) ?? [];
}

/** A release whose driver was killed while it held its first step, so many seconds after its beginning. */
async function orphan(seconds = 120, world = new World({ verdict: () => "inconclusive" })): Promise<World> {
  const process = world.process();
  void world.begin(process);
  await world.clock.run(world.clock.sleep(seconds * 1000));
  process.kill();
  await world.clock.run(world.clock.sleep(120_000));
  return world;
}

const failure = async (world: World, work: Promise<unknown>): Promise<string> =>
  await world.clock.run(
    work.then(
      () => "nothing failed",
      (error: Error) => error.message,
    ),
  );

describe("what is written before what", () => {
  test("EA-09 each effect is in the journal and in the ledger before it is begun", async () => {
    const world = new World();
    const process = world.process();
    const options = world.options(process);
    const seen: unknown[] = [];
    const { perform } = options.actuator;
    const watched = {
      ...options.actuator,
      perform: (doing: Parameters<typeof perform>[0]) => {
        const { release, candidate } = world.entry ?? {};
        const written = journalOf(world);
        expect(release?.state).toEqual(JSON.parse(JSON.stringify(doing.state)));
        expect([release?.records, release?.head]).toEqual([written.length, written.at(-1)?.hash]);
        seen.push([doing.effect.kind, candidate?.percent, world.entry?.stable?.image]);
        return perform(doing);
      },
    };
    const driving = { ...options, actuator: watched };
    const { plan, stable, candidate, by } = begun();
    await world.clock.run(
      begin(driving, { target: TARGET, plan, stable, candidate, by }).then((course) =>
        drive(driving, course),
      ),
    );
    expect(seen).toEqual([
      ["stage", 0, "backend:1.4.0"],
      ["shift", 10, "backend:1.4.0"],
      ["shift", 50, "backend:1.4.0"],
      ["shift", 100, "backend:1.4.0"],
      ["promote", undefined, "backend:1.5.0"],
    ]);
  });

  test("EA-09 the candidate has an address of its own before it has traffic, and its revision's name once that is known", async () => {
    const world = new World({ verdict: () => "inconclusive" });
    const candidate = { image: "registry.example/backend:sha-1a2b3c4d5e" };
    const header = { name: "x-canary", value: "always" };
    void world.begin(world.process(), { candidate, plan: rolloutPlan({ strategy: "blue-green", header }) });
    await world.clock.run(world.clock.sleep(3_000));
    const early = { ...candidate, percent: 0, tag: "canary-1a2b3c4", fullSize: true, header };
    expect(world.entry?.candidate).toEqual(early);
    await world.clock.run(world.clock.sleep(150_000));
    expect(world.entry?.candidate).toEqual({ ...early, percent: 10, revision: "backend-00000002" });
  });

  test("OS-08 traffic is taken back though the ledger is away, and the ledger is told afterwards", async () => {
    const world = new World({
      verdict: (state, now) => {
        if (state.weight !== 50) return "healthy";
        world.ledger.awayUntil ||= +now + 30_000;
        return "unhealthy";
      },
    });
    const { state } = await world.clock.run(world.begin(world.process()));
    const withdrawn = world.traffic.deeds.find(({ effect }) => effect.kind === "withdraw");
    expect(withdrawn?.at).toBeLessThan(world.ledger.awayUntil);
    expect(world.said).toContain(
      "the traffic is taken back first, the ledger is told later: memory:ledger can't be reached",
    );
    expect([state.phase, world.traffic.weight, world.entry?.history[0]?.outcome]).toEqual([
      "rolled-back",
      0,
      "rolled-back",
    ]);
  });

  test("OS-08 traffic is taken back though the disk is full; whoever goes on ends the release", async () => {
    const world = new World({
      verdict: ({ weight }) => {
        world.disk("a").isFull = weight === 50;
        return weight === 50 ? "unhealthy" : "healthy";
      },
    });
    expect(await failure(world, world.begin(world.process()))).toContain("the disk is full");
    expect([world.traffic.weight, world.entry?.candidate?.percent]).toEqual([0, 0]);
    expect(world.entry?.lease).toBeUndefined();
    world.disk("a").isFull = false;
    const { state } = await world.clock.run(world.resume(world.process()));
    expect([state.phase, state.decision?.reason]).toEqual([
      "rolled-back",
      'aborted by slipway: "the candidate was left with 50 % of the traffic and has 0 %: someone else moved it"',
    ]);
  });

  test("what the ledger can't be told in time of the lease isn't done", async () => {
    const world = new World();
    const driving = world.begin(world.process());
    await world.clock.run(world.clock.sleep(100_000));
    const { length } = world.traffic.deeds;
    world.ledger.awayUntil = Number.POSITIVE_INFINITY;
    expect(await failure(world, driving)).toContain(
      "shop/backend: the ledger could not be reached until this process's lease was over; it stops",
    );
    expect(world.traffic.deeds).toHaveLength(length);
  });
});

describe("people", () => {
  test("EA-10 an abort is followed within seconds, also in the middle of an effect", async () => {
    const world = new World({ traffic: { hanging: 1 } });
    void world.begin(world.process());
    await world.clock.run(world.clock.sleep(30_000));
    world.ask("abort", "wrong image");
    await world.clock.run(world.clock.sleep(8_000));
    expect(world.entry?.release?.state).toMatchObject({ phase: "withdrawing" });
  });

  test("each command is heard once, by the driver or by the one after it", async () => {
    const world = await orphan();
    world.ask("pause", "lunch");
    world.ask("resume");
    world.ask("abort", "no");
    const { state } = await world.clock.run(world.resume(world.process()));
    const asked = world.events.filter(({ kind }) => kind === "asked");
    expect(asked.map((event) => event.kind === "asked" && event.command)).toEqual([
      "pause",
      "resume",
      "abort",
    ]);
    expect([state.phase, world.entry?.commands]).toEqual(["rolled-back", []]);
  });

  test("a command that was written down and not yet taken from the ledger isn't followed twice", async () => {
    const world = new World({ verdict: () => "inconclusive" });
    const process = world.process();
    void world.begin(process, { plan: rolloutPlan({ steps: [step(5), step(25), step(100)] }) });
    await world.clock.run(world.clock.sleep(150_000));
    world.ask("promote", "night");
    while (journalOf(world).at(-1)?.event.kind !== "asked") await world.clock.run(world.clock.sleep(1));
    process.kill();
    expect(world.entry?.commands).toHaveLength(1);
    await world.clock.run(world.clock.sleep(120_000));
    void world.resume(world.process());
    await world.clock.run(world.clock.sleep(60_000));
    expect([world.weights, world.entry?.commands]).toEqual([[5, 25], []]);
  });

  test("Ctrl-C leaves the release as it is, gives the lease back, and says how to go on", async () => {
    const world = new World();
    const stop = new AbortController();
    const driving = world.begin(world.process(), {}, stop.signal);
    await world.clock.run(world.clock.sleep(120_000));
    stop.abort();
    const { state, interrupted } = await world.clock.run(driving);
    expect([interrupted, state.phase, world.entry?.lease]).toEqual([true, "holding", undefined]);
    expect(world.said.at(-1)).toBe(
      `stopped; release ${state.release} is holding, its candidate has ${state.weight} % of the traffic. To go on: slipway release resume shop/backend --stack production`,
    );
    await world.clock.run(world.resume(world.process()));
    expect(world.weights).toEqual([10, 50, 100]);
  });
});

describe("going on", () => {
  test("on another machine, from the ledger; the new journal says so and follows the old one", async () => {
    const world = await orphan();
    const last = journalOf(world).at(-1);
    world.ask("abort");
    await world.clock.run(world.resume(world.process("b")));
    expect(world.said).toContainEqual(
      expect.stringMatching(/^the journal of .* is not here: going on from the ledger$/),
    );
    const [first] = journalOf(world, "b");
    expect(first).toMatchObject({ n: (last?.n ?? 0) + 1, before: last?.hash });
    expect(first?.event).toMatchObject({ kind: "taken-over", holder: "b/2", token: 2, from: "ledger" });
    expect(world.traffic.weight).toBe(0);
  });

  test("is refused by a journal that is behind the ledger, with both heads", async () => {
    const world = await orphan();
    const process = world.process("b");
    void world.resume(process);
    await world.clock.run(world.clock.sleep(60_000));
    process.kill();
    await world.clock.run(world.clock.sleep(120_000));
    const { records = 0, head = "", id = "" } = world.entry?.release ?? {};
    const own = journalOf(world);
    expect(own.length).toBeLessThan(records);
    expect(await failure(world, resumeOf(world.options(world.process()), TARGET))).toBe(
      `release ${id} can't go on by the journal on this machine: the ledger is at record ${records} (${head}), and ${journalPath("/shop", TARGET, id)} at record ${own.length} (${own.at(-1)?.hash}). Either the release went on elsewhere: resume it there, or move this file away, and it goes on from the ledger. Or one of the two was put back from a copy: find out which.`,
    );
    expect(world.entry?.lease).toBeUndefined();
  });

  test("is refused while the driver is alive, and where nothing is under way", async () => {
    const world = new World();
    expect(await failure(world, world.resume(world.process()))).toBe(
      "shop/backend in production: no release is under way. `slipway release begin` begins one.",
    );
    const driving = world.begin(world.process());
    await world.clock.run(world.clock.sleep(60_000));
    expect(await failure(world, world.resume(world.process("b")))).toContain("a/2 drives its release");
    await world.clock.run(driving);
    expect(await failure(world, world.resume(world.process()))).toContain("is over: promoted.");
  });

  test("a driver that lost its lease stops in the middle of what it does, and writes nothing more", async () => {
    const world = new World({ verdict: () => "inconclusive" });
    const old = world.process();
    const driving = world.begin(old);
    await world.clock.run(world.clock.sleep(110_000));
    old.suspend(300_000);
    await world.clock.run(world.clock.sleep(100_000));
    const process = world.process("b");
    void world.resume(process);
    expect(await failure(world, driving)).toMatch(
      /^shop\/backend: this process lost its lease \(1\) and stops; b\/2 goes on with the release under a newer one \(2\)/,
    );
    const { records = 0 } = world.entry?.release ?? {};
    expect(journalOf(world).length).toBeLessThan(records);
  });
});

describe("a beginning that is refused", () => {
  const refusals: readonly [string, Partial<Beginning>, string][] = [
    [
      "the same image",
      { candidate: { image: "backend:1.4.0" } },
      "backend:1.4.0 is the stable version already: there is nothing to release",
    ],
    [
      "a hotfix without a reason",
      { plan: rolloutPlan({ strategy: "hotfix", steps: [] }), reason: " " },
      "a hotfix skips what protects users: give the reason, which is recorded",
    ],
    [
      "steps that don't rise",
      { plan: rolloutPlan({ steps: [step(50), step(10), step(100)] }) },
      "the weights of its steps have to rise to 100 %, and are 50, 10, 100",
    ],
    [
      "no gates",
      { plan: rolloutPlan({ gates: [] }) },
      "it has no gates, so nothing could ever be said for the candidate",
    ],
    [
      "a stable version without a name on Cloud Run",
      { stable: { image: "backend:1.4.0" } },
      "the stable version backend:1.4.0 has no name of a revision, so traffic could not be kept on it: deploy the service, then release",
    ],
  ];

  test.each(refusals)("%s: says why, and touches nothing", async (_what, beginning, problem) => {
    const world = new World();
    expect(await failure(world, world.begin(world.process(), beginning))).toBe(
      `shop/backend in production is not released: ${problem}.`,
    );
    expect([world.entry, world.events, world.disk("a").files.size]).toEqual([undefined, [], 0]);
  });

  test("another release is under way: says which, and the ways out", async () => {
    const world = await orphan();
    const id = world.entry?.release?.id;
    expect(await failure(world, world.begin(world.process()))).toBe(
      `shop/backend in production is not released: release ${id} is under way: one at a time. See how it is (\`slipway release status shop/backend --stack production\`), let it go on (\`slipway release resume shop/backend --stack production\`), or have it taken back (\`slipway release abort shop/backend --stack production\`).`,
    );
  });
});
