import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import { engineProgram } from "./build.ts";
import { freeBytes } from "./disk.ts";
import type { Engine } from "./engine.ts";
import { lookForEngine } from "./find.ts";
import { canFetchGo, goVersion, usableGo } from "./go.ts";

/** What this machine has to run a Pulumi engine, or to get one. */
export interface EngineFacts {
  readonly engine: Engine | undefined;
  /** Why a `pulumi` on `PATH` is not used, or "there is none". Undefined when it is used. */
  readonly onPath: string | undefined;
  /** Version of the Go on `PATH`. */
  readonly go: string | undefined;
  /** Whether an engine can be compiled here: by that Go, or by one that is fetched. */
  readonly canCompile: boolean;
  readonly cache: {
    readonly folder: string;
    /** Bytes that the cache takes. */
    readonly used: number;
    /** Bytes free on its file system. */
    readonly free: number;
    /** Bytes that must be free to build an engine. */
    readonly needed: number;
  };
}

/** Looks at this machine; fetches, builds and changes nothing. */
export async function inspectEngine(env: NodeJS.ProcessEnv = process.env): Promise<EngineFacts> {
  const folder = cacheFolder(env);
  const [{ engine, onPath }, go, used, free] = await Promise.all([
    lookForEngine({ env }),
    goVersion(env),
    folderBytes(folder),
    freeBytes(folder),
  ]);
  const canCompile = usableGo(go) !== undefined || canFetchGo();
  return {
    engine,
    onPath: onPath?.why,
    go,
    canCompile,
    cache: { folder, used, free, needed: engineProgram.neededBytes },
  };
}

/** Bytes of all files under a folder; 0 when it does not exist. Files that vanish meanwhile count nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
