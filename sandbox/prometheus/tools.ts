import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKey } from "../engine/cache.ts";
import { compileGo, type GoProgram } from "../engine/compile.ts";
import { AttemptError, describeAttempts } from "../engine/errors.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { makeOnce } from "../engine/once.ts";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";
import { unpackDebian } from "./debian.ts";
import { PrometheusError } from "./errors.ts";

/** Prometheus and the Alertmanager, with the programs that check what they read. Absolute paths. */
export interface PrometheusTools {
  readonly prometheus: string;
  /** Checks rules, and runs their tests. */
  readonly promtool: string;
  /** Undefined where only the tools beside it are on `PATH`. */
  readonly alertmanager?: string;
  /** Checks an Alertmanager's configuration, and tells where it sends an alert. */
  readonly amtool: string;
}

/** The version of Prometheus that is compiled where Debian has none to give; `build/go.mod` pins the same. */
const VERSION = "0.312.0";

const PACKAGES = [
  "github.com/prometheus/prometheus/cmd/prometheus",
  "github.com/prometheus/prometheus/cmd/promtool",
  "github.com/prometheus/alertmanager/cmd/alertmanager",
  "github.com/prometheus/alertmanager/cmd/amtool",
];

/** The four programs, as they are compiled; the figures were measured on Linux with two cores. */
const program: GoProgram = {
  name: `Prometheus ${VERSION}`,
  sources: ["go.mod", "go.sum", "tools.go"].map((name) =>
    fileURLToPath(new URL(`./build/${name}`, import.meta.url)),
  ),
  package: PACKAGES,
  flags: ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"],
  packages: 1_570,
  duration: "five minutes on two cores",
  // 2.0 GB of build cache, 0.8 GB of modules and 0.3 GB of toolchain, where those have to be fetched.
  neededBytes: 3.5e9,
  keptBytes: 376e6,
};

/** The folders in the user's cache where the tools are, or would be: each holds `bin`. */
async function toolFolders(env: NodeJS.ProcessEnv): Promise<{ debian: string; built: string }> {
  const parent = join(cacheFolder(env), "prometheus");
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  const key = buildKey(sources, VERSION, undefined, [...PACKAGES, ...program.flags]);
  return {
    debian: join(parent, `debian-${process.platform}-${process.arch}`),
    built: join(parent, `built-${VERSION}-${key}`),
  };
}

/**
 * The tools, if they are there: those on `PATH`, where it has `prometheus`, `promtool` and `amtool`, else those in the
 * user's cache. Makes nothing.
 */
export async function findPrometheus(
  env: NodeJS.ProcessEnv = process.env,
): Promise<PrometheusTools | undefined> {
  const onPath = await toolsIn((env.PATH ?? "").split(delimiter));
  if (onPath) return onPath;
  const { debian, built } = await toolFolders(env);
  return (await toolsIn([join(built, "bin")])) ?? (await toolsIn([join(debian, "bin")]));
}

/**
 * The same, made where they are missing, once per user: unpacked from Debian's packages in some seconds, without root
 * and without installing them; where apt has none, compiled from the Go module proxy in minutes.
 *
 * @throws PrometheusError that says why each way failed, in the words of apt and Go, and what helps
 */
export async function ensurePrometheus(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<PrometheusTools> {
  const { report, env = process.env } = options;
  const found = await findPrometheus(env);
  if (found) return found;
  const folders = await toolFolders(env);
  const what = "Prometheus";
  const ways: readonly (() => Promise<void>)[] = [
    () =>
      once({ folder: folders.debian, what, report }, (work, signal) =>
        unpackDebian(work, { report, env, signal }),
      ),
    () =>
      once({ folder: folders.built, what, report }, (work, signal) =>
        compileGo(program, `${join(work, "result", "bin")}/`, work, { report, env, signal, interval: 5_000 }),
      ),
  ];
  const attempts = [];
  for (const way of ways) {
    try {
      await way();
      const made = await findPrometheus(env);
      if (made) return made;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      attempts.push(error.attempt);
    }
  }
  throw new PrometheusError(
    describeAttempts("There is no Prometheus on this machine, and none could be had.", attempts),
  );
}

async function once(
  part: { readonly folder: string; readonly what: string; readonly report: Report },
  make: (work: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await untilInterrupted((signal) => makeOnce({ ...part, signal, make }));
}

/** The tools in these folders, all that are needed or none. The Alertmanager has a name of its own in Debian. */
async function toolsIn(folders: readonly string[]): Promise<PrometheusTools | undefined> {
  const find = async (...names: readonly string[]) => {
    for (const folder of folders.filter((each) => each !== "")) {
      for (const name of names) if (await executable(join(folder, name))) return join(folder, name);
    }
    return undefined;
  };
  const [prometheus, promtool, amtool, alertmanager] = await Promise.all([
    find("prometheus"),
    find("promtool"),
    find("amtool"),
    find("alertmanager", "prometheus-alertmanager"),
  ]);
  if (!prometheus || !promtool || !amtool) return undefined;
  return { prometheus, promtool, amtool, ...(alertmanager && { alertmanager }) };
}

function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
