import { capacityText, fullName, objectiveText } from "../services.ts";
import { shortType, type TreeNode, treeOf } from "../tree.ts";
import type { Json } from "../wire.ts";
import { exemptedFindings, remediatedLines, untilText } from "./decided.ts";
import { type BlockCell, deltaBlocks, deltaHeadline } from "./delta-words.ts";
import { type Html, html, joined, raw } from "./markup.ts";
import type { Shown } from "./shown.ts";
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

/** The style that all pages share. */
const style = raw(`
:root { color-scheme: light dark; --line: #8884; --dim: #6b7280; --bad: #b42318; --warn: #b54708; --good: #067647; --card: #8881; }
@media (prefers-color-scheme: dark) { :root { --dim: #9ca3af; --bad: #f97066; --warn: #fdb022; --good: #47cd89; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
.dim { color: var(--dim); } .blocks { color: var(--bad); } .warns { color: var(--warn); } .good { color: var(--good); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; } td:first-child, th:first-child { overflow-wrap: normal; min-width: 7.5rem; } td.number, th.number { text-align: right; white-space: nowrap; } ul { margin: 0; padding-left: 1.1rem; }
details > table { margin-bottom: 1rem; } details details { margin-left: 1.1rem; } summary { cursor: pointer; padding: .1rem 0; } .leaf { margin-left: 1.1rem; }
pre { margin: .2rem 0 .6rem 1.1rem; padding: .6rem; background: var(--card); border-radius: .4rem; overflow-x: auto; font-size: .85rem; }
code, pre { font-family: ui-monospace, monospace; }
`);

/**
 * A page that stands by itself: no script, no font, no picture, nothing that is loaded from elsewhere.
 * @param own style beside that of all pages
 */
export function standalonePage(title: string, body: Html, own: Html = raw("")): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}${own}</style>
</head>
<body>
${body}</body>
</html>
`.text;
}

/** The result as one page. */
export function htmlReport(shown: Shown): string {
  const { kind, subject, within, size, result } = shown;
  const beside = within === undefined ? "" : ` · ${within}`;
  const body = html`<h1>${kind} of ${subject}${within === undefined ? "" : html` <span class="dim">· ${within}</span>`}</h1>
<p class="${result.totals.blocking > 0 ? "blocks" : "good"}">${headline(result)}</p>
<p class="dim">${size}; ${askedText(result)}</p>
${deltaSection(shown)}${policySection(shown)}${exemptedSection(shown)}${remediatedSection(shown)}${serviceSection(result)}${costSection(result)}${outputSection(result)}${noteSection(result)}
<h2>Resources</h2>
${joined(treeOf(result.resources).map((node) => treeNode(node, 0)))}
<h2>Resources by type</h2>
${table(
  ["Type", "#Count"],
  countsByType(result, shortType).map(([type, count]) => [html`<code>${type}</code>`, count]),
)}
`;
  return standalonePage(`${kind} of ${subject}${beside}`, body);
}

type Cell = Html | string | number;

/** A table, or nothing where it has no rows. A title that begins with `#` is a column of numbers. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return raw("");
  const align = (index: number) => raw(titles[index]?.startsWith("#") === true ? ' class="number"' : "");
  const head = titles.map((title, index) => html`<th${align(index)}>${title.replace(/^#/, "")}</th>`);
  const body = rows.map(
    (row) => html`<tr>${joined(row.map((cell, index) => html`<td${align(index)}>${cell}</td>`))}</tr>\n`,
  );
  return html`<table>\n<thead><tr>${joined(head)}</tr></thead>\n<tbody>\n${joined(body)}</tbody>\n</table>\n`;
}

function section(title: string, body: Html): Html {
  return body.text === "" ? body : html`<h2>${title}</h2>\n${body}`;
}

function list(items: readonly Cell[]): Html {
  return items.length === 0
    ? raw("")
    : html`<ul>${joined(items.map((item) => html`<li>${item}</li>`))}</ul>\n`;
}

/** So many items stand open; more are folded behind their count. */
const openItems = 3;

function folded(items: readonly Cell[]): Html {
  if (items.length <= openItems) return list(items);
  return html`<details><summary>${items.length} places</summary>${list(items)}</details>`;
}

const classes: Record<OpenVerdict, string> = { blocks: "blocks", warns: "warns", "not evaluated": "dim" };

function policySection(shown: Shown): Html {
  const rows = findingsByPolicy(shown).map(({ policy, verdict, findings }) => [
    html`<span class="${classes[verdict]}">${verdict}</span><br><span class="dim">${policy.severity}</span>`,
    html`<strong>${policy.id}</strong><br>${policy.title}<br><span class="dim">${policy.why}</span>`,
    folded(findings.map(({ where, message }) => html`<code>${where}</code>: ${message}`)),
    policy.fix,
  ]);
  return section("Policies", table(["Verdict", "Policy", "Found", "What to do"], rows));
}

function deltaSection(shown: Shown): Html {
  const { delta } = shown.result;
  if (delta === undefined) return raw("");
  const cell = ({ text, code }: BlockCell): Cell => (code === true ? html`<code>${text}</code>` : text);
  const blocks = deltaBlocks(delta, shown).map(({ title, decides, columns, rows }) => {
    const drawn = table(
      columns,
      rows.map((row) => row.map(cell)),
    );
    const heading = decides
      ? html`<strong${raw(title === "Data at risk" ? ' class="warns"' : "")}>${title}</strong>`
      : title;
    return html`<details${raw(decides ? " open" : "")}><summary>${heading} (${rows.length})</summary>\n${drawn}</details>\n`;
  });
  return html`<h2>What changes</h2>\n<p>${deltaHeadline(delta)}</p>\n${joined(blocks)}`;
}

function exemptedSection(shown: Shown): Html {
  const rows = exemptedFindings(shown).map(({ policy, owner, reason, until, soon, findings }) => [
    html`<strong>${policy.id}</strong><br>${policy.title}`,
    folded(findings.map(({ where, message }) => html`<code>${where}</code>: ${message}`)),
    html`${owner}<br><span class="${soon ? "warns" : "dim"}">${untilText(until, shown.today)}</span>`,
    reason,
  ]);
  return section("Exempted", table(["Policy", "Found", "Who answers for it", "Why"], rows));
}

function remediatedSection(shown: Shown): Html {
  const rows = remediatedLines(shown).map(([id, where]) => [html`<strong>${id}</strong>`, folded(where)]);
  return section("Mended before it was judged", table(["Policy", "Resources"], rows));
}

function serviceSection({ services = [] }: Shown["result"]): Html {
  const rows = services.map((service) => [
    html`<code>${fullName(service)}</code>`,
    capacityText(service),
    list(
      service.objectives.map(
        (one) => html`${one.name}: ${objectiveText(one)} <span class="dim">(${one.owner})</span>`,
      ),
    ),
  ]);
  return section("Services", table(["Service", "Capacity", "Objectives"], rows));
}

function costSection({ cost }: Shown["result"]): Html {
  if (cost === undefined) return raw("");
  const rows = costLines(cost).map((line) => [costSubject(line), costText(line)]);
  return section("Estimated cost", html`<p>${costTotal(cost)}</p>\n${table(["What", "#A month"], rows)}`);
}

function outputSection({ outputs = {} }: Shown["result"]): Html {
  return section("Outputs", Object.keys(outputs).length === 0 ? raw("") : values(outputs));
}

function noteSection({ notes, messages }: Shown["result"]): Html {
  return section("Notes", list([...notes, ...messages.map(({ severity, text }) => `${severity}: ${text}`)]));
}

function values(json: { readonly [key: string]: Json }): Html {
  return html`<pre>${JSON.stringify(json, null, 2)}</pre>\n`;
}

/** A resource with its children, open as far as components go that hold others. */
function treeNode({ resource, children }: TreeNode, depth: number): Html {
  const shown = {
    ...(Object.keys(resource.inputs).length > 0 ? { inputs: resource.inputs as Json } : {}),
    ...(Object.keys(resource.options).length > 0 ? { options: resource.options as Json } : {}),
  };
  const title = html`${resource.name} <span class="dim">${shortType(resource.type)}</span>`;
  const inside = joined([
    ...(Object.keys(shown).length > 0 ? [values(shown)] : []),
    ...children.map((child) => treeNode(child, depth + 1)),
  ]);
  if (inside.text === "") return html`<div class="leaf">${title}</div>\n`;
  return html`<details${raw(children.length > 0 && depth < 3 ? " open" : "")}><summary>${title}</summary>\n${inside}</details>\n`;
}
