import { spawn } from "node:child_process";
import { once } from "node:events";
import { takePort } from "../cloud/ports.ts";
import { ensureStorageServer } from "./server.ts";

/** Seconds that it may take until it answers; it takes a tenth of one. */
const READY_SECONDS = 20;

/** Runs a program until its own standard input ends: with whoever started it, however that ends. */
const UNTIL_LEFT_ALONE = '"$@" & server=$!; cat > /dev/null; kill $server; wait';

/** A storage server that runs. */
export interface RunningStorage {
  /** `http://127.0.0.1:20123`: what `STORAGE_EMULATOR_HOST` has to say. */
  readonly url: string;
  /** Ends it; nothing that it kept stays. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a storage server on 127.0.0.1, with nothing in it, and resolves when it answers. It keeps all in memory, and ends with
 * this process.
 * @throws Error with its last words where it can't be started
 */
export async function startStorage(): Promise<RunningStorage> {
  const server = await ensureStorageServer({ report: () => {} });
  const port = await takePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = ["-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", String(port)];
  const more = ["-external-url", url, "-public-host", `127.0.0.1:${port}`, "-log-level", "warn"];
  const child = spawn("sh", ["-c", UNTIL_LEFT_ALONE, "sh", server, ...flags, ...more], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = once(child, "exit");
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const deadline = performance.now() + 1000 * READY_SECONDS;
  while (!(await isReady(url))) {
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`The storage server gave no answer within ${READY_SECONDS} s. It said:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, stop };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/_internal/healthcheck`).then(
    ({ ok }) => ok,
    () => false,
  );
}
