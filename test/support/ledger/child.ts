import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

/** A program in a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  /** How it ended, and what it printed. */
  readonly ended: Promise<{ readonly how: number | NodeJS.Signals; readonly said: string }>;
}

/** Runs a module in a process of its own. In it, `slipway/` at the start of what it imports is the root of this repository. */
export function runModule(code: string): Child {
  const root = pathToFileURL(`${process.cwd()}/`).href;
  const module = code.replaceAll('"slipway/', `"${root}`);
  const child = spawn(process.execPath, ["--input-type=module", "-e", module], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = text(child.stdout);
  const ended = once(child, "exit").then(async ([status, signal]) => ({
    how: (signal ?? status) as number | NodeJS.Signals,
    said: await said,
  }));
  return { process: child, ended };
}
