import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { PlanError } from "../errors.ts";
import type { PackFolder } from "./folder.ts";

/** How long a pack may take, in milliseconds. */
export interface Patience {
  /** Until it listens. */
  readonly start: number;
  /** For one answer. */
  readonly call: number;
}

/** Packs that compile themselves take some seconds to start. */
export const PATIENCE: Patience = { start: 60_000, call: 60_000 };

/** Between asking a process to end and ending it by force. */
const GRACE_MILLISECONDS = 2_000;
/** Lines of a stack trace. */
const TRACE = /^\s+at /;
/** So much of what a pack says is kept, for where it fails. */
const KEPT_LINES = 8;

/** A pack's process. */
export interface PackProcess {
  readonly port: number;
  /** The last lines that it said. */
  said(): string;
  end(): Promise<void>;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS);
  await gone;
  clearTimeout(force);
}

/** Starts a pack as the engine does, and waits until it says where it listens. @throws PlanError with what it said */
export async function startPack(
  { folder, args, env }: PackFolder,
  names: { readonly project: string; readonly stack: string },
  patience: Pick<Patience, "start">,
): Promise<PackProcess> {
  const { project, stack } = names;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env, PULUMI_PROJECT: project, PULUMI_STACK: stack, PULUMI_DRY_RUN: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kept: string[] = [];
  const keep = (coloured: string) => {
    const line = stripVTControlCharacters(coloured);
    if (line.trim() === "" || TRACE.test(line)) return;
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  };
  createInterface({ input: child.stderr }).on("line", keep);
  const said = () => kept.map((line) => `\n  ${line}`).join("");
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (what: string) => reject(new PlanError(`the policy pack ${folder} ${what}${said()}`));
  const timer = setTimeout(() => fail(`did not start within ${patience.start / 1000} s`), patience.start);
  child.once("error", (error) => fail(`can't be started: ${error.message}`));
  // "close": what it says last comes after its end.
  child.once("close", (code, signal) => fail(`ended with ${code ?? signal} instead of listening`));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (/^\d+$/.test(line.trim())) resolve(Number(line));
    else keep(line);
  });
  try {
    return { port: await promise, said, end: () => stopped(child) };
  } catch (error) {
    await stopped(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
