/** A text that is no Markdown, so that nothing in it becomes some. Underscores within words are none. */
export function plain(text: string): string {
  return text.replace(/[\\`*<>[\]|]|(?<!\w)_|_(?!\w)/g, "\\$&");
}

/** A text as code within a line: between more backticks than it has in a row. */
export function code(text: string): string {
  const fence = fenceFor(text, 1);
  return fence.length === 1 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

/** A block of code. @param language what colours it, such as `sh` */
export function fenced(language: string, text: string): string {
  const fence = fenceFor(text, 3);
  return `${fence}${language}\n${text}\n${fence}`;
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}

/** Markdown in a table's cell: one line, and bars that part no columns. */
function cell(markdown: string): string {
  return markdown.replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|");
}

/** A table. @param rows cells in Markdown */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A numbered list of blocks. */
export function numbered(items: readonly (readonly string[])[]): string {
  return items
    .map((blocks, index) => {
      const mark = `${index + 1}. `;
      const text = blocks.join("\n\n").replace(/\n(?=[^\n])/g, `\n${" ".repeat(mark.length)}`);
      return mark + text;
    })
    .join("\n\n");
}
