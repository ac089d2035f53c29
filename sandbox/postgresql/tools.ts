import { constants } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { checkRun, DEBIAN, type UnpackOptions, unpackDebianPackages } from "../debian.ts";
import { AttemptError, describeAttempts } from "../engine/errors.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { makeOnce } from "../engine/once.ts";
import { run } from "../engine/run.ts";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";

/** A PostgreSQL server that can be started. */
export interface PostgresqlTools {
  /** Folder of `initdb` and `postgres`. */
  readonly bin: string;
  /** Folder that they were unpacked into, with their libraries; undefined where the system has them. */
  readonly root?: string;
}

/** Debian packages of the server. Its programs find what belongs to them by where they are. */
const DEBIAN_PACKAGES = {
  what: "PostgreSQL (17 MB)",
  packages: ["postgresql-15", "postgresql-client-15", "libpq5"],
  remedy: "install PostgreSQL (https://www.postgresql.org/download/) with initdb and postgres on PATH",
};

/** Where Debian, and Debian's packages, have programs of each version. */
const VERSIONS = "usr/lib/postgresql";

function unpackedFolder(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), "postgresql", `debian-${process.platform}-${process.arch}`);
}

/** The server's programs: on `PATH`, where Debian installs them, or in the user's cache. Makes nothing. */
export async function findPostgresql(
  env: NodeJS.ProcessEnv = process.env,
): Promise<PostgresqlTools | undefined> {
  const onPath = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const system = await firstWith([...onPath, ...(await versionsIn("/"))]);
  if (system !== undefined) return { bin: system };
  const root = unpackedFolder(env);
  const bin = await firstWith(await versionsIn(root));
  return bin === undefined ? undefined : { bin, root };
}

/** What a program under a root needs in its environment to find its libraries. */
export async function librariesIn(root: string): Promise<{ LD_LIBRARY_PATH: string }> {
  const names = (await readdir(join(root, "usr/lib"))).filter((name) => name.endsWith("-linux-gnu"));
  return { LD_LIBRARY_PATH: names.map((name) => join(root, "usr/lib", name)).join(delimiter) };
}

/** Folders of programs under a root, the newest version first. */
async function versionsIn(root: string): Promise<string[]> {
  const versions = await readdir(join(root, VERSIONS)).catch(() => []);
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(root, VERSIONS, version, "bin"));
}

async function firstWith(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const there = await Promise.all(["initdb", "postgres"].map((name) => executable(join(folder, name))));
    if (there.every(Boolean)) return folder;
  }
  return undefined;
}

/**
 * The same, unpacked from Debian's packages where it is missing: once per user, in seconds, without root and without installing
 * them.
 * @throws Error in apt's words, with what helps
 */
export async function ensurePostgresql(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<PostgresqlTools> {
  const { report, env = process.env } = options;
  const found = await findPostgresql(env);
  if (found) return found;
  try {
    await untilInterrupted((signal) =>
      makeOnce({
        folder: unpackedFolder(env),
        what: "PostgreSQL",
        report,
        signal,
        make: (work, until) => unpack(work, { report, env, signal: until }),
      }),
    );
    const made = await findPostgresql(env);
    if (made) return made;
    throw new AttemptError({
      tried: DEBIAN,
      why: "they hold no initdb and postgres",
      remedies: [DEBIAN_PACKAGES.remedy],
    });
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    throw new Error(
      describeAttempts("There is no PostgreSQL on this machine, and none could be had.", [error.attempt]),
    );
  }
}

async function unpack(work: string, options: UnpackOptions): Promise<void> {
  const result = join(work, "result");
  await unpackDebianPackages(DEBIAN_PACKAGES, work, result, options);
  // They are linked to more of the system's libraries than these packages hold.
  const bin = (await versionsIn(result))[0] ?? "";
  const env = { ...options.env, ...(await librariesIn(result)) };
  for (const name of ["postgres", "initdb"]) {
    const started = await run(join(bin, name), ["--version"], {
      env,
      signal: options.signal,
      timeout: 30_000,
    });
    checkRun(DEBIAN_PACKAGES, started, name);
  }
}

/** The program of a found server that tells where it is. */
export const postgresIn = ({ bin }: PostgresqlTools): string => join(bin, "postgres");

function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
