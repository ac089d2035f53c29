import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Checkout, copyCheckout } from "../support/checkout.ts";

/** A guide's commands: fenced `sh` blocks, with what a comment right before one says of it. */
function commandsOf(markdown: string): { script: string; note: string | undefined }[] {
  const block = /(?:<!-- test: ([^>]*) -->\n)?```sh\n([\s\S]*?)```/g;
  return [...markdown.matchAll(block)].map(([, note, script]) => ({ note, script: script ?? "" }));
}

let checkout: Checkout;
beforeAll(async () => {
  checkout = await copyCheckout();
});
afterAll(async () => {
  await checkout.remove();
});

test("the guide from zero to a deployed service does what it says, command by command", {
  timeout: 400_000,
}, async () => {
  const commands = commandsOf(await readFile("docs/from-zero.md", "utf8"));
  expect(commands.length).toBeGreaterThan(8);
  const said: string[] = [];
  for (const { script, note } of commands) {
    if (note === "the test's own installation") continue;
    const { code, stdout, stderr } = await checkout.shell(script);
    const expected = Number(/^exit (\d)$/.exec(note ?? "")?.[1] ?? 0);
    expect({ script, code, stderr: code === expected ? "" : `${stdout}\n${stderr}` }).toEqual({
      script,
      code: expected,
      stderr: "",
    });
    said.push(stdout);
  }
  const all = said.join("\n");
  expect(all).toMatch(/hello\/web +http:\/\/127\.0\.0\.1:\d+ +answers 200/);
  expect(all).toContain("sandbox (sandbox): nothing to change");
  expect(all).toContain("no-secret-in-environment");
  expect(all).not.toContain("s3cr3t");
});
