import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where runbooks lie in a checkout. */
export const RUNBOOKS = "docs/runbooks/";

/** The text of a page by its path below {@link RUNBOOKS}; undefined where there is none. */
export type ReadPage = (path: string) => string | undefined;

/** Reads pages below the first of these folders that has them. */
export function pagesBelow(...folders: readonly string[]): ReadPage {
  return (path) => {
    for (const folder of folders) {
      try {
        return readFileSync(join(folder, path), "utf8");
      } catch (error) {
        if (!["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
          throw error;
      }
    }
    return undefined;
  };
}

/**
 * Pages of the folder that the process runs in, as where manifests of another project are checked, and then of the checkout
 * that these policies are in: an engine runs them in a folder of its own.
 */
export const readRunbook: ReadPage = (path) =>
  pagesBelow(
    join(process.cwd(), RUNBOOKS),
    fileURLToPath(new URL(`../../${RUNBOOKS}`, import.meta.url)),
  )(path);

/** A heading's anchor, as GitHub and most Markdown tools make it. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Anchors of a page's headings: of two alike the second ends in `-1`. What stands in a block of code is no heading. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let fence: string | undefined;
  for (const line of page.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    const heading = /^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const anchor = anchorOf(heading);
    let free = anchor;
    for (let again = 1; anchors.has(free); again++) free = `${anchor}-${again}`;
    anchors.add(free);
  }
  return anchors;
}

/** Why an address leads to no runbook; undefined where it does, or lies where it can't be followed without a network. */
export function linkProblem(address: string, read: ReadPage): string | undefined {
  const [place = "", ...rest] = address.split("#");
  if (/^[a-z][a-z0-9+.-]*:/i.test(place)) {
    const url = URL.canParse(place) ? new URL(place) : undefined;
    if (url === undefined || url.hostname === "") return "is no address";
    if (url.protocol !== "https:") return `is read by ${url.protocol.slice(0, -1)}: use https`;
    if (!url.pathname.includes(`/${RUNBOOKS}`)) return undefined;
    return pageProblem(url.pathname, rest, read);
  }
  const path = place.startsWith("./") ? place.slice(2) : place;
  return path.startsWith(RUNBOOKS)
    ? pageProblem(`/${path}`, rest, read)
    : `leads nowhere: use an https address, or ${RUNBOOKS}PAGE.md#heading`;
}

function pageProblem(path: string, [anchor, ...more]: readonly string[], read: ReadPage): string | undefined {
  const file = decoded(path.slice(path.indexOf(`/${RUNBOOKS}`) + RUNBOOKS.length + 1));
  if (file === undefined || /(^|\/)\.\.?(\/|$)|\\|^\//.test(file)) return `names no page below ${RUNBOOKS}`;
  const page = read(file);
  if (page === undefined) return `names ${RUNBOOKS}${file}, which is not there`;
  const anchors = anchorsOf(page);
  if (anchor === undefined || anchor === "" || more.length > 0)
    return `names no heading of ${RUNBOOKS}${file}: end it with "#" and one`;
  return anchors.has(anchor) ? undefined : `names a heading that ${RUNBOOKS}${file} does not have`;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
