import { access, constants, realpath } from "node:fs/promises";
import { delimiter, dirname, join, sep } from "node:path";
import { engineFolders } from "./cache.ts";
import { type Engine, type EngineOrigin, languageHostName, minimumVersion } from "./engine.ts";
import type { Attempt } from "./errors.ts";
import { run } from "./run.ts";
import { compareVersions, parseVersion } from "./version.ts";

export interface FindOptions {
  /** Where `PATH` and the cache's variables are read. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What looking for an engine gave: the engine, or why what was there is not used. */
export interface Search {
  readonly engine: Engine | undefined;
  /** A `pulumi` on `PATH` that is not used, or that there is none. Undefined when it is used. */
  readonly onPath: Attempt | undefined;
}

/** Remedy that every failed search has in common. */
export const installPulumi = `install Pulumi ${minimumVersion} or newer (https://www.pulumi.com/docs/install/)`;

/** Looks for an engine on `PATH`, then in the cache. Fetches and builds nothing. */
export async function findEngine(options: FindOptions = {}): Promise<Engine | undefined> {
  return (await lookForEngine(options)).engine;
}

/** Like `findEngine`, and says why a `pulumi` on `PATH` is not used. */
export async function lookForEngine(options: FindOptions = {}): Promise<Search> {
  const env = options.env ?? process.env;
  const folders = await engineFolders(env);
  const onPath = await engineOnPath(env, folders.parent);
  if (!("why" in onPath)) return { engine: onPath, onPath: undefined };
  const engine =
    (await engineIn(folders.downloaded, "download", env)) ?? (await engineIn(folders.built, "built", env));
  return { engine, onPath };
}

/** The engine in a folder of the cache; undefined when it is not there or does not run. */
export async function engineIn(
  folder: string,
  origin: EngineOrigin,
  env: NodeJS.ProcessEnv,
): Promise<Engine | undefined> {
  const pulumi = join(folder, "bin", "pulumi");
  if (!(await executable(pulumi))) return undefined;
  const { version } = await askVersion(pulumi, env);
  if (version === undefined) return undefined;
  const languageHost = origin === "built" ? "slipway" : "official";
  return { pulumi, version, origin, languageHost, binFolder: dirname(pulumi) };
}

async function engineOnPath(env: NodeJS.ProcessEnv, ownFolder: string): Promise<Engine | Attempt> {
  const tried = "pulumi on PATH";
  const pulumi = await findOnPath("pulumi", env, ownFolder);
  if (!pulumi) return { tried, why: "there is none", remedies: [installPulumi] };

  const { version, why } = await askVersion(pulumi, env);
  if (version === undefined) return { tried, why: `${pulumi} ${why}`, remedies: [installPulumi] };
  if (compareVersions(version, minimumVersion) < 0) {
    return {
      tried,
      why: `${pulumi} is ${version}, and ${minimumVersion} is the oldest that is supported`,
      remedies: [installPulumi],
    };
  }
  const binFolder = dirname(pulumi);
  // Beside the real file, not its symlink, as the engine itself looks.
  const beside = join(dirname(await realpath(pulumi)), languageHostName);
  if (!(await executable(beside))) {
    return {
      tried,
      why: `${pulumi} has no ${languageHostName} beside it, so it runs no Node programs`,
      remedies: [installPulumi],
    };
  }
  return { pulumi, version, origin: "path", languageHost: "official", binFolder };
}

/** The first executable of that name on `PATH`, leaving out what lies in `except` (the engines of the cache). */
async function findOnPath(
  name: string,
  env: NodeJS.ProcessEnv,
  except?: string,
): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    if (folder === "" || (except && `${folder}${sep}`.startsWith(`${except}${sep}`))) continue;
    const file = join(folder, name);
    if (await executable(file)) return file;
  }
  return undefined;
}

async function askVersion(
  pulumi: string,
  env: NodeJS.ProcessEnv,
): Promise<{ version: string | undefined; why: string }> {
  const result = await run(pulumi, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 20_000,
  });
  const version = result.code === 0 ? parseVersion(result.stdout) : undefined;
  if (version !== undefined) return { version, why: "" };
  const said = (result.stderr || result.stdout).trim().split("\n")[0] ?? "";
  const how = result.failure ?? (result.code === 0 ? "names no version" : `ends with code ${result.code}`);
  return { version, why: `does not tell its version (${how}${said === "" ? "" : `: ${said}`})` };
}

async function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
