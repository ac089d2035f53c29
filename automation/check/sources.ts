import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { UsageError } from "../plan/errors.ts";
import type { InputProblem } from "./problem.ts";

/** A text that is to be checked. */
export interface Source {
  /** How it is called in every output: the path from the working folder, or `stdin`. */
  readonly file: string;
  readonly text: string;
  /** Whether the caller named it; one that was found in a folder may be about something else. */
  readonly named: boolean;
}

/** Standard input, on the command line. */
const STDIN = "-";

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

/** Reads files, folders (all the way down) and standard input. */
export async function readSources(
  names: readonly string[],
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
): Promise<{ readonly sources: readonly Source[]; readonly problems: readonly InputProblem[] }> {
  const files = new Map<string, { path: string; named: boolean }>();
  const missing: string[] = [];
  for (const name of names.filter((each) => each !== STDIN)) {
    const found = statSync(name, { throwIfNoEntry: false });
    if (found === undefined) missing.push(name);
    else if (found.isDirectory()) for (const path of filesIn(name)) note(files, path, false);
    else note(files, name, true);
  }
  if (missing.length > 0) {
    throw new UsageError(
      `there is no file or folder ${missing.map((name) => `"${name}"`).join(", ")}; "-" reads standard input`,
    );
  }
  const sources: Source[] = [];
  const problems: InputProblem[] = [];
  const add = (file: string, named: boolean, bytes: () => Uint8Array) => {
    try {
      sources.push({ file, named, text: decode(bytes()) });
    } catch (error) {
      problems.push({ file, message: unreadable(error) });
    }
  };
  if (names.includes(STDIN)) {
    if (stdin.isTTY === true) {
      throw new UsageError(
        '"-" reads standard input, and nothing is piped there: `kustomize build . | slipway check -`',
      );
    }
    const bytes = await buffer(stdin);
    add("stdin", true, () => bytes);
  }
  for (const { path, named } of files.values()) add(displayed(path), named, () => readFileSync(path));
  return { sources, problems };
}

/** One file counts once, however often and by whatever way it is named. */
function note(files: Map<string, { path: string; named: boolean }>, path: string, named: boolean): void {
  const real = realpathSync(path);
  const known = files.get(real);
  files.set(real, known === undefined ? { path, named } : { ...known, named: known.named || named });
}

/** Manifests in a folder, sorted. Hidden folders and dependencies hold none; symbolic links to folders are not followed. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : filesIn(path);
    return EXTENSIONS.has(extname(entry.name).toLowerCase()) && isFile(entry, path) ? [path] : [];
  });
}

function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** A path as it is shown: from the working folder, where it lies below it. */
function displayed(path: string): string {
  const from = relative(process.cwd(), resolve(path));
  const shown = from === "" || from.startsWith("..") ? path : from;
  return shown.replaceAll("\\", "/");
}

/** Texts in UTF-8, or in UTF-16 where a byte-order mark says so: what PowerShell's `>` writes. @throws TypeError where it is neither */
function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  if (text.includes("\0")) throw new TypeError("a zero byte");
  return text;
}

function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return "can't be read: permission denied";
  if (code === "ERR_STRING_TOO_LONG" || code === "ERR_FS_FILE_TOO_LARGE")
    return "is too large to be read at once: split it";
  if (error instanceof TypeError) return "is no text in UTF-8 or UTF-16";
  return `can't be read${code === undefined ? "" : `: ${code}`}`;
}

/** Whether a file tells Kustomize what to build: it never reaches a cluster. */
export function isKustomization(file: string): boolean {
  return /^kustomization\.ya?ml$|^Kustomization$/.test(basename(file));
}
