/** HTML that is safe to put into HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML written by the author of a report, taken as it is. Never for values. */
export function raw(text: string): Html {
  return new Html(text);
}

/** A template in which every value that isn't {@link Html} itself is escaped, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  // The cooked parts: `\n` in a template is a line's end.
  return new Html(parts.reduce((text, part, index) => text + markup(values[index - 1] ?? "") + part));
}

/** Pieces one after the other. */
export function joined(pieces: readonly Html[]): Html {
  return new Html(pieces.map(({ text }) => text).join(""));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markup(value: Html | string | number): string {
  return value instanceof Html
    ? value.text
    : String(value).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
