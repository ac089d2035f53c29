import { Document, isScalar, Scalar, visit } from "yaml";
import type { Json } from "../wire.ts";

/** Texts that mean themselves in every version of YAML when they stand alone, and need no thought. */
const PLAIN = /^[A-Za-z/][\w./@:=+,-]*$/;

/** Lines of printable ASCII that neither begin the text with a blank nor end with one: safe between `|` and the next key. */
const BLOCK = /^(?=[!-~])(?:[!-~]|[!-~][ -~]*[!-~])?(?:\n(?:[!-~ ][ -~]*[!-~]|[!-~])?)*$/;

/** Characters that some reader of YAML takes for a line's end, or refuses, unless they are written as escapes. */
const ESCAPED = /[\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/g;

/**
 * Text of a document that says the same to YAML 1.1, which `kubectl` reads, and to YAML 1.2: what any of them would take
 * for something else than a text is in quotes. Keys stay in the order given.
 * @param comment lines to stand before it, without `#`
 */
export function yamlText(value: Json, comment?: string): string {
  const document = new Document(value, { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (key, node) => {
      if (typeof node.value === "string") quote(node, key === "key");
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
  const head = comment === undefined ? "" : `${comment.replace(/^/gm, "# ").replace(/ +$/gm, "")}\n`;
  return head + escaped(text);
}

/** How a text is written so that every reader takes it for that text. */
export function scalarStyle(text: string, isKey = false): "plain" | "block" | "quoted" {
  if (PLAIN.test(text) && !text.endsWith(":")) return "plain";
  return !isKey && text.includes("\n") && BLOCK.test(text) ? "block" : "quoted";
}

function quote(node: Scalar, isKey: boolean): void {
  if (!isScalar(node)) return;
  const style = scalarStyle(node.value as string, isKey);
  if (style !== "plain") node.type = style === "block" ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

/** Characters that some reader takes for a line's end, or refuses, as escapes. */
export function escaped(text: string): string {
  return text.replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Keys that stand first wherever they are, in this order; others follow by the alphabet. */
const FIRST = [
  "apiVersion",
  "kind",
  "metadata",
  "name",
  "namespace",
  "labels",
  "annotations",
  "image",
  "type",
];

/** The same value with the keys of every mapping in the order in which manifests are read. */
export function conventional(value: Json): Json {
  if (Array.isArray(value)) return value.map(conventional);
  if (typeof value !== "object" || value === null) return value;
  const rank = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map(([key, part]) => [key, conventional(part)]),
  );
}
