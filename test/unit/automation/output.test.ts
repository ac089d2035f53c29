import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../../automation/main.ts", import.meta.url));

test("a command goes on to its end when the reader of its output is gone", async () => {
  // Writes again and again, as a deployment does, until well after the pipe is known to be closed.
  const program = `
    const { main } = await import(${JSON.stringify(MAIN)});
    await main(${JSON.stringify(process.cwd())}, ["node", "slipway", "--version"]);
    const closed = new Promise((resolve) => process.stdout.once("error", resolve));
    const writing = setInterval(() => process.stdout.write("on\\n"), 5);
    const { code } = await closed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    clearInterval(writing);
    process.stderr.write("the end after " + code);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(said).toBe("the end after EPIPE");
  expect(code).toBe(0);
});

test("doctor shows no colour outside a terminal, also where CI is set", { timeout: 60_000 }, async () => {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, ["automation/cli.ts", "doctor"], { env: { ...env, CI: "true" } });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(said).toContain("This machine");
  expect(said).not.toContain("\u001b");
});
