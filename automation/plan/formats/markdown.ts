import { capacityText, fullName, objectiveText } from "../services.ts";
import { shortType, treeLines, treeOf } from "../tree.ts";
import { exemptedFindings, remediatedLines, untilText } from "./decided.ts";
import { atRisk, type Block, deltaBlocks, deltaHeadline } from "./delta-words.ts";
import { fitted, type Row, type Section } from "./fit.ts";
import { fullSubject, type Shown } from "./shown.ts";
import {
  askedText,
  costLines,
  costSubject,
  costText,
  costTotal,
  countsByType,
  findingsByPolicy,
  headline,
  type OpenVerdict,
} from "./words.ts";

/** GitHub refuses comments of more characters. */
export const longestMarkdown = 65_536;
/** Longest that one thing said may be in a table: some messages list much, and others want to be read as well. */
const longestMessage = 500;

const marks: Record<OpenVerdict, string> = { blocks: "🛑", warns: "⚠️", "not evaluated": "❔" };
/** Of one policy, how many findings stand in the table before the rest is only counted. */
const shownFindings = 20;
/** And of one that can't be judged yet: nobody can do anything about those in a plan. */
const shownUnknowns = 3;

/** What a comment of a subject begins with, by which it is found again. */
function markerOf(shown: Pick<Shown, "kind" | "within" | "subject">): string {
  return `<!-- slipway-${shown.kind.toLowerCase()}: ${fullSubject(shown).replaceAll("-->", "")} -->`;
}

/**
 * The result as a comment on a pull request. What decides comes first; details are folded, and are left out, with a word about
 * it, where the whole would be too long: the last first, and never a part of a row.
 */
export function markdownReport(shown: Shown): string {
  const { kind, subject, size, result } = shown;
  const head = [
    markerOf(shown),
    `## ${signOf(shown)} ${kind} of ${codeText(subject)}`,
    "",
    `${headline(result)}. ${size}; ${plainText(askedText(result))}.`,
    "",
    ...(result.delta === undefined ? [] : [`**What changes:** ${deltaHeadline(result.delta)}.`, ""]),
    "",
  ].join("\n");
  const note = `\n… cut to what a comment may hold: the rest is in ${kind.toLowerCase()}.html\n`;
  const counts = countsByType(result, shortType).map(
    ([type, count]) => `${String(count).padStart(5)}  ${type}`,
  );
  const tree = treeLines(treeOf(result.resources)).map(
    ({ branch, resource }) => `${branch}${resource.name}  ${shortType(resource.type)}`,
  );
  const blocks = deltaSections(shown);
  const sections = [
    ...blocks.deciding,
    policySection(shown),
    ...blocks.others,
    exemptedSection(shown),
    remediatedSection(shown),
    serviceSection(result),
    costSection(result),
    noteSection(result),
    fenced("Resources by type", counts),
    fenced("Resources", tree),
  ];
  const { text, cut } = fitted(sections, longestMarkdown - head.length - note.length);
  return `${head}${text}${cut ? note : ""}`;
}

/** How it stands, in one sign: it is stopped, or takes data away, or neither. */
function signOf({ result: { totals, delta } }: Shown): string {
  if (totals.blocking > 0) return "🛑";
  return delta?.resources.some(atRisk) === true ? "⚠️" : "✅";
}

/** A table, folded behind a summary where there is one. */
function table(
  columns: readonly string[],
  rows: readonly Row[],
  around: { title?: string; summary?: string } = {},
): Section {
  const { title, summary } = around;
  const aligned = columns.map((column) => (column.startsWith("#") ? "---:" : "---"));
  return {
    head: [
      ...(title === undefined ? [] : [`### ${title}`, ""]),
      ...(summary === undefined ? [] : ["<details>", `<summary>${plainText(summary)}</summary>`, ""]),
      cells(columns.map((column) => column.replace(/^#/, ""))),
      `|${aligned.join("|")}|`,
    ],
    rows,
    tail: ["", ...(summary === undefined ? [] : ["</details>", ""])],
    more: (left) => cells(columns.map((_, index) => (index === 0 ? `… and ${left} more` : ""))),
  };
}

function cells(texts: readonly string[]): string {
  return `|${texts.map((text) => ` ${text} `).join("|")}|`.replaceAll("|  |", "| |");
}

/** Found things in one cell; in the brief form only the first of them. */
function listed(
  found: readonly { readonly where: string; readonly message: string }[],
  most: number,
): { full: string; brief: string } {
  const lines = (count: number) => {
    const named = found
      .slice(0, count)
      .map(({ where, message }) => `${codeText(where)}: ${plainText(shortened(message))}`);
    return [...named, ...(found.length > count ? [`… and ${found.length - count} more`] : [])].join("<br>");
  };
  return { full: lines(most), brief: lines(1) };
}

function shortened(text: string): string {
  return text.length <= longestMessage
    ? text
    : `${text.slice(0, longestMessage).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** What changes: what decides, which stands open, and the rest, which is folded. */
function deltaSections(shown: Shown): { readonly deciding: Section[]; readonly others: Section[] } {
  const { delta } = shown.result;
  const blocks = delta === undefined ? [] : deltaBlocks(delta, shown);
  const drawn = ({ title, decides, columns, rows }: Block) =>
    table(
      columns,
      rows.map((row) => ({
        full: cells(
          row.map(({ text, code }) => (code === true ? codeText(text) : plainText(shortened(text)))),
        ),
      })),
      decides
        ? { title: title === "Data at risk" ? `⚠️ ${title}` : title }
        : { summary: `${title} (${rows.length})` },
    );
  return {
    deciding: blocks.filter(({ decides }) => decides).map(drawn),
    others: blocks.filter(({ decides }) => !decides).map(drawn),
  };
}

function policySection(shown: Shown): Section {
  const rows = findingsByPolicy(shown).map(({ policy, verdict, findings }) => {
    const found = listed(findings, verdict === "not evaluated" ? shownUnknowns : shownFindings);
    const row = (what: string) =>
      cells([
        marks[verdict],
        `**${plainText(policy.id)}**<br>${plainText(policy.title)}`,
        what,
        plainText(policy.fix),
      ]);
    return { full: row(found.full), brief: row(found.brief) };
  });
  return table(["", "Policy", "Found", "What to do"], rows, { title: "Policies" });
}

function exemptedSection(shown: Shown): Section {
  const exempted = exemptedFindings(shown);
  const rows = exempted.map(({ policy, owner, reason, until, soon, findings }) => {
    const found = listed(findings, shownFindings);
    const left = `${soon ? "⏳ " : ""}${untilText(until, shown.today)}`;
    const row = (what: string) =>
      cells([
        `**${plainText(policy.id)}**`,
        what,
        `${plainText(owner)}<br>${plainText(left)}`,
        plainText(shortened(reason)),
      ]);
    return { full: row(found.full), brief: row(found.brief) };
  });
  const soon = exempted.filter((one) => one.soon).length;
  const summary = `Exempted: ${shown.result.totals.exempted}${soon === 0 ? "" : `, ${soon} of the exemptions end soon`}`;
  return table(["Policy", "Found", "Who answers for it", "Why"], rows, { summary });
}

function remediatedSection(shown: Shown): Section {
  const rows = remediatedLines(shown).map(([id, where]) => ({
    full: cells([`**${plainText(id)}**`, where.map(codeText).join("<br>")]),
    brief: cells([`**${plainText(id)}**`, `${where.length} resources`]),
  }));
  return table(["Policy", "Resources"], rows, { summary: "Mended before it was judged" });
}

function serviceSection({ services = [] }: Shown["result"]): Section {
  const rows = services.map((service) => {
    const objectives = service.objectives
      .map((one) => `${plainText(one.name)}: ${plainText(objectiveText(one))}`)
      .join("<br>");
    return { full: cells([codeText(fullName(service)), plainText(capacityText(service)), objectives]) };
  });
  return table(["Service", "Capacity", "Objectives"], rows, { title: "Services" });
}

function costSection({ cost }: Shown["result"]): Section {
  const lines = cost === undefined ? [] : costLines(cost);
  const rows = lines.map((line) => ({ full: cells([plainText(costSubject(line)), costText(line)]) }));
  const summary = cost === undefined ? "" : `Estimated cost: ${costTotal(cost)}`;
  return table(["", "#a month"], rows, { summary });
}

function noteSection({ notes, messages }: Shown["result"]): Section {
  const lines = [...notes, ...messages.map(({ severity, text }) => `${severity}: ${text}`)];
  return {
    head: ["### Notes", ""],
    rows: lines.map((line) => ({ full: `- ${plainText(shortened(line))}` })),
    tail: [""],
    more: (left) => `- … and ${left} more`,
  };
}

/** A folded block of text lines. */
function fenced(title: string, lines: readonly string[]): Section {
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return {
    head: ["<details>", `<summary>${title}</summary>`, "", `${fence}text`],
    rows: lines.map((line) => ({ full: line })),
    tail: [fence, "", "</details>"],
    more: (left) => `… and ${left} more`,
  };
}

/** The longest run of backticks. */
function longestRun(lines: readonly string[]): number {
  return lines
    .flatMap((line) => line.match(/`+/g) ?? [])
    .reduce((longest, run) => Math.max(longest, run.length), 0);
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
