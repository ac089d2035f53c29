import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeOnce } from "../../../sandbox/engine/once.ts";
import { temporaryFolder, until } from "./support.ts";

const program = fileURLToPath(new URL("./once-process.ts", import.meta.url));

async function place() {
  const outside = await temporaryFolder();
  const parent = join(outside, "cache");
  const folder = join(parent, "thing");
  const makers = () => readFile(join(outside, "makers"), "utf8").catch(() => "");
  const start = (name: string) => {
    const child = spawn(process.execPath, [program, folder, name], { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data));
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.on("close", (code, signal) => resolve({ code, signal })),
    );
    return { child, ended, text: () => text };
  };
  const goOn = () => writeFile(join(outside, "go-on"), "");
  return { parent, folder, makers, start, goOn };
}

test("two processes that start at once make it once; the second waits and says so", async () => {
  const { parent, folder, makers, start, goOn } = await place();
  const first = start("first");
  await until(async () => (await makers()) !== "");
  const second = start("second");
  await until(() => second.text().includes("waiting for another process that is making the thing"));
  expect(existsSync(folder)).toBe(false);
  await goOn();
  expect(await Promise.all([first.ended, second.ended])).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
  expect(await makers()).toBe("first\n");
  expect(await readFile(join(folder, "whole"), "utf8")).toBe("first");
  expect(await readdir(parent)).toEqual(["thing"]);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s leaves nothing, and ends the process by that signal",
  async (signal) => {
    const { parent, makers, start } = await place();
    const first = start("first");
    await until(async () => (await makers()) !== "");
    expect(await readdir(parent)).not.toEqual([]);
    first.child.kill(signal);
    expect(await first.ended).toEqual({ code: null, signal });
    expect(await readdir(parent)).toEqual([]);
  },
);

test("what a killed process left is taken over, and nothing of it is used", async () => {
  const { parent, folder, makers, start, goOn } = await place();
  const first = start("first");
  await until(async () => (await makers()) !== "");
  first.child.kill("SIGKILL");
  await first.ended;
  expect((await readdir(parent)).sort()).toEqual([".thing.lock", ".thing.work"]);
  await writeFile(join(parent, ".thing.work", "left"), "");
  await mkdir(join(parent, ".thing.work", "result"), { recursive: true });
  await writeFile(join(parent, ".thing.work", "result", "left"), "");
  // As if the process had died a minute ago.
  const before = new Date(Date.now() - 60_000);
  await utimes(join(parent, ".thing.lock"), before, before);

  await goOn();
  const second = start("second");
  expect(await second.ended).toEqual({ code: 0, signal: null });
  expect(await makers()).toBe("first\nsecond\n");
  expect((await readdir(folder)).sort()).toEqual(["half", "whole"]);
  expect(await readdir(parent)).toEqual(["thing"]);
});

test("a failed making leaves nothing, gives its error, and can be tried again", async () => {
  const { parent, folder } = await place();
  const attempt = (make: (work: string) => Promise<void>) =>
    makeOnce({ folder, what: "the thing", report: () => {}, make });
  await expect(
    attempt(async (work) => {
      await mkdir(join(work, "result"));
      throw new Error("no compiler");
    }),
  ).rejects.toThrow("no compiler");
  expect(await readdir(parent)).toEqual([]);
  await attempt((work) => mkdir(join(work, "result")).then(() => {}));
  expect(await readdir(parent)).toEqual(["thing"]);
});
