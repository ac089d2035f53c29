import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { CloudRevisionTemplate } from "./api.ts";
import type { RunnableImage } from "./images.ts";

/** What one process is started with. */
export interface LaunchOptions {
  readonly image: RunnableImage;
  readonly template: CloudRevisionTemplate;
  readonly service: string;
  readonly revision: string;
  /** The instance's private folder: what it sees as its root. */
  readonly root: string;
  readonly port: number;
  /** What it writes is added to this file. */
  readonly log: string;
}

/** Variables that would change Node itself or the loader instead of the service. */
const REFUSED = new Set(["NODE_OPTIONS", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES"]);

/** A revision's log starts anew when it has grown over this many bytes; one older file is kept. */
const LOG_LIMIT = 1_000_000;

/**
 * The environment of an instance: the template's and Cloud Run's own variables. Nothing of the user's environment
 * gets in but `PATH`, so no credential does.
 */
export function instanceEnvironment(options: LaunchOptions): Record<string, string> {
  const own = Object.entries(options.template.env).filter(([name]) => !REFUSED.has(name));
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    ...Object.fromEntries(own),
    PORT: String(options.port),
    K_SERVICE: options.service,
    K_REVISION: options.revision,
    K_CONFIGURATION: options.service,
    SANDBOX_ROOT: options.root,
    SANDBOX_IMAGE: options.image.image,
  };
}

/** Starts the process, in a group of its own, under the guard that ends it with the cloud. */
export function launch(options: LaunchOptions): ChildProcess {
  const log = openLog(options.log);
  try {
    return spawn(
      process.execPath,
      [
        "--import",
        new URL("./guard.ts", import.meta.url).href,
        options.image.entry,
        ...(options.image.standIn ? [] : (options.template.args ?? [])),
      ],
      {
        cwd: options.root,
        env: instanceEnvironment(options),
        stdio: ["pipe", log, log],
        detached: true,
      },
    );
  } finally {
    closeSync(log);
  }
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    if (statSync(path).size > LOG_LIMIT) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
  return openSync(path, "a", 0o600);
}
