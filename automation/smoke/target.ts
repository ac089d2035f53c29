import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder, writeAtomically } from "../../sandbox/cloud/files.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { prometheusFiles } from "../../sandbox/prometheus/run.ts";

/** What tests a stack in the sandbox, and serves metrics. */
interface SmokeRunner {
  readonly stack: string;
  readonly environment: string;
  /** The system that it tests. */
  readonly system: string;
  /** `HOST:PORT` of its metrics. */
  readonly host: string;
}

/** Where a port is reached that was opened on every address of this machine. */
const WILDCARDS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };

/** `HOST:PORT` by which this machine reaches what listens at that address. */
export function hostOf(address: string, port: number): string {
  return `${WILDCARDS[address] ?? (address.includes(":") ? `[${address}]` : address)}:${port}`;
}

/**
 * Names a runner to the sandbox's Prometheus, which finds it within seconds, now or when it is started. One that is killed
 * stays as a target that is down, until the next of its stack takes its place.
 * @returns what takes it back
 */
export async function announce(root: string, runner: SmokeRunner): Promise<() => Promise<void>> {
  const { stack, environment, system, host } = runner;
  const { targets } = prometheusFiles(sandboxPaths(root).prometheus);
  const file = join(targets, `${stack}.${system}.smoke.json`);
  // The same instance at every address, so that what is measured goes on after a restart.
  const labels = { instance: `smoke-${stack}`, environment, system };
  const text = `${JSON.stringify([{ targets: [host], labels }])}\n`;
  makePrivateFolder(targets);
  await writeAtomically(file, text);
  return async () => {
    const there = await readFile(file, "utf8").catch(() => undefined);
    // Another one may have taken its place.
    if (there === text) await rm(file, { force: true });
  };
}
