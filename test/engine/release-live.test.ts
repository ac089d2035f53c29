import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import type { ReleaseHistory } from "../../automation/rollout/show/history.ts";
import type { ProgressNote } from "../../automation/rollout/show/progress.ts";
import type { Why } from "../../automation/rollout/show/why-of.ts";
import { users, watch } from "../support/small-release.ts";
import { QUICK, SmallSystem } from "../support/small-system.ts";

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
}, 180_000);

describe("a release of a small system, by the command", { timeout: 400_000 }, () => {
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
});
