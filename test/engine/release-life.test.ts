import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import { updateEntry } from "../../automation/rollout/ledger/update.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import { underLock } from "../../components/release/stores/lock.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { killTree, turn, type Users, users, watch } from "../support/small-release.ts";
import { KEY, QUICK, type RunningRelease, SmallSystem } from "../support/small-system.ts";
import { until } from "../support/until.ts";

const FIRST = "sandbox/demo:1.0.0";
const NEXT = "sandbox/demo:1.1.0";
/** Seconds that the first step is held: time enough for other commands. */
const HOLD = 15;

let small: SmallSystem;
let sending: Users | undefined;
beforeAll(async () => {
  const [, last] = QUICK.steps;
  small = await SmallSystem.create({
    ...QUICK,
    steps: [{ weight: 50, hold: `${HOLD} s` }, ...(last === undefined ? [] : [last])],
  });
  const { code, stderr } = await small.checkout.slipway("up", "--stack", "sandbox", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  sending = users((await small.live()).url, 200);
}, 300_000);
afterAll(async () => {
  await sending?.stop();
  await small.checkout.remove();
});

/** Waits until the candidate has half of the traffic and is looked at; fails where the release ends before. */
async function untilHeld(run: RunningRelease): Promise<RolloutState> {
  const state = await until(
    async () => {
      if (run.child.exitCode !== null) throw new Error(`it ended before: ${run.said}`);
      return await small.state();
    },
    (now) => now?.phase === "holding" && now.weight === 50,
  );
  return state as RolloutState;
}

/** The address of the candidate itself. */
async function candidateAddress(): Promise<string> {
  const [address] = Object.values((await small.live()).tagUrls);
  return address ?? "";
}

/** Who has how much. */
async function shares(): Promise<Record<string, number>> {
  return Object.fromEntries((await small.live()).traffic.map(({ revision, percent }) => [revision, percent]));
}

/** What holds after each release: the stable version has everything, nobody holds a lease, and nothing is left to deploy. */
afterEach(async () => {
  const { stable, candidate, release, lease } = await small.entry();
  expect({ candidate, release, lease }).toEqual({
    candidate: undefined,
    release: undefined,
    lease: undefined,
  });
  expect(await shares()).toEqual({ [stable?.revision ?? ""]: 100 });
  const preview = await small.checkout.slipway("preview", "--stack", "sandbox", "--json");
  expect((JSON.parse(preview.stdout) as Summary).changed).toBe("nothing to change");
}, 300_000);

describe("the life of a release's driver", { timeout: 600_000 }, () => {
  test("EA-09 killed while it stages and again in a hold, and resumed: it ends as if nothing had happened", async () => {
    const watching = await watch(small, (await small.live()).latestReadyRevision);
    const first = small.begin("shop/web", "--image", NEXT);
    await until(
      () => first.said,
      (said) => said.includes("deploying: "),
    );
    await killTree(first.child);
    expect((await small.state())?.phase).toBe("staging");
    const second = small.begin("resume", "shop/web");
    await untilHeld(second);
    await killTree(second.child);
    const half = await shares();
    expect(Object.values(half)).toEqual([50, 50]);
    const third = await small.release("resume", "shop/web", "--json");
    expect(third.code).toBe(0);
    expect((await watching.stop()).weights).toEqual([0, 50, 100]);
    const { stable, previous, history } = await small.entry();
    expect([stable?.image, previous?.image]).toEqual([NEXT, FIRST]);
    expect(history).toHaveLength(1);
    const report = await small.release("report", "shop/web", "--json", "--out", small.checkout.root);
    const { markdown } = JSON.parse(report.stdout);
    expect((await readFile(markdown, "utf8")).match(/taken over|went on/gi)?.length).toBeGreaterThan(1);
  });

  test("EA-10 while one process drives, others pause it, let it go on and have it taken back; none begins another", async () => {
    const run = small.begin("shop/web", "--image", FIRST);
    await untilHeld(run);
    expect(await small.release("pause", "shop/web", "--reason", "lunch")).toMatchObject({
      code: 0,
      stderr: "",
    });
    const { weight } = await until(
      async () => (await small.state()) as RolloutState,
      ({ heldSince = "", lookedAt = "" }) => Date.parse(lookedAt) > Date.parse(heldSince) + HOLD * 1000,
    );
    expect(await small.state()).toMatchObject({ phase: "holding", weight, paused: { reason: "lunch" } });

    const other = await small.release("shop/web", "--image", "sandbox/demo:slow");
    expect(other).toMatchObject({ code: 1, stdout: "" });
    expect(other.stderr).toMatch(/release \S+ is under way: one at a time/);

    expect(await small.release("resume", "shop/web")).toMatchObject({ code: 0, stderr: "" });
    const again = await small.release("resume", "shop/web");
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain(`/${run.child.pid}/`);
    expect(await small.release("abort", "shop/web", "--reason", "enough")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await run.ended).toBe(4);
    const [last] = (await small.entry()).history.slice(-1);
    expect(last).toMatchObject({ outcome: "rolled-back" });
    expect(last?.reason).toMatch(/^aborted by .*: "enough"$/);
  });

  test("EA-09 the driver's lease lapses while it is suspended: another goes on, and the first does nothing more", async () => {
    const run = small.begin("shop/web", "--image", FIRST);
    await untilHeld(run);
    // Not in the middle of a write: whoever is suspended there keeps the ledger's file locked, which its message says.
    const { root } = small.checkout;
    await underLock(join(sandboxPaths(root).ledger, "sandbox.json.lock"), async () => {
      run.child.kill("SIGSTOP");
    });
    const suspended = (await small.entry()).lease;
    await updateEntry(small.store, KEY, ({ lease, ...entry }) =>
      lease === undefined ? entry : { ...entry, lease: { ...lease, until: "2026-01-01T00:00:00.000Z" } },
    );
    const other = small.begin("resume", "shop/web");
    await until(
      async () => (await small.entry()).lease,
      (lease) => lease !== undefined && lease.holder !== suspended?.holder,
    );
    run.child.kill("SIGCONT");
    expect(await run.ended).toBe(1);
    expect(run.said).toMatch(/this process lost its lease \(\d+\) and stops; \S+ goes on with the release/);
    expect(await other.ended).toBe(0);
    expect((await small.entry()).history.at(-1)).toMatchObject({ outcome: "promoted", to: FIRST });
  });
});

describe("a rollback needs neither program nor packs nor engine", { timeout: 600_000 }, () => {
  /** The program as it was declared. */
  let program: string;
  beforeAll(async () => {
    program = await readFile(join(small.checkout.root, "systems/shop.ts"), "utf8");
  });

  /**
   * Breaks the checkout while half of the traffic is the candidate's, then the candidate, and sees that it is taken back all the
   * same. @returns the release, whose rest can't be removed now
   */
  async function takenBack(breaks: () => Promise<void>): Promise<RunningRelease> {
    const run = small.begin("shop/web", "--image", NEXT, "--fix", "--reason", "a drill");
    const { stable } = await untilHeld(run);
    await breaks();
    await turn(await candidateAddress(), { errorRate: 0.1 });
    const tidying = await until(
      async () => (await small.state()) as RolloutState,
      ({ phase, failures }) => phase === "tidying" && failures > 0,
    );
    expect(tidying.decision?.reason).toMatch(/^availability: .* requests failed, limit 0.5 %$/);
    expect((await shares())[stable.revision ?? ""]).toBe(100);
    return run;
  }

  test("EA-10 the program is broken: what is left then is said, and the next deployment removes it", async () => {
    const run = await takenBack(() => small.write("systems/shop.ts", "export const shop = {{;"));
    expect(await run.ended).toBe(4);
    const left = "left to do: what the release left could not be removed in 4 attempts: ";
    expect((await small.entry()).history.at(-1)?.reason).toContain(`; ${left}`);
    expect(run.out).toContain(`\n${left}`);
    await small.write("systems/shop.ts", program);
    expect((await small.checkout.slipway("up", "--stack", "sandbox")).code).toBe(0);
  });

  test("EA-10 a pack would refuse the program, and a killed run's lock is on the state: mended, it ends by itself", async () => {
    const locks = join(
      sandboxPaths(small.checkout.root).state,
      ".pulumi",
      "locks",
      "organization",
      "slipway",
      "sandbox",
    );
    const run = await takenBack(async () => {
      await small.write(
        "systems/shop.ts",
        program.replace("environment: {}", 'environment: { API_TOKEN: "s3cr3t-T0ken-9f8a7b6c" }'),
      );
      await mkdir(locks, { recursive: true });
      const lock = {
        pid: 2 ** 22 + 1,
        username: "ada",
        hostname: hostname(),
        timestamp: "2026-11-21T09:00:00Z",
      };
      await writeFile(join(locks, "7d1e0b3c-1111-4222-8333-944455556666.json"), JSON.stringify(lock));
    });
    await small.write("systems/shop.ts", program);
    expect(await run.ended).toBe(4);
    const { history } = await small.entry();
    expect(history.at(-1)).toMatchObject({ outcome: "rolled-back", to: NEXT });
    expect(history.at(-1)?.reason).not.toContain("left to do");
    expect(run.said).toContain("no-secret-in-environment");
    expect(run.said + JSON.stringify(history)).not.toContain("s3cr3t");
  });
});
