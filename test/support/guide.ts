import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import type { Checkout } from "./checkout.ts";

/** A guide's commands: fenced `sh` blocks, with what a comment right before one says of it. */
function commandsOf(markdown: string): { script: string; note: string | undefined }[] {
  const block = /(?:<!-- test: ([^>]*) -->\n)?```sh\n([\s\S]*?)```/g;
  return [...markdown.matchAll(block)].map(([, note, script]) => ({ note, script: script ?? "" }));
}

/** Runs a command until it ends as it should, or the time for that is over. */
async function run(checkout: Checkout, script: string, expected: number, withinSeconds: number) {
  const deadline = Date.now() + 1000 * withinSeconds;
  for (;;) {
    const ended = await checkout.shell(script);
    if (ended.code === expected || Date.now() >= deadline) return ended;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/**
 * Runs a guide's commands in a checkout, in order. Each has to end well, or as the comment before it says (`exit 3`), or to end
 * so once when it is run again and again (`exit 5 within 120 s`). One that is `in another terminal` has to end well by the end.
 * @param least commands that the guide has: a guide that lost them proves nothing
 * @returns what they printed
 */
export async function followGuide(file: string, checkout: Checkout, least: number): Promise<string> {
  const commands = commandsOf(await readFile(file, "utf8"));
  expect(commands.length).toBeGreaterThanOrEqual(least);
  const said: string[] = [];
  const elsewhere: Promise<void>[] = [];
  for (const { script, note } of commands) {
    // What another test runs, whose file is named, or what every test has done before.
    if (note?.startsWith("see ") || note === "the test's own installation") continue;
    const [, exit = "0", within = "0"] = /^exit (\d)(?: within (\d+) s)?$/.exec(note ?? "") ?? [];
    const ends = run(checkout, script, Number(exit), Number(within)).then(({ code, stdout, stderr }) => {
      expect({ script, code, stderr: code === Number(exit) ? "" : `${stdout}\n${stderr}` }).toEqual({
        script,
        code: Number(exit),
        stderr: "",
      });
      said.push(stdout);
    });
    if (note === "in another terminal") elsewhere.push(ends);
    else await ends;
  }
  await Promise.all(elsewhere);
  return said.join("\n");
}
