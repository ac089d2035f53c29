import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKey } from "../engine/cache.ts";
import { compileGo, type GoProgram } from "../engine/compile.ts";
import { AttemptError, describeAttempts } from "../engine/errors.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { makeOnce } from "../engine/once.ts";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";
import { ClusterError } from "./errors.ts";

/** The version of Kubernetes that the sandbox's own cluster is; `kubebox/go.mod` pins the same. */
export const kubernetesVersion = "1.36.3";

const versionFlags = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) => [
  `-X ${path}.gitVersion=v${kubernetesVersion}`,
  `-X ${path}.gitMajor=${kubernetesVersion.split(".")[0]}`,
  `-X ${path}.gitMinor=${kubernetesVersion.split(".")[1]}`,
]);

/** kubebox, as it is compiled; the figures were measured on Linux. */
const program: GoProgram = {
  name: `Kubernetes ${kubernetesVersion}`,
  sources: ["go.mod", "go.sum", "main.go", "pki.go"].map((name) =>
    fileURLToPath(new URL(`./kubebox/${name}`, import.meta.url)),
  ),
  package: ".",
  flags: ["-trimpath", "-buildvcs=false", "-ldflags", ["-s -w", ...versionFlags].join(" ")],
  packages: 2_900,
  duration: "five minutes on two cores",
  // 3.5 GB of build cache, 0.8 GB of modules and 0.3 GB of toolchain, where those have to be fetched.
  neededBytes: 4.8e9,
  keptBytes: 150e6,
};

/** The folder in the user's cache where kubebox is, or would be: it holds `bin/kubebox`. Creates nothing. */
export async function kubeboxFolder(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  const key = buildKey(sources, kubernetesVersion, undefined, program.flags);
  return join(cacheFolder(env), "kubernetes", `built-${kubernetesVersion}-${key}`);
}

/**
 * Absolute path of kubebox, if it is there: the file that `SLIPWAY_KUBEBOX` names, else the one in the cache. Builds nothing.
 *
 * @throws ClusterError when `SLIPWAY_KUBEBOX` names what can't be run
 */
export async function findKubebox(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  if (env.SLIPWAY_KUBEBOX) {
    if (await executable(env.SLIPWAY_KUBEBOX)) return resolve(env.SLIPWAY_KUBEBOX);
    throw new ClusterError(
      `SLIPWAY_KUBEBOX names "${env.SLIPWAY_KUBEBOX}", which is no executable file. Name kubebox's binary, or unset it to have one built.`,
    );
  }
  const file = join(await kubeboxFolder(env), "bin", "kubebox");
  return (await executable(file)) ? file : undefined;
}

/**
 * Absolute path of kubebox, compiled from the Go module proxy where it is missing: about five minutes, once per user.
 * Safe when several processes ask at once; Ctrl-C leaves nothing half-made.
 *
 * @throws ClusterError that says which step failed, in Go's words, and what helps
 */
export async function ensureKubebox(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  const { report, env = process.env } = options;
  const found = await findKubebox(env);
  if (found) return found;
  const folder = await kubeboxFolder(env);
  await makeClusterPart(
    { folder, what: "Kubernetes", report },
    "There is no Kubernetes for the sandbox on this machine, and none could be built.",
    (work, signal) =>
      compileGo(program, join(work, "result", "bin", "kubebox"), work, {
        report,
        env,
        signal,
        interval: 5_000,
      }),
  );
  return join(folder, "bin", "kubebox");
}

/** Makes a folder once, minding Ctrl-C. @throws ClusterError that begins with `failure` */
export async function makeClusterPart(
  part: { readonly folder: string; readonly what: string; readonly report: Report },
  failure: string,
  make: (work: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  try {
    await untilInterrupted((signal) => makeOnce({ ...part, signal, make }));
  } catch (error) {
    if (error instanceof AttemptError) throw new ClusterError(describeAttempts(failure, [error.attempt]));
    throw error;
  }
}

function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
