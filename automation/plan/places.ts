import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { RegisteredResource } from "./monitor.ts";

/** A place in a file that somebody can open. */
export interface Place {
  /** Of a program: relative to the repository's root, with `/` between folders. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
}

/** Where a resource is declared. */
export interface ResourcePlace extends Place {
  /** The line of the library that constructed it, where a component did. */
  readonly component?: Place;
}

/**
 * Where each resource is declared, by URN: the line of the program that somebody would edit. What was constructed later, when
 * values were there, stands where its parent does; the stack itself at its file. Pure.
 * @param repository the folder that paths are relative to; files outside it have no place in it
 */
export function resourcePlaces(
  resources: readonly Pick<RegisteredResource, "urn" | "parent" | "construction">[],
  repository: string,
  stackFile: string,
): Readonly<Record<string, ResourcePlace>> {
  const inside = (place: Place | undefined): Place | undefined => {
    if (place === undefined) return undefined;
    const file = relative(repository, place.file);
    return file.startsWith("..") ? undefined : { ...place, file: file.split(sep).join("/") };
  };
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const stack = inside({ file: stackFile, line: 1 }) ?? { file: stackFile, line: 1 };
  const programOf = (urn: string | undefined): Place => {
    const resource = byUrn.get(urn ?? "");
    if (resource === undefined) return stack;
    return inside(resource.construction.program) ?? programOf(resource.parent);
  };
  return Object.fromEntries(
    resources.map((resource) => {
      const component = inside(resource.construction.library);
      return [resource.urn, { ...programOf(resource.urn), ...(component && { component }) }];
    }),
  );
}

/** The root of the repository that a folder belongs to; the folder itself where it belongs to none. */
export function repositoryOf(folder: string): string {
  const start = resolve(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return start;
  }
}
