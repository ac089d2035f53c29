import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A package that a program names in its package.json, with the version that is installed. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
}

/**
 * The direct dependencies of the program in `folder`, sorted by name. What is not installed is listed with the
 * range that package.json asks for. A folder without package.json has none.
 */
export async function directDependencies(folder: string): Promise<Dependency[]> {
  const manifest = await readManifest(join(folder, "package.json"));
  const ranges = { ...manifest?.devDependencies, ...manifest?.dependencies };
  const names = Object.keys(ranges).sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      version: (await installedVersion(folder, name)) ?? ranges[name] ?? "",
    })),
  );
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Looks in every `node_modules` that Node would look in: `exports` may hide a package's own package.json. */
async function installedVersion(folder: string, name: string): Promise<string | undefined> {
  for (const place of createRequire(join(folder, "program.js")).resolve.paths(name) ?? []) {
    if (dirname(place) === place) continue;
    const manifest = await readManifest(join(place, name, "package.json"));
    if (manifest?.version) return manifest.version;
  }
  return undefined;
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Manifest;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}
