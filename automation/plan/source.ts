import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb.js";
import type { Place } from "./places.ts";

/** Where a resource was constructed. */
export interface Construction {
  /** The line of the program, the innermost one of its own; undefined where it went on later, when values were there. */
  readonly program: Place | undefined;
  /** The line of the component library, where one of its components did it. */
  readonly library: Place | undefined;
}

/** A line as Pulumi's SDK passes it on with a registration; see {@link constructionTrace}. */
interface Position {
  readonly uri: string;
  readonly line: number;
  readonly column: number;
}

/** Calls deep in a program that are looked through for its own line. */
const DEPTH = 100;

const slipway = fileURLToPath(new URL("../../", import.meta.url));

/** Whose code a file is: the program's, the component library's, or of what runs both. */
type Owner = "program" | "library" | "other";

const owners = new Map<string, Owner>();

function ownerOf(path: string): Owner {
  const owner = owners.get(path) ?? foundOwner(path);
  owners.set(path, owner);
  return owner;
}

function foundOwner(path: string): Owner {
  if (path.startsWith("node:") || path.startsWith(join(slipway, "automation", sep))) return "other";
  // `pulumi package add` writes SDKs into the second.
  if (["node_modules", "sdks"].some((folder) => path.includes(`${sep}${folder}${sep}`))) return "other";
  return path.startsWith(join(slipway, "components", sep)) ? "library" : "program";
}

const paths = new Map<string, string>();

/** A script's path: modules are named by their address, with what makes a later run import them anew. */
function pathOf(name: string): string {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const path = name.startsWith("file:") ? fileURLToPath(name.replace(/[?#].*$/, "")) : name;
  paths.set(name, path);
  return path;
}

/**
 * Stands in for `Resource.stackTrace`, with which the SDK asks where a resource was declared. The SDK's own writes the whole
 * stack as text and reads that again; this looks at the engine's call sites, and at their lines only where they count.
 * @returns the lines of {@link Construction}; the SDK passes them on as they are
 */
export function constructionTrace(): (Position | undefined)[] {
  const found: { program?: Position; library?: Position } = {};
  for (const site of callSites()) {
    const name = site.getFileName();
    if (!name) continue;
    const path = pathOf(name);
    const owner = ownerOf(path);
    if (owner === "other" || found[owner] !== undefined) continue;
    found[owner] = { uri: path, line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 };
    if (owner === "program") break;
  }
  return [found.program, found.library];
}

function callSites(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const target: { stack?: readonly NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = (_, sites) => sites;
    Error.captureStackTrace(target, constructionTrace);
    return target.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The lines that {@link constructionTrace} found for a registration; files are whole paths. */
export function constructionOf(request: RegisterResourceRequest): Construction {
  const [program, library] = (request.getStacktrace()?.getFramesList() ?? []).map((frame) =>
    placeOf(frame.getPc()),
  );
  return { program, library };
}

function placeOf(position: SourcePosition | undefined): Place | undefined {
  if (position === undefined) return undefined;
  return { file: position.getUri(), line: position.getLine(), column: position.getColumn() };
}
