import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import type { Deployer } from "../../automation/rollout/actuators/deployer.ts";
import { engineDeployer } from "../../automation/rollout/deploy/deployer.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { QUICK, SmallSystem } from "../support/small-system.ts";
import { ReleaseByHand, WEB } from "./release-support.ts";

let small: SmallSystem;
let release: ReleaseByHand;
let deployer: Deployer;
beforeAll(async () => {
  small = await SmallSystem.create(QUICK);
  await small.say({ beside: 2 });
  release = new ReleaseByHand(small);
  deployer = engineDeployer({
    target: { root: small.checkout.root, stack: "sandbox", sandbox: true },
    store: small.store,
  });
  await run("up", "--stack", "sandbox");
}, 200_000);
afterAll(async () => {
  await small.checkout.remove();
});

async function run(...args: string[]): Promise<Summary> {
  const { code, stdout, stderr } = await small.checkout.slipway(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Summary;
}

/** The service's traffic as the engine's state has it. */
async function recorded(): Promise<unknown> {
  const file = join(sandboxPaths(small.checkout.root).state, ".pulumi", "stacks", "slipway", "sandbox.json");
  const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
  return checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn === WEB.urn).inputs.traffics;
}

describe("a release of a service on Cloud Run, by the ledger", { timeout: 200_000 }, () => {
  const first = "sandbox/demo:1.0.0";
  const next = "sandbox/demo:1.1.0";
  let stable = "";
  let candidate = "";

  test("EA-10 a candidate that never starts is refused with the platform's reason, and what served goes on", async () => {
    stable = (await small.live()).latestReadyRevision;
    await release.ledger((entry) => ({
      ...entry,
      stable: { image: first },
      candidate: { image: "sandbox/demo:crashes", percent: 0, tag: "canary-1" },
    }));
    await expect(deployer.stage(release.doing())).rejects.toThrow(
      /image sandbox\/demo:crashes\) is not ready/,
    );
    expect((await small.live()).traffic).toMatchObject([{ revision: stable, percent: 100 }]);
  });

  test("EA-09 without it the version before is there again, under the name that it had", async () => {
    await release.ledger(({ candidate: _, ...entry }) => entry);
    await deployer.tidy(release.doing());
    const service = await small.live();
    expect(service.latestReadyRevision).toBe(stable);
    expect(await release.shares()).toEqual({ [stable]: 100 });
  });

  test("EA-09 a candidate is put beside the stable version, without a share, at an address of its own", async () => {
    await release.ledger((entry) => ({ ...entry, candidate: { image: next, percent: 0, tag: "canary-2" } }));
    const staged = await deployer.stage(release.doing());
    candidate = staged.candidate;
    expect(candidate).toMatch(/^web-[0-9a-f]{8}$/);
    expect(staged).toEqual({
      candidate,
      stable,
      address: (await small.live()).tagUrls["canary-2"],
    });
    expect(await release.shares()).toEqual({ [stable]: 100, [`${candidate}#canary-2`]: 0 });
    expect(await (await fetch(`${staged.address}/version`)).text()).toContain("1.1.0");
    // What the program gives traffic by.
    const { services } = (await small.store.read()).ledger;
    expect(services["shop/web"]).toMatchObject({
      stable: { revision: stable },
      candidate: { revision: candidate },
    });
  });

  test("EA-09 the state follows moved traffic, though the program fails and a killed run left its lock", async () => {
    await release.ledger((entry) => ({ ...entry, candidate: { ...entry.candidate, percent: 20 } as never }));
    await release.move([
      { target: { revision: candidate }, percent: 20, tag: "canary-2" },
      { target: { revision: stable }, percent: 80 },
    ]);
    const { root } = small.checkout;
    const program = await readFile(join(root, "index.ts"), "utf8");
    await appendFile(join(root, "index.ts"), "\nthrow new Error('a bad program');\n");
    const locks = join(sandboxPaths(root).state, ".pulumi", "locks", "organization", "slipway", "sandbox");
    await mkdir(locks, { recursive: true });
    const gone = {
      pid: 2 ** 22 + 1,
      username: "ada",
      hostname: hostname(),
      timestamp: "2026-11-21T09:00:00Z",
    };
    await writeFile(join(locks, "7d1e0b3c-1111-4222-8333-944455556666.json"), JSON.stringify(gone));
    await deployer.reconcile(release.doing());
    await writeFile(join(root, "index.ts"), program);
    expect(await recorded()).toEqual([
      {
        type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
        revision: candidate,
        percent: 20,
        tag: "canary-2",
      },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: stable, percent: 80 },
    ]);
  });

  test("EA-09 a deployment of something else in the middle of a release changes no weight", async () => {
    await small.say({ beside: 9 });
    const { steps } = await run("up", "--stack", "sandbox");
    expect(steps.map(({ urn }) => urn.split("::").at(-1))).toContain("shop-beside");
    expect(steps.map(({ urn }) => urn.split("::").at(-1))).not.toContain("shop-web");
    expect(await release.shares()).toEqual({ [stable]: 80, [`${candidate}#canary-2`]: 20 });
  });

  test("EA-09 what the stack file says instead is not deployed, and a warning names the command that does", async () => {
    await small.say({ beside: 9, image: "sandbox/demo:broken" });
    const { changed, warnings } = await run("preview", "--stack", "sandbox");
    expect(changed).toBe("nothing to change");
    expect(warnings).toEqual([
      "web: the ledger says that sandbox/demo:1.0.0 is stable, so the stack file's sandbox/demo:broken is not deployed; release it: npx slipway release shop/web --image sandbox/demo:broken --stack sandbox",
    ]);
  });

  test("EA-09 what is promoted has all requests, by its name", async () => {
    await release.ledger(({ candidate: _, ...entry }) => ({
      ...entry,
      stable: { image: next, revision: candidate },
    }));
    await deployer.promote(release.doing());
    expect(await release.shares()).toEqual({ [candidate]: 100 });
  });
});
