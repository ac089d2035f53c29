import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "../../sandbox/engine/index.ts";
import { CommandFailure } from "../exit.ts";

/** Bytes; a state of ten thousand resources takes some tens of megabytes. */
const LARGEST_OUTPUT = 2 ** 29;

/**
 * Pulumi's commands on one stack, for what the Automation API has no safe way to: it asks for states and outputs with their
 * secrets in clear, passes states on in a file that everybody can read, and selects each stack for whatever the user types
 * next.
 */
export class PulumiCommands {
  readonly #engine: Engine;
  readonly #root: string;
  readonly #stack: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param env what is added to this process's environment */
  constructor(engine: Engine, root: string, stack: string, env: Readonly<Record<string, string>>) {
    this.#engine = engine;
    this.#root = root;
    this.#stack = stack;
    this.#env = env;
  }

  /** The state as it is kept: secrets encrypted. */
  async exportState(): Promise<Deployment> {
    return JSON.parse(await this.#run(["stack", "export"])) as Deployment;
  }

  /** Puts a state in place of the stack's own. */
  async importState(state: Deployment): Promise<void> {
    await this.#run(["stack", "import"], JSON.stringify(state));
  }

  /** The stack's outputs; `[secret]` stands for each secret, wherever it lies. */
  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#run(["stack", "output", "--json"])) as Record<string, unknown>;
  }

  /** Lifts the protection of every resource in the state. */
  async unprotect(): Promise<void> {
    await this.#run(["state", "unprotect", "--all", "--yes"]);
  }

  /** Whether the backend has the stack. @throws CommandFailure where the backend can't be asked */
  async exists(): Promise<boolean> {
    try {
      await this.#run(["stack", "--show-name"]);
      return true;
    } catch (error) {
      if (error instanceof CommandFailure && isUnknownStack(error.message)) return false;
      throw error;
    }
  }

  /** @throws CommandFailure with what the engine said */
  async #run(args: readonly string[], input?: string): Promise<string> {
    const running = promisify(execFile)(
      this.#engine.pulumi,
      [...args, "--stack", this.#stack, "--non-interactive", "--color", "never"],
      { cwd: this.#root, env: { ...process.env, ...this.#env }, maxBuffer: LARGEST_OUTPUT },
    );
    // One that ends without reading has said why.
    running.child.stdin?.on("error", () => {}).end(input ?? "");
    try {
      return (await running).stdout;
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      const said = stderr?.trim() || message;
      throw new CommandFailure(`pulumi ${args.join(" ")} failed for the stack "${this.#stack}":\n${said}`);
    }
  }
}

/** Whether an engine says that its backend has no such stack. */
export function isUnknownStack(said: string): boolean {
  return /no stack named/.test(said);
}
