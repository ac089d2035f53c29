import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/**
 * Lists the files that were written into folders of the folder, in the form of `sha256sum`: only those are ever removed.
 * Those beside it have names that don't change.
 */
const LIST = ".slipway-files";

/**
 * Writes files into `folder`, which is made if need be, and removes those that an earlier run wrote there and this one
 * didn't: never one that somebody else made, or has changed since. Each appears whole or not at all: readers never see
 * half of one, and one that couldn't be written leaves what was there.
 * @returns what the reader should know: files of an earlier run that were left, since somebody changed them
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  const earlier = readList(folder);
  const listed = [...files].filter(([path]) => path.includes("/"));
  const now = new Map(listed.map(([path, text]) => [path, digest(text)]));
  // What is about to be written is listed before it is: a run that is cut off leaves nothing that nobody knows of.
  writeList(folder, new Map([...earlier, ...now]));
  for (const [path, text] of files) writeWhole(join(folder, path), text);

  const left = new Map<string, string>();
  for (const [path, sum] of earlier) {
    const target = join(folder, path);
    if (now.has(path) || !existsSync(target)) continue;
    if (digest(readFileSync(target)) === sum) removeFile(folder, path);
    else left.set(path, sum);
  }
  writeList(folder, new Map([...now, ...left]));
  return [...left.keys()].map(
    (path) =>
      `${path} is of an earlier plan and not of this one, but was changed by hand since, so it is left: remove it, or it stays among what is applied`,
  );
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Writes one file, in a folder that is made if need be: it appears whole or not at all. */
export function writeWhole(target: string, text: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Sums by path. Lines that name no path inside the folder are nobody's, and are not followed. */
function readList(folder: string): Map<string, string> {
  const file = join(folder, LIST);
  if (!existsSync(file)) return new Map();
  const lines = [...readFileSync(file, "utf8").matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
  return new Map(
    lines
      .map(([, sum = "", path = ""]): [string, string] => [path, sum])
      .filter(([path]) => normalize(path) === path && !/^(\/|\.\.|[A-Za-z]:)/.test(path)),
  );
}

function writeList(folder: string, sums: ReadonlyMap<string, string>): void {
  if (sums.size === 0) {
    rmSync(join(folder, LIST), { force: true });
    return;
  }
  const lines = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, sum]) => `${sum}  ${path}\n`);
  writeWhole(join(folder, LIST), lines.join(""));
}

/** Removes a file, and the folders that are empty without it. */
function removeFile(folder: string, path: string): void {
  rmSync(join(folder, path));
  for (let at = dirname(path); at !== "."; at = dirname(at)) {
    try {
      rmdirSync(join(folder, at));
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
      throw error;
    }
  }
}
