import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject, onTestFinished } from "vitest";
import { type Engine, engineEnvironment, findEngine, preparePassphrase } from "../../sandbox/engine/index.ts";
import { type SandboxPaths, sandboxPaths } from "../../sandbox/paths.ts";

/** The engine that the tests run with: global-setup.ts has got it before. Throws with the reason where it could not. */
export async function engineForTests(): Promise<Engine> {
  const engine = await findEngine();
  if (!engine) throw new Error(inject("engineProblem"));
  return engine;
}

/** A folder of its own for one test, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes files by their paths relative to `folder`. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** What a finished `pulumi` command gave. */
interface PulumiResult {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly text: string;
}

/** A small Pulumi project in a folder of its own, with a stack `dev` and a sandbox of its own. */
export interface TestProject {
  readonly folder: string;
  readonly paths: SandboxPaths;
  /** Runs `pulumi` with these arguments, non-interactively, and waits. */
  pulumi(...args: string[]): Promise<PulumiResult>;
  /** Starts `pulumi` without waiting. */
  start(...args: string[]): ChildProcess;
}

const nodeModules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Makes a project whose program is `index.ts` of `files`, with this checkout's node_modules. */
export async function testProject(files: Readonly<Record<string, string>>): Promise<TestProject> {
  const engine = await engineForTests();
  const folder = await temporaryFolder();
  const paths = sandboxPaths(folder);
  await writeFiles(folder, {
    "Pulumi.yaml":
      "name: small\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.ts\ndescription: For a test.\n",
    "package.json": '{"name": "small", "version": "1.0.0", "type": "module"}\n',
    ...files,
  });
  await symlink(nodeModules, join(folder, "node_modules"));
  await preparePassphrase(paths);
  const env = { ...process.env, ...engineEnvironment(engine, paths) };

  const start = (...args: string[]) =>
    spawn(engine.pulumi, [...args, "--non-interactive"], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const pulumi = (...args: string[]) =>
    new Promise<PulumiResult>((resolve, reject) => {
      const child = start(...args);
      let text = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, text }));
    });
  const made = await pulumi("stack", "init", "dev");
  if (made.code !== 0) throw new Error(`pulumi stack init failed:\n${made.text}`);
  return { folder, paths, pulumi, start };
}

/** Waits until `condition` gives a value; the test's time-out ends a wait in vain. */
export async function eventually<T>(condition: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process of this id runs (a zombie does not). */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
