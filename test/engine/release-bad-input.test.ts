import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReleasePlan } from "../../components/release/plan.ts";
import { generateLoad } from "../../sandbox/cloud/load.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { killTree, turn } from "../support/small-release.ts";
import { QUICK, SmallSystem } from "../support/small-system.ts";
import { until } from "../support/until.ts";

const FIRST = "sandbox/demo:1.0.0";
const NEXT = "sandbox/demo:1.1.0";

let small: SmallSystem;
beforeAll(async () => {
  small = await SmallSystem.create(QUICK);
  const { code, stderr } = await small.checkout.slipway("up", "--stack", "sandbox", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}, 300_000);
afterAll(async () => {
  await small.checkout.remove();
});

/** All that a release could change: the engine's state, the ledger, and who serves. */
async function everything() {
  const stacks = join(sandboxPaths(small.checkout.root).state, ".pulumi", "stacks", "slipway");
  const { traffic, revisions } = await small.live();
  return {
    state: await readFile(join(stacks, "sandbox.json"), "utf8"),
    ledger: (await small.store.read()).ledger,
    traffic,
    revisions: revisions.map(({ name }) => name),
  };
}

/** Runs a command that is refused: with this exit code, this message and no stack trace; nothing is changed by it. */
async function expectRefused(code: number, message: string, ...args: string[]): Promise<void> {
  const before = await everything();
  const ended = await small.checkout.slipway(...args);
  expect(ended.stderr).toContain(message);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  expect(await everything()).toEqual(before);
}

const plans: [string, Partial<ReleasePlan> | undefined, number, string][] = [
  [
    "weights that don't rise",
    { steps: [50, 50, 100].map((weight) => ({ weight, hold: "4 s" })) },
    1,
    "release.steps[1].weight: 50 is no more than the step before it; weights rise",
  ],
  [
    "a hold of nothing",
    { steps: [{ weight: 100, hold: "0 s" }] },
    1,
    'release.steps[0].hold: "0 s" gives nothing time to show',
  ],
  [
    "a gate on an objective that isn't there",
    { gates: ["speed"] },
    1,
    'release.gates: there is no objective "speed"; there are: availability, latency',
  ],
];

const NO_LEDGER =
  'the stack "staging" names no ledger, so nobody knows which versions are stable. Say one in Pulumi.staging.yaml:\n  slipway:stack:\n    ledger: gs://';
const commands: [string, string[], string][] = [
  ["no service", ["web", "--image", NEXT], '"web" names no service: write its system, a slash and its name'],
  [
    "a service that isn't there",
    ["shop/nope", "--image", NEXT],
    'the stack "sandbox" declares no service shop/nope. It can release: shop/web',
  ],
  [
    "what is stable already",
    ["shop/web", "--image", FIRST],
    `${FIRST} is the stable version of shop/web in sandbox already, with all the traffic: there is nothing to release`,
  ],
  [
    "an image that isn't there",
    ["shop/web", "--image", "sandbox/demo:9.9.9"],
    '--image: There is no image "sandbox/demo:9.9.9". sandbox/demo has the tags 1.0.0, 1.1.0, ',
  ],
  [
    "an image without a version",
    ["shop/web", "--image", "sandbox/demo"],
    '--image: "sandbox/demo" must be a name with a tag or a digest, such as "ethixai/backend:1.4.0"',
  ],
  [
    "a hotfix without a reason",
    ["shop/web", "--image", NEXT, "--hotfix"],
    "--hotfix skips what protects users: say why, for whoever looks at it later: --reason",
  ],
  [
    "a soak that isn't planned",
    ["shop/web", "--image", NEXT, "--soak"],
    "shop/web declares no soak: leave out --soak, or say `soak: { for, every, rounds }`",
  ],
  [
    "nobody to measure by",
    ["shop/web", "--image", NEXT, "--metrics", "hearsay"],
    '--metrics: "hearsay" is none of prometheus:URL, cloud-monitoring:PROJECT or scrape:URL',
  ],
  ["a pause of nothing", ["pause", "shop/web"], "no release of shop/web is under way in sandbox"],
  ["a way back to nothing", ["rollback", "shop/web"], "the ledger knows no version of shop/web before"],
];

describe("bad input to a release is refused, and nothing is changed", { timeout: 600_000 }, () => {
  test.each(plans)("EA-09 %s, by the plan and by the release", async (_what, change, code, message) => {
    await small.plan({ ...QUICK, ...change });
    await expectRefused(code, message, "plan", "--stack", "sandbox");
    await expectRefused(code, message, "release", "shop/web", "--image", NEXT, "--stack", "sandbox");
  });

  test("EA-09 a service without a plan", async () => {
    await small.plan(undefined);
    const message = "shop/web declares no release plan, so there is no telling when a version of it is good.";
    await expectRefused(2, message, "release", "shop/web", "--image", NEXT, "--stack", "sandbox");
    await small.plan(QUICK);
  });

  test.each(commands)("EA-09 %s", async (_what, args, message) => {
    await expectRefused(2, message, "release", ...args, "--stack", "sandbox");
  });

  test("EA-09 a stack without a ledger", async () => {
    await expectRefused(2, NO_LEDGER, "release", "shop/web", "--image", NEXT, "--stack", "staging");
  });

  test("EA-09 a spent error budget lets through only what mends it, and only with the reason", async () => {
    const { url } = await small.live();
    await turn(url, { errorRate: 1 });
    await generateLoad({ url, requestsPerSecond: 100, seconds: 1 });
    await turn(url, { errorRate: 0 });
    const args = ["release", "shop/web", "--image", NEXT, "--stack", "sandbox"];
    await expectRefused(5, "shop/web: its error budget is spent (availability has ", ...args);
    await expectRefused(2, "--fix goes past a spent error budget: say why", ...args, "--fix");
  });

  test("EA-09 a journal that was edited: nothing goes on by it, and the line is named", async () => {
    const run = small.begin("shop/web", "--image", NEXT, "--fix", "--reason", "mends the errors");
    await until(
      () => small.state(),
      (state) => state !== undefined,
    );
    await killTree(run.child);
    const folder = join(sandboxPaths(small.checkout.root).folder, "releases");
    const [name = ""] = (await readdir(folder, { recursive: true })).filter((path) =>
      path.endsWith(".jsonl"),
    );
    const file = join(folder, name);
    const journal = await readFile(file, "utf8");
    expect(journal).toContain("mends what spent the error budget: mends the errors");
    await writeFile(file, journal.replace("mends the errors", "makes errors"));
    const message = `${file}, line 1: its hash is not that of its content: the journal was edited. Nothing was changed. Put the file back as it was`;
    await expectRefused(1, message, "release", "report", "shop/web", "--stack", "sandbox");
    const before = (await small.live()).traffic;
    const refused = await small.release("abort", "shop/web");
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(message);
    expect((await small.live()).traffic).toEqual(before);

    await writeFile(file, journal);
    expect((await small.release("resume", "shop/web")).code).toBe(4);
    const { stable, history } = await small.entry();
    expect(stable?.image).toBe(FIRST);
    expect(history.at(-1)).toMatchObject({ outcome: "rolled-back" });
  });
});
