import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { checkRun, DEBIAN, type UnpackOptions, unpackDebianPackages } from "../debian.ts";
import { AttemptError } from "../engine/errors.ts";
import { run } from "../engine/run.ts";

/** Debian packages that the tools are in. */
const DEBIAN_PACKAGES = {
  what: "Prometheus and the Alertmanager (30 MB)",
  packages: ["prometheus", "prometheus-alertmanager"],
  remedy:
    "install Prometheus and the Alertmanager (https://prometheus.io/download/) with promtool and amtool on PATH",
};

/** The programs in them, each under the name that its makers gave it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  prometheus: "prometheus",
  promtool: "promtool",
  "prometheus-alertmanager": "alertmanager",
  amtool: "amtool",
};

/**
 * Fetches Debian's packages (30 MB) with apt and unpacks their programs (140 MB) into `work/result/bin`. Nothing is
 * installed and no service is started, so it need not be root; only root may renew a list of packages that lacks them.
 *
 * @throws AttemptError in apt's words, where the packages can't be had or don't run here
 */
export async function unpackDebian(work: string, options: UnpackOptions): Promise<void> {
  const unpacked = join(work, "unpacked");
  await unpackDebianPackages(DEBIAN_PACKAGES, work, unpacked, options);
  const bin = join(work, "result", "bin");
  await mkdir(bin, { recursive: true });
  for (const [from, to] of Object.entries(PROGRAMS)) {
    await move(join(unpacked, "usr", "bin", from), join(bin, to));
    // They are linked to the system's C library, which a home folder may have brought to another machine.
    const { env, signal } = options;
    checkRun(DEBIAN_PACKAGES, await run(join(bin, to), ["--version"], { env, signal, timeout: 30_000 }), to);
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await chmod(to, 0o755);
  } catch (error) {
    throw new AttemptError({
      tried: DEBIAN,
      why: `they hold no ${from.split("/").at(-1)}: ${(error as Error).message}`,
      remedies: [DEBIAN_PACKAGES.remedy],
    });
  }
}
