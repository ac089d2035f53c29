import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { access, link, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { SandboxPaths } from "../paths.ts";
import { type Engine, languageHostFile } from "./engine.ts";

/**
 * What is added to the environment so that `engine` works for the sandbox at `paths` and for nothing else: its own
 * home, state and passphrase, its own providers only, no downloads.
 * Call `preparePassphrase` before: throws when the passphrase's file is needed and missing.
 */
export function engineEnvironment(
  engine: Engine,
  paths: SandboxPaths,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return {
    PATH: [engine.binFolder, env.PATH ?? ""].filter((each) => each !== "").join(delimiter),
    PULUMI_HOME: paths.home,
    // Without `.attrs` files: they are not written atomically, and after a kill in the middle of one the whole state can't be read.
    PULUMI_BACKEND_URL: `${pathToFileURL(paths.state).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    ...passphraseOverride(paths, env),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Providers are the sandbox's stand-ins: a real one on PATH must not be taken for them, and a missing one is a
    // fault to report, not a reason to download.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // find.ts has checked the version, against a stricter minimum.
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    ...languageHostEnvironment(),
  };
}

/** What an engine of the cache needs to run Node programs; any other ignores it. */
export function languageHostEnvironment(): Record<string, string> {
  return { SLIPWAY_NODE: process.execPath, SLIPWAY_LANGUAGE_HOST: languageHostFile };
}

/**
 * The engine prefers the variable to the file, even when it is empty. An environment that is added to another can't
 * take the user's variable away, so it is answered with the sandbox's own passphrase; only where there is one.
 */
function passphraseOverride(paths: SandboxPaths, env: NodeJS.ProcessEnv): Record<string, string> {
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined) return {};
  return { PULUMI_CONFIG_PASSPHRASE: readFileSync(paths.passphrase, "utf8").trim() };
}

/**
 * Makes the sandbox's folders (mode 700) and its passphrase (random, mode 600). One that is there stays as it is:
 * the secrets in the state can be read with no other. Safe when several processes call it at once.
 */
export async function preparePassphrase(paths: SandboxPaths): Promise<void> {
  for (const folder of [paths.folder, paths.home, paths.state, dirname(paths.passphrase)]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  if (await exists(paths.passphrase)) return;
  const draft = `${paths.passphrase}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    // A link is made whole or not at all, and fails where a passphrase is there already.
    await link(draft, paths.passphrase);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
