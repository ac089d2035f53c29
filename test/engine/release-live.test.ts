import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import type { ReleaseHistory } from "../../automation/rollout/show/history.ts";
import type { ProgressNote } from "../../automation/rollout/show/progress.ts";
import type { Why } from "../../automation/rollout/show/why-of.ts";
import { users, watch } from "../support/small-release.ts";
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

/** Runs a release while users send requests, and somebody looks at the weights; gives all that came of it. */
async function released(image: string, ...args: string[]) {
  const { url, latestReadyRevision } = await small.live();
  const { stable } = await small.entry();
  const watching = await watch(small, stable?.revision ?? latestReadyRevision);
  const sending = users(url);
  const { code, stdout, stderr } = await small.release("shop/web", "--image", image, "--json", ...args);
  const sent = await sending.stop();
  const notes = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ProgressNote);
  const kinds = notes.map(({ kind }) => kind).filter((kind) => kind !== "verdict" && kind !== "same");
  return { code, stderr, notes, kinds, sent, ...(await watching.stop()) };
}

/** What the commands that look at releases say of the last one. */
async function lastRelease() {
  const [status, history, why, report] = await Promise.all([
    small.release("status", "shop/web", "--json"),
    small.release("history", "shop/web", "--json"),
    small.release("why", "shop/web", "--json"),
    small.release("report", "shop/web", "--json", "--out", join(small.checkout.root, "report")),
  ]);
  const [{ stable }] = JSON.parse(status.stdout);
  const [ended] = (JSON.parse(history.stdout) as ReleaseHistory[])[0]?.releases ?? [];
  const files = JSON.parse(report.stdout) as { markdown: string; html: string };
  return {
    stable: stable.image as string,
    ended,
    why: JSON.parse(why.stdout) as Why,
    markdown: await readFile(files.markdown, "utf8"),
    html: await readFile(files.html, "utf8"),
  };
}

/** Waits for evidence for two seconds more, and deploys that this is what is planned. */
async function plan(what: "pause" | "roll-back"): Promise<void> {
  await small.plan({ ...QUICK, undecided: { after: "2 s", do: what } });
  expect((await small.checkout.slipway("up", "--stack", "sandbox")).code).toBe(0);
}

/** What holds after each release, however it went: one version has all requests, and every command says why. */
afterEach(async () => {
  const { stable, ended, why, markdown, html } = await lastRelease();
  const { traffic, url } = await small.live();
  expect(traffic.map(({ percent, tag }) => ({ percent, tag }))).toEqual([{ percent: 100, tag: undefined }]);
  expect(traffic[0]?.revision).toBe((await small.entry()).stable?.revision);
  expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ image: stable });
  expect(stable).toBe(ended?.outcome === "promoted" ? ended.to : ended?.from);
  expect(why.decision?.reason).toBe(ended?.reason);
  for (const page of [markdown, html]) expect(page.replaceAll(/\s+/g, " ")).toContain(ended?.release);
  const preview = await small.checkout.slipway("preview", "--stack", "sandbox", "--json");
  expect((JSON.parse(preview.stdout) as Summary).changed).toBe("nothing to change");
}, 300_000);

describe("a release of a small system, by the command", { timeout: 600_000 }, () => {
  test("EA-09 a good version gets no traffic, half, all; nobody's request fails, and it is stable", async () => {
    const { code, kinds, sent, weights, tagged } = await released(NEXT);
    expect(kinds).toEqual(["begun", "staged", "shifted", "shifted", "decided", "promoted", "ended"]);
    expect(code).toBe(0);
    expect(weights).toEqual([0, 50, 100]);
    expect(tagged).toContain(NEXT);
    expect(sent.byStatus).toEqual({ 200: sent.sent });
    expect(sent.failed).toBe(0);
    expect(await small.entry()).toMatchObject({ stable: { image: NEXT }, previous: { image: FIRST } });
    expect((await lastRelease()).ended).toMatchObject({ outcome: "promoted", from: FIRST, to: NEXT });
  });

  test("EA-10 a version that fails 2 % of requests is taken back before it gets more than half", async () => {
    const { code, kinds, notes, weights } = await released("sandbox/demo:errors");
    expect(kinds).toEqual(["begun", "staged", "shifted", "decided", "withdrawn", "tidied", "ended"]);
    expect(code).toBe(4);
    expect(weights).toEqual([0, 50, 0]);
    const at = (kind: string) => Date.parse(notes.find((note) => note.kind === kind)?.at ?? "");
    expect(at("withdrawn") - at("decided")).toBeLessThan(120_000);
    expect((await lastRelease()).ended?.reason).toMatch(/^availability: .* requests failed, limit 0.5 %$/);
  });

  test("EA-10 a slow version is taken back", async () => {
    const { code, weights } = await released("sandbox/demo:slow");
    expect(code).toBe(4);
    expect(weights).toEqual([0, 50, 0]);
    expect((await lastRelease()).ended?.reason).toMatch(
      /^latency: .* requests took longer than 1 s, limit 5 %$/,
    );
  });

  test("EA-10 one that never starts gets nothing; what is stable isn't touched, and the reason says so", async () => {
    const before = (await small.entry()).stable;
    const { code, kinds, weights, sent } = await released("sandbox/demo:never-starts");
    expect(kinds).toEqual(["begun", "failed", "decided", "withdrawn", "tidied", "ended"]);
    expect(code).toBe(4);
    expect(weights).toEqual([0]);
    expect(sent.byStatus).toEqual({ 200: sent.sent });
    expect((await small.entry()).stable).toEqual(before);
    expect((await lastRelease()).ended?.reason).toMatch(
      /^the candidate could not be staged: .*sandbox\/demo:never-starts\) is not ready/s,
    );
  });

  test("EA-09 without traffic it is held, then paused; a person who says why lets it go on, or takes it back", async () => {
    await plan("pause");
    const run = small.begin("shop/web", "--image", FIRST);
    const paused = await until(
      () => small.state(),
      (state) => state?.paused !== undefined,
    );
    expect(paused).toMatchObject({ phase: "holding", weight: 50, paused: { by: "plan" } });
    expect(paused?.paused?.reason).toContain(
      "the hold at 50 % is long over and its verdict is still unknown",
    );
    const refused = await small.release("promote", "shop/web");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("there is no evidence that the candidate is healthy");
    expect(await small.state()).toMatchObject({ phase: "holding", weight: 50 });

    const promoted = await small.release("promote", "shop/web", "--reason", "nobody is awake");
    expect(promoted).toMatchObject({ code: 0, stderr: "" });
    await until(
      () => small.state(),
      (state) => state?.weight === 100 && state.phase === "holding",
    );
    const aborted = await small.release("abort", "shop/web", "--reason", "somebody woke up");
    expect(aborted).toMatchObject({ code: 0, stderr: "" });
    expect(await run.ended).toBe(4);
    expect((await lastRelease()).ended?.reason).toMatch(/^aborted by .*: "somebody woke up"$/);
    expect((await lastRelease()).markdown).toContain("nobody is awake");
  });

  test("EA-10 where the plan says so, too little evidence takes it back", async () => {
    await plan("roll-back");
    const { code } = await small.release("shop/web", "--image", FIRST);
    expect(code).toBe(4);
    expect((await lastRelease()).ended?.reason).toContain("the hold at 50 % is long over");
  });

  test("EA-10 a hotfix gets everything at once, loudly, and why is recorded", async () => {
    const args = ["--hotfix", "--reason", "CVE-2026-1234"];
    const { code, stderr, kinds, weights, sent } = await released(FIRST, ...args);
    expect(stderr).toMatch(/^WARNING: a hotfix\. .*no gate is looked at\. Recorded: CVE-2026-1234$/m);
    expect(kinds).toEqual(["begun", "decided", "staged", "shifted", "promoted", "ended"]);
    expect(code).toBe(0);
    expect(weights).toEqual([0, 100]);
    expect(sent.byStatus).toEqual({ 200: sent.sent });
    const { ended } = await lastRelease();
    expect(ended).toMatchObject({ strategy: "hotfix", outcome: "promoted", to: FIRST });
    expect(ended?.reason).toContain("CVE-2026-1234");
  });

  test("EA-10 after a promotion, the version before is back by one command", async () => {
    const { code, stderr } = await small.release("rollback", "shop/web", "--reason", "reports are wrong");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { ended } = await lastRelease();
    expect(ended).toMatchObject({ outcome: "promoted", from: FIRST, to: NEXT });
    expect(ended?.reason).toContain("rollback: reports are wrong");
    expect(await small.entry()).toMatchObject({ stable: { image: NEXT }, previous: { image: FIRST } });
  });
});
