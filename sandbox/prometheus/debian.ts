import { chmod, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { AttemptError } from "../engine/errors.ts";
import { lastLines, type RunResult, run } from "../engine/run.ts";
import type { Report } from "../progress.ts";

const tried = "Debian's packages";

/** Debian packages that the tools are in. */
const DEBIAN_PACKAGES = ["prometheus", "prometheus-alertmanager"];

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
export async function unpackDebian(
  work: string,
  options: { readonly report: Report; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> {
  const { report, env, signal } = options;
  // apt, as root, hands the fetching to a user of its own, who must be able to write here.
  const folder = join(work, "packages");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const apt = (...args: readonly string[]) => run("apt-get", args, { cwd: folder, env, signal });

  report("fetching Debian's packages of Prometheus and the Alertmanager (30 MB)");
  let fetched = await apt("download", ...DEBIAN_PACKAGES);
  if (fetched.code !== 0 && fetched.failure === undefined && process.getuid?.() === 0) {
    report("renewing apt's list of packages");
    await apt("update");
    fetched = await apt("download", ...DEBIAN_PACKAGES);
  }
  check(fetched, "apt-get download");

  const unpacked = join(work, "unpacked");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".deb"))) {
    check(await run("dpkg", ["-x", file, unpacked], { cwd: folder, env, signal }), "dpkg -x");
  }
  const bin = join(work, "result", "bin");
  await mkdir(bin, { recursive: true });
  for (const [from, to] of Object.entries(PROGRAMS)) {
    await move(join(unpacked, "usr", "bin", from), join(bin, to));
    // They are linked to the system's C library, which a home folder may have brought to another machine.
    check(await run(join(bin, to), ["--version"], { env, signal, timeout: 30_000 }), to);
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await chmod(to, 0o755);
  } catch (error) {
    throw new AttemptError({
      tried,
      why: `they hold no ${from.split("/").at(-1)}: ${(error as Error).message}`,
      remedies: [installPrometheus],
    });
  }
}

const installPrometheus =
  "install Prometheus and the Alertmanager (https://prometheus.io/download/) with promtool and amtool on PATH";

function check(result: RunResult, command: string): void {
  if (result.code === 0) return;
  const how = result.failure ?? `ended with code ${result.code}`;
  const said = lastLines(result, 4);
  throw new AttemptError({
    tried,
    why: `${command}: ${how}${said === "" ? "" : `:\n${said}`}`,
    remedies: [
      installPrometheus,
      ...(command === "apt-get download" && result.failure === undefined
        ? ["run `apt-get update` as root, if apt's list of packages is old or not there"]
        : []),
    ],
  });
}
