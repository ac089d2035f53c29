import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LEFT_OUT = new Set(["node_modules", ".git", ".slipway", "out"]);

/** What a command said and how it ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the project in a folder of its own, with a sandbox of its own. */
export interface Checkout {
  readonly root: string;
  /** Runs `slipway` there, with nobody at the terminal. */
  slipway(...args: readonly string[]): Promise<Ended>;
  /** Runs a shell script there, with the project's own Node first on PATH, as npm does it. */
  shell(script: string): Promise<Ended>;
  /** Starts `slipway` there without waiting for it. */
  start(...args: readonly string[]): ReturnType<typeof spawn>;
  /** Ends its cloud and deletes it. */
  remove(): Promise<void>;
}

async function run(
  command: string,
  args: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      cwd: root,
      env,
      maxBuffer: 2 ** 26,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number | null; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Leaves one system in a checkout's stack files: what is not looked at takes no time. @param change what it says besides */
export async function keepSystem(root: string, system: string, change: object = {}): Promise<void> {
  for (const stack of ["sandbox", "staging", "production"]) {
    const file = join(root, `Pulumi.${stack}.yaml`);
    const said = parse(await readFile(file, "utf8"));
    const { systems } = said.config["slipway:stack"];
    said.config["slipway:stack"].systems = { [system]: { ...systems[system], ...change } };
    // What the stack asks of the others, nobody promises now.
    delete said.config["slipway:policies"];
    await writeFile(file, stringify(said));
  }
}

/** Keeps the ledgers of a checkout's own stacks in files: nobody here has an account with the bucket that they name. */
export async function useFileLedgers(root: string): Promise<void> {
  for (const stack of ["staging", "production"]) {
    const file = join(root, `Pulumi.${stack}.yaml`);
    const said = await readFile(file, "utf8");
    await writeFile(file, said.replace(/ledger: gs:.*/, `ledger: file:.slipway/${stack}.json`));
  }
}

/** What a copy is for. */
interface CopyOptions {
  /**
   * The engine writes its state when an operation ends, not whenever a resource has changed: of the whole stack that is a third of
   * the work. Not for what proves how a run goes on that was cut off. Default: false, as for everybody.
   */
  readonly savesAtEnd?: boolean;
}

/** Copies the project; its dependencies are linked. */
export async function copyCheckout({ savesAtEnd = false }: CopyOptions = {}): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), "slipway-checkout-"));
  await cp(ROOT, root, {
    recursive: true,
    filter: (source) => source === ROOT || !LEFT_OUT.has(basename(source)),
  });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  const { VITEST: _, NODE_ENV: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    NO_COLOR: "1",
    ...(savesAtEnd ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {}),
    PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
  };
  const cli = join(root, "automation", "cli.ts");
  return {
    root,
    slipway: (...args) => run(process.execPath, [cli, ...args], root, env),
    shell: (script) => run("bash", ["-euo", "pipefail", "-c", script], root, env),
    start: (...args) =>
      spawn(process.execPath, [cli, ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] }),
    remove: async () => {
      await run(process.execPath, [cli, "sandbox", "stop"], root, env);
      await rm(root, { recursive: true, force: true });
    },
  };
}
