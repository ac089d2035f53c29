import {
  type Alias,
  Composer,
  type Document,
  isCollection,
  isScalar,
  LineCounter,
  type Pair,
  type ParsedNode,
  Parser,
  parseDocument,
  type Tags,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { InputProblem } from "./problem.ts";
import type { Source } from "./sources.ts";

/** One document of a text, as data, and where it stands. */
export interface SourceDocument {
  readonly source: Source;
  /** Plain JSON; undefined where the document is empty. */
  readonly value: unknown;
  /** Offsets of its begin and end in the text. */
  readonly range: readonly [number, number];
}

/**
 * YAML as Kubernetes reads it: version 1.1, so that `0644` is octal and `<<` merges, but without its types for dates,
 * minutes and bytes, which Kubernetes doesn't know either. Repeated keys are looked for here, in linear time.
 */
const OPTIONS = {
  version: "1.1",
  merge: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
  customTags: (tags: Tags): Tags =>
    tags.filter(
      (tag) =>
        typeof tag === "string" ||
        (tag.format !== "TIME" && !/:(binary|timestamp|set|omap|pairs)$/.test(tag.tag)),
    ),
} as const;

/** Aliases may repeat this much before it looks like an attack ("billion laughs"). */
const MOST_ALIASES = 10_000;

/** Documents of a text, one by one: JSON is one, YAML any number. What can't be read goes to `problems`. */
export function* documentsOf(source: Source, problems: InputProblem[]): Generator<SourceDocument> {
  const { text } = source;
  const json = /^\s*[{[]/.test(text) ? parsedJson(text) : undefined;
  if (json !== undefined) {
    if (isTooDeep(json.value)) problems.push({ file: source.file, message: TOO_DEEP });
    else yield { source, value: json.value ?? undefined, range: [0, text.length] };
    return;
  }
  const lines = new LineCounter();
  const problem = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    const hint = isTemplate(text) ? `; ${TEMPLATE_HINT}` : "";
    problems.push({ file: source.file, line, column: col, message: `${message}${hint}` });
  };
  try {
    const composer = new Composer(OPTIONS);
    const tokens = new Parser(lines.addNewLine).parse(text);
    for (const document of composer.compose(tokens, false, text.length)) {
      const range = [document.range[0], document.range[2]] as const;
      const [first] = document.errors;
      if (first !== undefined) problem(first.pos[0], harmless(first));
      else {
        const wrong = faults(document);
        for (const { offset, message } of wrong) problem(offset, message);
        if (wrong.length > 0) continue;
        const { value, fault } = plainValue(document);
        if (fault !== undefined) problem(range[0], fault);
        else yield { source, value: value ?? undefined, range };
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problem(0, TOO_DEEP);
  }
}

/** The document that lies at `range`, parsed again to look for places in it. */
export function parsedAgain({ source, range }: SourceDocument): Document.Parsed {
  return parseDocument(source.text.slice(...range), OPTIONS) as Document.Parsed;
}

const TEMPLATE_HINT =
  "it looks like a template: render it first, as by `helm template CHART | slipway check -`";

function isTemplate(text: string): boolean {
  return text.includes("{{");
}

function parsedJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function plainValue(document: Document.Parsed<ParsedNode>): { value?: unknown; fault?: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return isTooDeep(value) ? { fault: TOO_DEEP } : { value };
  } catch (error) {
    if (error instanceof RangeError) return { fault: TOO_DEEP };
    if (error instanceof ReferenceError)
      return { fault: "repeats so much by aliases that it can't be meant" };
    return { fault: "is no YAML: what is merged in is no mapping" };
  }
}

/** Objects of Kubernetes are some twenty levels deep; definitions of custom ones, some forty. */
const DEEPEST = 500;
const TOO_DEEP = "is nested too deeply to be read";

function isTooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((part) => isTooDeep(part, left - 1));
}

/** What the parser says, without what it quotes: that may be a secret. */
function harmless({ message }: YAMLError): string {
  if (message.startsWith("Maximum call stack")) return TOO_DEEP;
  const said = message.replace(/(?<=[\w)]): [\s\S]*$/, "").replace(/^(Invalid escape sequence) .*$/s, "$1");
  return `is no YAML: ${said}`;
}

/** What the parser takes and no manifest may have. */
function faults(document: Document.Parsed<ParsedNode>): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  const anchors = new Set<string>();
  const offsetOf = (node: unknown) => (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
  visit(document, {
    Node: (_, node) => {
      const { anchor } = node as { anchor?: string };
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias: (_, alias: Alias) => {
      if (!anchors.has(alias.source))
        found.push({ offset: offsetOf(alias), message: "is no YAML: an alias has no anchor before it" });
    },
    Map: (_, map: YAMLMap) => {
      const { anchor } = map;
      if (anchor !== undefined) anchors.add(anchor);
      const keys = new Set<unknown>();
      for (const { key } of map.items as Pair[]) {
        if (isCollection(key))
          found.push({ offset: offsetOf(key), message: "a key is a collection, and must be a text" });
        if (!isScalar(key) || typeof key.value === "symbol") continue;
        const name = String(key.value);
        if (keys.has(name))
          found.push({
            offset: offsetOf(key),
            message: "a key is there twice: one of the values would be lost",
          });
        keys.add(name);
      }
    },
  });
  return found;
}
