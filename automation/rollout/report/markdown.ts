import { codeText, plainText } from "../../plan/formats/markdown.ts";
import type { Tone } from "./notes.ts";
import {
  factRows,
  GATE_TITLES,
  gateRows,
  headline,
  noteRows,
  STEP_TITLES,
  stepRows,
  subject,
} from "./rows.ts";
import type { Story } from "./story.ts";

const MARKS: Record<Tone, string> = { good: "✅", bad: "🛑", warning: "⏳", plain: "" };

/** A table; a title that begins with `#` is a column of numbers. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [
    `| ${titles.map((title) => title.replace(/^#/, "")).join(" | ")} |`,
    `|${titles.map((title) => (title.startsWith("#") ? "---:" : "---")).join("|")}|`,
    ...rows.map((row) => `| ${row.map(plainText).join(" | ")} |`),
    "",
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, "", ...lines];
}

/** A release's story for a pull request or an incident's record: what decides first, the details folded. */
export function reportMarkdown(story: Story): string {
  const { tone, text } = headline(story);
  const notes = noteRows(story).map(([at, mark, said]) => [at, `${mark} ${said}`]);
  return [
    `## ${MARKS[tone]} Release of ${codeText(subject(story))}`,
    "",
    `**${plainText(text)}**`,
    "",
    ...table(["", ""], factRows(story)),
    ...section("Steps", table(STEP_TITLES, stepRows(story))),
    ...section(
      story.decision === undefined ? "Gates at the last look" : "Gates at the decision",
      table(GATE_TITLES, gateRows(story)),
    ),
    "<details>",
    `<summary>What happened: ${notes.length} lines</summary>`,
    "",
    ...table(["Time (UTC)", "What"], notes),
    "</details>",
    "",
  ].join("\n");
}
