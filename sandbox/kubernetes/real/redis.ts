import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../engine/run.ts";
import { ClusterError } from "../errors.ts";
import { archive, archiveFolder, BASE, type ImageOptions } from "./images.ts";
import { type Program, programEntries } from "./libraries.ts";
import { type Image, layer } from "./oci.ts";

/** Names that the image goes by: whoever asks for one of these versions gets Debian's, which is 7.0. */
const NAMES = ["7", "7.0", "7.2", "7.0-bookworm", "7.2-bookworm"].map((tag) => `redis:${tag}`);
/** The user of the official image. */
const REDIS_USER = 999;
/** Programs of the image besides Redis': what scripts of probes and entry points use. */
const TOOLS = ["cat", "sleep", "ls", "mkdir", "chmod", "cp", "id", "env"];
/** Debian packages. In the second is one program that is client, server or checker by the name that it is called by. */
const PACKAGES = ["redis-server", "redis-tools"];
/** What the archive is named by. */
const INPUTS = [NAMES, TOOLS];

/** The archive with the image `redis:7`, where it was made already; undefined where not: see {@link makeRedisImage}. */
export async function redisImage({ env = process.env }: ImageOptions = {}): Promise<string | undefined> {
  const file = join(archiveFolder("redis", INPUTS, env), "images.tar");
  return existsSync(file) ? file : undefined;
}

/**
 * Makes the image `redis:7` of Debian's packages: they are fetched, not installed, so that no server is started here.
 *
 * @throws ClusterError with apt's words where they can't be fetched
 */
export async function makeRedisImage(options: ImageOptions): Promise<string> {
  return await archive("redis", INPUTS, (work) => redisImages(work, options), options);
}

async function redisImages(work: string, { report = () => {}, signal }: ImageOptions): Promise<Image[]> {
  const root = join(work, "root");
  mkdirSync(root);
  report("fetching Debian's Redis for an image of it");
  const names = await missingPackages(signal);
  await must("apt-get", ["download", ...names], work, signal);
  for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
    await must("dpkg", ["-x", file, root], work, signal);
  }
  const [triplet = ""] = readdirSync(join(root, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  const inRoot = (name: string): Program => ({ from: join(root, "usr/bin", name), to: `usr/bin/${name}` });
  const entries = await programEntries(
    [
      { ...inRoot("redis-check-rdb"), to: "usr/bin/redis-server" }, // see PACKAGES
      inRoot("redis-cli"),
      { from: "/bin/dash", to: "bin/sh" },
      ...TOOLS.map((name) => ({
        from: existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : `/bin/${name}`,
        to: `usr/bin/${name}`,
      })),
    ],
    join(root, "usr/lib", triplet),
  );
  const content = layer([...BASE, ...entries, { path: "data/", mode: 0o755, owner: REDIS_USER }]);
  return NAMES.map((name) => ({
    name: `docker.io/library/${name}`,
    layers: [content],
    config: {
      Entrypoint: ["/usr/bin/redis-server"],
      Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
      User: `${REDIS_USER}:${REDIS_USER}`,
      WorkingDir: "/data",
      ExposedPorts: { "6379/tcp": {} },
    },
  }));
}

/** Redis and what it depends on, as far as this machine has it not. */
async function missingPackages(signal: AbortSignal | undefined): Promise<string[]> {
  const no = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const flags = ["--recurse", ...no.map((kind) => `--no-${kind}`)];
  const depends = await must("apt-cache", ["depends", ...flags, ...PACKAGES], "/", signal);
  const names = depends.split("\n").filter((line) => /^[a-z0-9]/.test(line));
  const known = await run("dpkg-query", [
    "--show",
    "--showformat",
    "${Package} ${db:Status-Status}\n",
    ...names,
  ]);
  const installed = new Set(
    known.stdout.split("\n").flatMap((line) => (line.endsWith(" installed") ? [line.split(" ")[0]] : [])),
  );
  return [...PACKAGES, ...names.filter((name) => !installed.has(name) && !PACKAGES.includes(name))];
}

async function must(
  command: string,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const result = await run(command, args, { cwd, signal });
  if (result.code === 0) return result.stdout;
  throw new ClusterError(
    `${command} ${args[0]}: ${result.failure ?? result.stderr.trim()}. Without it there is no Redis for pods; \`apt-get update\` may help.`,
  );
}
