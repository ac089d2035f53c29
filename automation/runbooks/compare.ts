import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is wrong with a page in a folder, held against what would be generated. */
interface Difference {
  /** Below the folder. */
  readonly path: string;
  readonly problem: "missing" | "out of date" | "no longer generated";
}

/**
 * Holds a folder's pages against those that would be generated. Pages there that never were are somebody's own.
 * @param generated what every generated page says
 */
export function comparePages(
  folder: string,
  pages: ReadonlyMap<string, string>,
  generated: string,
): Difference[] {
  const changed = [...pages].flatMap(([path, text]): Difference[] => {
    const file = join(folder, path);
    if (!existsSync(file)) return [{ path, problem: "missing" }];
    return readFileSync(file, "utf8") === text ? [] : [{ path, problem: "out of date" }];
  });
  const left = generatedPages(folder, generated).filter((path) => !pages.has(path));
  return [...changed, ...left.map((path): Difference => ({ path, problem: "no longer generated" }))];
}

/** Pages below a folder that say that they were generated. */
function generatedPages(folder: string, generated: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md") && readFileSync(join(folder, path), "utf8").includes(generated))
    .sort();
}
