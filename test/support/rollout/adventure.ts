import { journalPath } from "../../../automation/rollout/journal/journal.ts";
import type { RolloutPlan } from "../../../automation/rollout/machine/plan.ts";
import type { SimulatedProcess } from "./process.ts";
import { TARGET } from "./release.ts";
import type { World } from "./world.ts";

/** What befalls a release. Shares are of a process's life, times seconds. */
export interface Mishaps {
  readonly plan: RolloutPlan;
  /** How likely a process is killed, or suspended, within its first ten minutes. */
  readonly killed: number;
  readonly suspended: number;
  /** What people ask, and when. */
  readonly asked: readonly {
    readonly after: number;
    readonly command: "pause" | "resume" | "promote" | "abort";
    readonly reason?: string;
  }[];
  /** When the ledger is away, and for how long. */
  readonly away: readonly { readonly after: number; readonly seconds: number }[];
}

/** When somebody ends whatever is left, in seconds. */
const LAST_ABORT = 3 * 3600;

/** When a release has to be over, whatever happened. */
const LATEST = 6 * 3600;

/** What is done to a process while it lives; resolves where it was killed. */
async function befall(world: World, process: SimulatedProcess, mishaps: Mishaps): Promise<void> {
  const { chance, clock } = world;
  if (chance.happens(mishaps.suspended)) {
    await clock.sleep(chance.between(0, 300_000));
    process.suspend(chance.between(1_000, 200_000));
  }
  if (chance.happens(mishaps.killed)) {
    await clock.sleep(chance.between(0, 600_000));
    return process.kill();
  }
  await new Promise<never>(() => {});
}

/** Somebody at one machine who wants the release to end: begins it where it wasn't, goes on with it where its driver is gone. */
async function operator(world: World, machine: string, mishaps: Mishaps, isOver: () => boolean) {
  while (!isOver()) {
    const process = world.process(machine);
    const { release } = world.entry ?? {};
    const driving =
      release === undefined ? world.begin(process, { plan: mishaps.plan }) : world.resume(process);
    const failed = driving.then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const error = await Promise.race([failed, befall(world, process, mishaps)]);
    // What the message says to do where another machine went on.
    if (error?.includes("move this file away") === true && release !== undefined) {
      world.disk(machine).files.delete(journalPath("/shop", TARGET, release.id));
    }
    await world.clock.sleep(world.chance.between(1_000, 60_000));
  }
}

/** Two people at two machines see a release to its end, whatever befalls it. @throws Error where it doesn't end */
export async function adventure(world: World, mishaps: Mishaps): Promise<void> {
  const { clock } = world;
  const isOver = () => (world.entry?.history.length ?? 0) > 0;
  for (const { after, command, reason } of [...mishaps.asked, ...lastAborts()]) {
    void clock.sleep(after * 1000).then(() => world.ask(command, reason));
  }
  for (const { after, seconds } of mishaps.away) {
    void clock.sleep(after * 1000).then(() => {
      world.ledger.awayUntil = clock.now().getTime() + seconds * 1000;
    });
  }
  let isLate = false;
  void clock.sleep(LATEST * 1000).then(() => {
    isLate = true;
  });
  const isDone = () => isOver() || isLate;
  await Promise.all(["a", "b"].map((machine) => operator(world, machine, mishaps, isDone)));
  if (!isOver()) throw new Error("the release did not end");
}

/** Asked again and again: where the first is heard by nobody, a later one is. */
function lastAborts(): Mishaps["asked"] {
  return Array.from({ length: 10 }, (_, index) => ({ after: LAST_ABORT + index * 600, command: "abort" }));
}
