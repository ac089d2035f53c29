import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair } from "yaml";
import type { Place } from "../plan/places.ts";
import { parsedAgain, type SourceDocument } from "./documents.ts";
import type { Source } from "./sources.ts";

/**
 * Finds places in sources. Only documents that somebody asks about are parsed again: the input's trees are not kept, and
 * most of them nobody asks about.
 */
export class Places {
  readonly #lines = new Map<Source, LineCounter>();
  readonly #documents = new Map<SourceDocument, Document.Parsed>();

  /**
   * Where a value stands, or, where there is none, what it would stand in. An alias leads to what it stands for.
   * @param path as policies write it, such as `spec.containers[0].image`
   */
  find(document: SourceDocument, path: string): Place {
    const tree = this.#documents.get(document) ?? parsedAgain(document);
    this.#documents.set(document, tree);
    return this.at(document.source, document.range[0] + offsetOf(tree, path));
  }

  /** The line and column of an offset in a text. */
  at(source: Source, offset: number): Place {
    const { line, col } = this.#counter(source).linePos(offset);
    return { file: source.file, line, column: col };
  }

  #counter(source: Source): LineCounter {
    const known = this.#lines.get(source);
    if (known !== undefined) return known;
    const lines = new LineCounter();
    lines.addNewLine(0);
    for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1))
      lines.addNewLine(at + 1);
    this.#lines.set(source, lines);
    return lines;
  }
}

/** Offset of the deepest part of a path that is there. */
function offsetOf(document: Document.Parsed, path: string): number {
  let node: unknown = document.contents;
  let offset = beginOf(node) ?? 0;
  let rest = path;
  while (rest !== "") {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const step = entryOf(document, node.items as Pair[], rest);
      if (step === undefined) break;
      offset = beginOf(step.pair.key) ?? offset;
      node = step.pair.value;
      rest = rest.slice(step.length).replace(/^\./, "");
    } else if (isSeq(node)) {
      const [all, index] = /^\[(\d+)\]\.?/.exec(rest) ?? [];
      if (all === undefined || Number(index) >= node.items.length) break;
      node = node.items[Number(index)];
      offset = beginOf(node) ?? offset;
      rest = rest.slice(all.length);
    } else break;
  }
  return offset;
}

/** The entry that a path begins with; keys may hold dots, so the longest that fits is meant. What is merged in counts last. */
function entryOf(
  document: Document.Parsed,
  items: readonly Pair[],
  path: string,
): { readonly pair: Pair; readonly length: number } | undefined {
  const fits = (name: string) =>
    path === name || (path.startsWith(name) && /[.[]/.test(path[name.length] ?? ""));
  const own = items
    .map((pair) => ({ pair, name: isScalar(pair.key) ? String(pair.key.value) : "" }))
    .filter(({ name }) => name !== "" && fits(name))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (own !== undefined) return { pair: own.pair, length: own.name.length };
  for (const { key, value } of items) {
    if (!isScalar(key) || (key.value !== "<<" && typeof key.value !== "symbol")) continue;
    for (const source of isSeq(value) ? value.items : [value]) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? entryOf(document, merged.items as Pair[], path) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function beginOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0];
}
