import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { planRedisFiles, planRedisProbes } from "../../components/data/redis-config.ts";

const run = promisify(execFile);

/** A Redis as a pod would run it, but for its folders: the same files, scripts and probes. */
export class LocalRedis {
  readonly data: string;
  readonly port: number;
  readonly #folder: string;
  readonly #memory: number;

  /** @param memory bytes that the server gets in all */
  static async layOut(folder: string, memory: number): Promise<LocalRedis> {
    const redis = new LocalRedis(folder, await freePort(), memory);
    const folders = redis.#folders;
    for (const each of [folders.config, folders.data, folders.scratch, join(folder, "secret")]) {
      await mkdir(each, { recursive: true });
    }
    await writeFile(folders.password, "correcthorsebatterystaple0123456789abcd");
    for (const [file, content] of Object.entries(planRedisFiles(memory, redis.port, "everysec", folders))) {
      await writeFile(join(folders.config, file), content);
    }
    return redis;
  }

  private constructor(folder: string, port: number, memory: number) {
    this.#folder = folder;
    this.port = port;
    this.#memory = memory;
    this.data = join(folder, "data");
  }

  get #folders() {
    const at = (name: string) => join(this.#folder, name);
    return { config: at("config"), data: at("data"), scratch: at("scratch"), password: at("secret/value") };
  }

  /** Whether a probe passes, run as the kubelet would run it. */
  async probe(which: "startup" | "liveness" | "readiness"): Promise<boolean> {
    const { exec } = planRedisProbes(this.#memory, this.#folders)[which] as {
      exec: { command: [string, ...string[]] };
    };
    const [command, ...rest] = exec.command;
    return await run(command, rest).then(
      () => true,
      () => false,
    );
  }

  /** What the server answers to one who knows the password. */
  async ask(...command: string[]): Promise<string> {
    const env = { ...process.env, REDISCLI_AUTH: await readFile(this.#folders.password, "utf8") };
    return (await run("redis-cli", ["-p", String(this.port), ...command], { env })).stdout.trim();
  }

  /** What it answers to one who doesn't. */
  async askAsStranger(...command: string[]): Promise<string> {
    return (await run("redis-cli", ["-p", String(this.port), ...command])).stdout.trim();
  }

  /** Starts it, and waits until its startup probe passes. It ends with the test at the latest. */
  async start(): Promise<ChildProcess> {
    const server = spawn("sh", [join(this.#folders.config, "start.sh")], { stdio: "ignore" });
    onTestFinished(() => void server.kill("SIGKILL"));
    await expect.poll(() => this.probe("startup"), { timeout: 10_000, interval: 100 }).toBe(true);
    return server;
  }
}

/** Ends a server, and waits until it is gone. */
export async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const over = once(server, "exit");
  server.kill(signal);
  await over;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
