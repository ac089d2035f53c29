import { capacityText, fullName, objectiveText } from "../services.ts";
import { shortType, treeLines, treeOf } from "../tree.ts";
import { fullSubject, type Shown } from "./shown.ts";
import {
  costLines,
  costSubject,
  costText,
  costTotal,
  countsByType,
  findingsByPolicy,
  headline,
  type Verdict,
} from "./words.ts";

/** GitHub refuses comments of more than 65,536 characters; what a workflow puts around the plan needs some of them. */
export const longestMarkdown = 60_000;

const marks: Record<Verdict, string> = { blocks: "🛑", warns: "⚠️", "not evaluated": "❔" };
/** Of one policy, how many findings stand in the table before the rest is only counted. */
const shownFindings = 20;
/** And of one that can't be judged yet: nobody can do anything about those in a plan. */
const shownUnknowns = 3;

/**
 * The result as a comment on a pull request. What decides comes first; details are folded, and are cut, with a word about
 * it, where the whole would be too long.
 */
export function markdownReport(shown: Shown): string {
  const { kind, subject, size, result } = shown;
  const marker = `slipway-${kind.toLowerCase()}: ${fullSubject(shown).replaceAll("-->", "")}`;
  const head = [
    `<!-- ${marker} -->`,
    `## ${result.totals.blocking > 0 ? "🛑" : "✅"} ${kind} of ${codeText(subject)}`,
    "",
    `${headline(result)}. ${size}.`,
    "",
  ];
  const sections = [policySection(shown), serviceSection(result), costSection(result), noteSection(result)];
  const essential = [...head, ...sections.flat()].join("\n");
  const counts = countsByType(result, shortType).map(
    ([type, count]) => `${String(count).padStart(5)}  ${type}`,
  );
  const tree = treeLines(treeOf(result.resources)).map(
    ({ branch, resource }) => `${branch}${resource.name}  ${shortType(resource.type)}`,
  );
  let text = cut(essential, longestMarkdown - 200, kind);
  for (const [title, lines] of [
    ["Resources by type", counts],
    ["Resources", tree],
  ] as const) {
    text += folded(title, lines, longestMarkdown - text.length);
  }
  return text;
}

function policySection(shown: Shown): string[] {
  const rows = findingsByPolicy(shown).map(({ policy, verdict, findings }) => {
    const most = verdict === "not evaluated" ? shownUnknowns : shownFindings;
    const named = findings
      .slice(0, most)
      .map(({ where, message }) => `${codeText(where)}: ${plainText(message)}`);
    const more = findings.length > most ? [`… and ${findings.length - most} more`] : [];
    return `| ${marks[verdict]} | **${plainText(policy.id)}**<br>${plainText(policy.title)} | ${[...named, ...more].join("<br>")} | ${plainText(policy.fix)} |`;
  });
  return rows.length === 0 ? [] : ["| | Policy | Found | What to do |", "|---|---|---|---|", ...rows, ""];
}

function serviceSection({ services = [] }: Shown["result"]): string[] {
  if (services.length === 0) return [];
  const rows = services.map((service) => {
    const objectives = service.objectives
      .map((one) => `${plainText(one.name)}: ${plainText(objectiveText(one))}`)
      .join("<br>");
    return `| ${codeText(fullName(service))} | ${plainText(capacityText(service))} | ${objectives} |`;
  });
  return ["### Services", "", "| Service | Capacity | Objectives |", "|---|---|---|", ...rows, ""];
}

function costSection({ cost }: Shown["result"]): string[] {
  if (cost === undefined) return [];
  const rows = costLines(cost).map((line) => `| ${plainText(costSubject(line))} | ${costText(line)} |`);
  return [
    "<details>",
    `<summary>Estimated cost: ${costTotal(cost)}</summary>`,
    "",
    "| | a month |",
    "|---|---:|",
    ...rows,
    "",
    "</details>",
    "",
  ];
}

function noteSection({ notes, messages }: Shown["result"]): string[] {
  const lines = [...notes, ...messages.map(({ severity, text }) => `${severity}: ${text}`)].map(
    (line) => `- ${plainText(line)}`,
  );
  return lines.length === 0 ? [] : ["### Notes", "", ...lines, ""];
}

/** A folded block of text lines that takes at most `room` characters; nothing where not even one line fits. */
function folded(title: string, lines: readonly string[], room: number): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  const before = `<details>\n<summary>${title}</summary>\n\n${fence}text\n`;
  const after = `${fence}\n\n</details>\n`;
  // Room for the line that says how many were cut.
  let left = room - before.length - after.length - 60;
  const shown: string[] = [];
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.push(line);
  }
  if (shown.length === 0) return "";
  const rest = lines.length - shown.length;
  return `${before}${shown.join("\n")}\n${rest === 0 ? "" : `… and ${rest} more\n`}${after}`;
}

function cut(text: string, most: number, kind: Shown["kind"]): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, text.lastIndexOf("\n", most - 60));
  const open = kept.split("<details>").length - kept.split("</details>").length;
  return `${kept}\n\n${"</details>\n".repeat(open)}\n… cut: the rest is in ${kind.toLowerCase()}.html\n\n`;
}

/** The longest run of backticks. */
function longestRun(lines: readonly string[]): number {
  return Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
}

/** Text on one line that no Markdown, HTML or mention comes out of. */
export function plainText(text: string): string {
  return (
    text
      .replace(/[\\`*_[\]|~#<>&]/g, (character) => `&#${character.codePointAt(0)};`)
      // An empty comment parts the sign from the name: GitHub looks for people to notify after it resolved entities.
      .replace(/(?<!\w)@(?=\w)/g, "@<!-- -->")
      .replace(/\s*\n\s*/g, " ")
  );
}

/** Text as code, safe in a table. HTML's own tag is used: a code span can't hold a vertical bar everywhere. */
export function codeText(text: string): string {
  return `<code>${plainText(text)}</code>`;
}
