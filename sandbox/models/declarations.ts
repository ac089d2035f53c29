import { type FieldType, parseTypeExpression } from "./type-expression.ts";

/** One field of a resource or of an object in it. */
export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
  /** The field is an output that the declarations list among the inputs; setting it is refused. */
  readonly computed: boolean;
  /** The values that the doc comment allows, where it lists constants and nothing else. */
  readonly values?: readonly string[];
}

/** Fields by name. An open shape takes any other field, too. */
export type Shape = ReadonlyMap<string, Field> & { readonly isOpen?: boolean };

/**
 * Reads the interface that starts at `start` (the offset of its opening brace) in generated declarations.
 * The generator's output is regular: one field begins each line, comments stand above, a closing brace ends it.
 */
export function readInterface(source: string, start: number): Shape {
  const fields = new Map<string, Field>();
  const indent = lineIndent(source, start);
  const end = source.indexOf(`\n${indent}}`, start);
  const lines = source.slice(source.indexOf("\n", start) + 1, end).split("\n");
  let comment = "";
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]?.trim() ?? "";
    if (line.startsWith("/**")) {
      comment = line;
      while (!(lines[index] ?? "*/").includes("*/")) {
        index += 1;
        comment += `\n${(lines[index] ?? "").trim().replace(/^\* ?/, "")}`;
      }
      continue;
    }
    const head = /^"?([\w$-]+)"?(\??): (.*)$/.exec(line);
    if (head === null) continue;
    let text = head[3] ?? "";
    while (!isComplete(text) && index + 1 < lines.length) {
      index += 1;
      text += ` ${(lines[index] ?? "").trim()}`;
    }
    const type = parseTypeExpression(text);
    const values = type.kind === "string" ? documentedValues(comment) : undefined;
    fields.set(head[1] ?? "", {
      type,
      required: head[2] === "",
      computed: /^\/\*\*\s*\(Output[,)]/.test(comment),
      ...(values ? { values } : {}),
    });
    comment = "";
  }
  return fields;
}

function lineIndent(source: string, offset: number): string {
  const lineStart = source.lastIndexOf("\n", offset) + 1;
  return /^ */.exec(source.slice(lineStart, lineStart + 16))?.[0] ?? "";
}

function isComplete(text: string): boolean {
  return text.endsWith(";") && text.split("{").length === text.split("}").length;
}

/**
 * The constants of a comment's "Possible values are: `A`, `B`.", the sentence that Google's own generator writes from
 * the same schema as the provider's validation. Prose lists ("Valid values include …") are examples, and are not taken.
 */
export function documentedValues(comment: string): readonly string[] | undefined {
  if (!comment.includes("Possible values are:")) return undefined;
  const sentences = [...comment.matchAll(/Possible values are: ((?:`[^`]*`(?:, )?)+)\./g)];
  if (sentences.length !== 1) return undefined;
  const values = [...(sentences[0]?.[1] ?? "").matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? "");
  return values.length > 0 && values.every((value) => /^[A-Z][A-Z0-9_]*$/.test(value)) ? values : undefined;
}
