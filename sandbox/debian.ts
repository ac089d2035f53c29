import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AttemptError } from "./engine/errors.ts";
import { lastLines, type RunResult, run } from "./engine/run.ts";
import type { Report } from "./progress.ts";

/** What a way to get Debian's packages is called where ways are told. */
export const DEBIAN = "Debian's packages";

/** What of Debian is wanted, and what else helps. */
export interface DebianPackages {
  /** What they are for, as people read it: `PostgreSQL (17 MB)`. */
  readonly what: string;
  readonly packages: readonly string[];
  /** What a person can do instead. */
  readonly remedy: string;
}

/** With what it is done. */
export interface UnpackOptions {
  readonly report: Report;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** @throws AttemptError in the command's own words, where it failed */
export function checkRun(
  { remedy }: Pick<DebianPackages, "remedy">,
  result: RunResult,
  command: string,
): void {
  if (result.code === 0) return;
  const how = result.failure ?? `ended with code ${result.code}`;
  const said = lastLines(result, 4);
  throw new AttemptError({
    tried: DEBIAN,
    why: `${command}: ${how}${said === "" ? "" : `:\n${said}`}`,
    remedies: [
      remedy,
      ...(command === "apt-get download" && result.failure === undefined
        ? ["run `apt-get update` as root, if apt's list of packages is old or not there"]
        : []),
    ],
  });
}

/**
 * Fetches Debian's packages with apt, and unpacks them: nothing is installed and no service is started, so it need not be root;
 * only root may renew a list of packages that lacks them.
 * @param work folder of its own @param into folder that they are unpacked into
 * @throws AttemptError in apt's words, where they can't be had
 */
export async function unpackDebianPackages(
  wanted: DebianPackages,
  work: string,
  into: string,
  { report, env, signal }: UnpackOptions,
): Promise<void> {
  // apt, as root, hands the fetching to a user of its own, who must be able to write here.
  const folder = join(work, "packages");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const apt = (...args: readonly string[]) => run("apt-get", args, { cwd: folder, env, signal });
  report(`fetching Debian's packages of ${wanted.what}`);
  let fetched = await apt("download", ...wanted.packages);
  if (fetched.code !== 0 && fetched.failure === undefined && process.getuid?.() === 0) {
    report("renewing apt's list of packages");
    await apt("update");
    fetched = await apt("download", ...wanted.packages);
  }
  checkRun(wanted, fetched, "apt-get download");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".deb"))) {
    checkRun(wanted, await run("dpkg", ["-x", file, into], { cwd: folder, env, signal }), "dpkg -x");
  }
}
