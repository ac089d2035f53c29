import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { takePort } from "../cloud/ports.ts";
import { ensurePostgresql, librariesIn, type PostgresqlTools } from "./tools.ts";

/** Seconds that it may take until it answers; it takes about one. */
const READY_SECONDS = 60;

/** PostgreSQL refuses to run as root: then it runs as nobody, whose number is the same on every Linux. */
const NOBODY = 65_534;

/** Runs a program until its own standard input ends: with whoever started it, however that ends. */
const UNTIL_LEFT_ALONE = '"$@" & server=$!; cat > /dev/null; kill -QUIT $server; wait';

/** A PostgreSQL server that runs. */
export interface RunningPostgresql {
  /** `postgresql://postgres:…@127.0.0.1:20123/postgres`: of its one user, who may do everything. */
  readonly url: string;
  /** Ends it; nothing that it kept stays. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a PostgreSQL server on 127.0.0.1, with nothing in it, and resolves when it answers. It ends with this process.
 * @param tools default: those that are found, or made
 * @throws Error with its last words where it can't be started
 */
export async function startPostgresql(tools?: PostgresqlTools): Promise<RunningPostgresql> {
  const found = tools ?? (await ensurePostgresql({ report: () => {} }));
  const folder = await mkdtemp(join(tmpdir(), "slipway-postgresql-"));
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const data = join(folder, "data");
  const password = randomBytes(16).toString("hex");
  const passwordFile = join(folder, "password");
  const remove = () => rm(folder, { recursive: true, force: true });
  let bin = found.bin;
  let env: NodeJS.ProcessEnv = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
  try {
    if (found.root !== undefined) {
      // Nobody may look into root's own cache.
      const root = join(folder, "tools");
      await cp(found.root, root, { recursive: true, verbatimSymlinks: true });
      bin = join(root, relative(found.root, found.bin));
      env = { ...env, ...(await librariesIn(root)) };
    }
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (identity.uid !== undefined) {
      await Promise.all([folder, data, passwordFile].map((path) => chown(path, NOBODY, NOBODY)));
    }
    const login = ["--username", "postgres", "--auth", "scram-sha-256", "--pwfile", passwordFile];
    const quick = ["--no-sync", "--encoding", "UTF8", "--locale", "C"];
    await promisify(execFile)(join(bin, "initdb"), ["--pgdata", data, ...login, ...quick], {
      ...identity,
      env,
      cwd: folder,
    });
  } catch (error) {
    await remove();
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new Error(`PostgreSQL could not lay out a folder. It said:\n${stderr || message}`);
  }
  const port = await takePort();
  const settings = [
    "fsync=off",
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    `unix_socket_directories=${folder}`,
  ];
  const child = spawn(
    "sh",
    [
      "-c",
      UNTIL_LEFT_ALONE,
      "sh",
      join(bin, "postgres"),
      "-D",
      data,
      ...settings.flatMap((each) => ["-c", each]),
    ],
    { ...identity, env, cwd: folder, stdio: ["pipe", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = once(child, "exit");
  const stop = async () => {
    child.stdin.end();
    await ended;
    await remove();
  };
  const deadline = performance.now() + 1000 * READY_SECONDS;
  while (!said.includes("ready to accept connections") || !(await listens(port))) {
    if (performance.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`PostgreSQL gave no answer within ${READY_SECONDS} s. It said:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
