import { existsSync } from "node:fs";
import { every } from "../../engine/options.ts";
import { run } from "../../engine/run.ts";
import type { Report } from "../../progress.ts";
import { ClusterError } from "../errors.ts";
import { sandboxImages } from "./images.ts";
import { describeImpossible } from "./nodes.ts";
import { podsPossible } from "./possible.ts";
import { makeRedisImage, redisImage } from "./redis.ts";

export interface EnsurePodsOptions {
  readonly report: Report;
  /** Where clusters will be: a folder of the file system that pods are to be on. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Sees to it that pods can really run on this machine: installs Debian's packages where it is root's and has apt, and
 * makes the images. Asks nothing; installs nothing for anyone but root.
 *
 * @throws ClusterError that says why pods can't run here, and what helps
 */
export async function ensurePods(options: EnsurePodsOptions): Promise<void> {
  const { report, folder, env = process.env, signal } = options;
  const images = { env, report, signal };
  let able = await podsPossible(folder);
  const apt = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!able.possible && able.packages.length > 0 && apt) {
    await install(able.packages, options);
    able = await podsPossible(folder);
  }
  if (!able.possible) throw new ClusterError(describeImpossible(able));
  await sandboxImages(images);
  if (apt && (await redisImage(images)) === undefined) await makeRedisImage(images);
  report("pods can run on this machine");
}

async function install(
  packages: readonly string[],
  { report, env, signal }: EnsurePodsOptions,
): Promise<void> {
  const what = packages.join(", ");
  report(`installing ${what} by apt: about 15 seconds`);
  const began = performance.now();
  const stopReporting = every(5_000, () =>
    report(`installing ${what}: ${Math.round((performance.now() - began) / 1000)} s`),
  );
  const apt = (...args: readonly string[]) =>
    run("apt-get", args, { env: { ...(env ?? process.env), DEBIAN_FRONTEND: "noninteractive" }, signal });
  try {
    const once = () => apt("install", "--yes", "--no-install-recommends", ...packages);
    let result = await once();
    if (result.code !== 0 && result.failure === undefined) {
      // The machine's list of packages may be old, or not there.
      await apt("update");
      result = await once();
    }
    if (result.code !== 0) {
      throw new ClusterError(
        `apt could not install ${what}: ${result.failure ?? result.stderr.trim().split("\n").slice(-4).join("\n")}`,
      );
    }
  } finally {
    stopReporting();
  }
}
