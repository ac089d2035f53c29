import { readFile } from "node:fs/promises";
import { run } from "../../engine/run.ts";
import { ClusterError } from "../errors.ts";
import type { TarEntry } from "./tar.ts";

/**
 * The shared libraries that `ldd` names, the loader included; none for a program that needs none.
 *
 * @throws Error that names a library which is not there
 */
export function parseLdd(text: string): string[] {
  const missing = /^\s*(\S+) => not found/m.exec(text)?.[1];
  if (missing !== undefined) throw new Error(`the library ${missing} is not installed`);
  return [...text.matchAll(/(?:^\s*|=>\s*)(\/\S+) \(0x/gm)].map(([, path = ""]) => path);
}

/** A program for an image. */
export interface Program {
  /** File on this machine. */
  readonly from: string;
  /** Path in the image, without a leading slash. */
  readonly to: string;
}

/**
 * The entries of an image's layer in which the programs run: they, and the libraries that they are linked with here.
 *
 * @param libraries folder to look for libraries in besides the machine's own
 * @throws ClusterError where a library is missing
 */
export async function programEntries(programs: readonly Program[], libraries?: string): Promise<TarEntry[]> {
  const entries = new Map<string, TarEntry>();
  for (const { from, to } of programs) {
    const result = await run("ldd", [from], {
      env: { ...process.env, ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) },
    });
    // ldd ends with 1 for a program without libraries, too.
    if (result.failure !== undefined) throw new ClusterError(`ldd ${from}: ${result.failure}`);
    let paths: string[];
    try {
      paths = parseLdd(result.stdout);
    } catch (error) {
      throw new ClusterError(`${from} can't be put into an image: ${(error as Error).message}.`);
    }
    for (const path of paths) {
      const inside =
        libraries !== undefined && path.startsWith(libraries) ? path.slice(path.indexOf("/usr/lib")) : path;
      const place = inside.replace(/^\//, "");
      if (!entries.has(place))
        entries.set(place, { path: place, content: await readFile(path), mode: 0o755 });
    }
    entries.set(to, { path: to, content: await readFile(from), mode: 0o755 });
  }
  return [...entries.values()];
}
