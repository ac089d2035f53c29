import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import type { Checkout } from "./checkout.ts";

/** A guide's commands: fenced `sh` blocks, with what a comment right before one says of it. */
function commandsOf(markdown: string): { script: string; note: string | undefined }[] {
  const block = /(?:<!-- test: ([^>]*) -->\n)?```sh\n([\s\S]*?)```/g;
  return [...markdown.matchAll(block)].map(([, note, script]) => ({ note, script: script ?? "" }));
}

/**
 * Runs a guide's commands in a checkout, in order. Each has to end well, or as the comment before it says (`exit 3`).
 * @param least commands that the guide has: a guide that lost them proves nothing
 * @returns what they printed
 */
export async function followGuide(file: string, checkout: Checkout, least: number): Promise<string> {
  const commands = commandsOf(await readFile(file, "utf8"));
  expect(commands.length).toBeGreaterThanOrEqual(least);
  const said: string[] = [];
  for (const { script, note } of commands) {
    // What another test runs, whose file is named, or what every test has done before.
    if (note?.startsWith("see ") || note === "the test's own installation") continue;
    const { code, stdout, stderr } = await checkout.shell(script);
    const expected = Number(/^exit (\d)$/.exec(note ?? "")?.[1] ?? 0);
    expect({ script, code, stderr: code === expected ? "" : `${stdout}\n${stderr}` }).toEqual({
      script,
      code: expected,
      stderr: "",
    });
    said.push(stdout);
  }
  return said.join("\n");
}
