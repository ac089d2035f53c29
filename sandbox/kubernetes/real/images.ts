import { createHash } from "node:crypto";
import { createWriteStream, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { makeOnce } from "../../engine/once.ts";
import { cacheFolder } from "../../paths.ts";
import type { Report } from "../../progress.ts";
import { programEntries } from "./libraries.ts";
import { type Image, type ImageConfig, layer, ociArchive } from "./oci.ts";
import type { TarEntry } from "./tar.ts";

/** Changes with how images are made, so that older ones are not taken from the cache. */
const RECIPE = 1;
/** The user that containers run as where their pod names none; the name is customary in images without a shell. */
const NONROOT = 65_532;

export interface ImageOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly report?: Report;
  readonly signal?: AbortSignal | undefined;
}

const DEMO = fileURLToPath(new URL("../../images/demo", import.meta.url));

/**
 * The archive with the sandbox's own images: the pause container, and `sandbox/demo` with each of its tags. Made from
 * this machine's programs, once per state of them; takes a second or two.
 *
 * @returns its path, in the user's cache
 */
export async function sandboxImages({ env, report, signal }: ImageOptions = {}): Promise<string> {
  const sources = readdirSync(DEMO)
    .sort()
    .map((name) => [name, readFileSync(join(DEMO, name), "utf8")]);
  const { size, mtimeMs } = statSync(process.execPath);
  return await archive(
    "sandbox",
    [sources, process.version, size, mtimeMs],
    async () => [await pauseImage(), ...(await demoImages())],
    { ...(env && { env }), ...(report && { report }), signal },
  );
}

/**
 * Writes an archive of images into the user's cache, once for what it is made from.
 *
 * @param inputs everything that the images follow from; part of the archive's name as a hash
 */
export async function archive(
  name: string,
  inputs: unknown,
  make: (work: string) => Promise<readonly Image[]>,
  { env = process.env, report = () => {}, signal }: ImageOptions,
): Promise<string> {
  const folder = archiveFolder(name, inputs, env);
  await makeOnce({
    folder,
    what: `the images of ${name}`,
    report,
    signal,
    make: async (work) => {
      report(`making the images of ${name}`);
      const images = await make(work);
      await mkdir(join(work, "result"));
      await pipeline(Readable.from(ociArchive(images)), createWriteStream(join(work, "result", FILE)));
    },
  });
  return join(folder, FILE);
}

const FILE = "images.tar";

/** Where the archive of that name and origin is, or would be. */
export function archiveFolder(name: string, inputs: unknown, env: NodeJS.ProcessEnv): string {
  const key = createHash("sha256")
    .update(JSON.stringify([RECIPE, process.arch, inputs]))
    .digest("hex")
    .slice(0, 12);
  return join(cacheFolder(env), "images", `${name}-${key}`);
}

/** What every image begins with: users' names, and a place for temporary files. */
export const BASE: readonly TarEntry[] = [
  {
    path: "etc/passwd",
    content: Buffer.from(`root:x:0:0::/:\nnonroot:x:${NONROOT}:${NONROOT}::/tmp:\n`),
  },
  { path: "etc/group", content: Buffer.from(`root:x:0:\nnonroot:x:${NONROOT}:\n`) },
  { path: "tmp/", mode: 0o1777 },
];

/** Holds a pod's network; sleeps until it is killed. */
async function pauseImage(): Promise<Image> {
  const entries = await programEntries([{ from: "/bin/sleep", to: "bin/sleep" }]);
  return {
    name: "docker.io/sandbox/pause:1",
    layers: [layer([...BASE, ...entries])],
    config: { Entrypoint: ["/bin/sleep", "infinity"], User: String(NONROOT) },
  };
}

/** One image per tag: the same files, and the tag in the environment. */
async function demoImages(): Promise<Image[]> {
  const node = layer([
    ...BASE,
    ...(await programEntries([{ from: process.execPath, to: "usr/local/bin/node" }])),
  ]);
  const program = layer([
    { path: "app/package.json", content: Buffer.from('{"type":"module"}\n') },
    ...readdirSync(DEMO)
      .sort()
      .map((name) => ({ path: `app/${name}`, content: readFileSync(join(DEMO, name)) })),
  ]);
  const tags = Object.keys(JSON.parse(readFileSync(join(DEMO, "tags.json"), "utf8")) as object);
  return tags.map((tag) => ({
    name: `docker.io/sandbox/demo:${tag}`,
    layers: [node, program],
    config: demoConfig(tag),
  }));
}

/** How the demo program starts in a container: on every address, since probes and services come from outside. */
export function demoConfig(tag: string): ImageConfig {
  return {
    Entrypoint: ["/usr/local/bin/node", "/app/main.ts"],
    Env: [
      "PATH=/usr/local/bin:/usr/bin:/bin",
      `SANDBOX_IMAGE=sandbox/demo:${tag}`,
      "SANDBOX_ADDRESS=0.0.0.0",
      "PORT=8080",
    ],
    User: `${NONROOT}:${NONROOT}`,
    WorkingDir: "/app",
    ExposedPorts: { "8080/tcp": {} },
  };
}
