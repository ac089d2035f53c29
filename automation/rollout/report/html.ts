import { standalonePage, table } from "../../plan/formats/html.ts";
import { type Html, html, joined, raw } from "../../plan/formats/markup.ts";
import { drawn } from "../../status/page/chart.ts";
import { pageStyle } from "../../status/page/style.ts";
import { COLORS, gatePanel } from "./gate-chart.ts";
import { requestGate } from "./gate-words.ts";
import type { Tone } from "./notes.ts";
import { frameOf, NARROW, pictureOption, WIDE } from "./picture.ts";
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
import { sharedOut } from "./words.ts";

const CLASSES: Record<Tone, string> = { good: "good", bad: "blocks", warning: "warns", plain: "" };

/** What the page adds to the style of the status page. */
const style = raw(`
.scroll > table { min-width: 52rem; } .scroll > table td { overflow-wrap: break-word; } .scroll > table td:nth-child(2) { min-width: 9rem; } figure .scroll > table { min-width: 0; }
.narrow-picture { display: none; }
.facts { margin-top: 1rem; } .facts th { width: 11rem; color: var(--dim); font-weight: 400; } .facts th, .facts td { padding: .25rem .6rem; }
.notes td { padding: .2rem .6rem; } .notes td:first-child { white-space: nowrap; color: var(--dim); }
.strip { display: inline-block; width: 1.1rem; height: .9rem; margin-right: .35rem; vertical-align: -.15rem; }
.strip.good { border-block: .3rem solid transparent; background: var(--good) content-box; height: .9rem; }
.strip.bad { background: var(--bad); } .strip.few { border: 2px solid var(--warn); } .strip.none { border: 2px dotted var(--dim); }
figure .strip.none { padding: 0; }
@media (max-width: 44rem) { .wide-picture { display: none; } .narrow-picture { display: block; } .facts th { width: 7rem; } }
`);

const VERDICT_KEYS = [
  ["good", "low bar: healthy"],
  ["few", "hollow: too little evidence"],
  ["none", "dotted: no data"],
  ["bad", "full bar: unhealthy"],
] as const;

function key(color: string, name: string): Html {
  return html`<li><span class="key" style="background:${color}"></span>${name}</li>`;
}

/** The picture in both sizes, of which a screen shows one; what its parts are; and the decision in full. */
function picture(story: Story): Html {
  const { plan, decision } = story;
  const gate = requestGate(plan.gates);
  const said = `Timeline of the release: ${headline(story).text}. The same is in the tables below.`;
  const both = [
    ["wide-picture", WIDE, "w"],
    ["narrow-picture", NARROW, "n"],
  ] as const;
  const drawings = both.map(
    ([name, size, id]) =>
      html`<div class="${name}">${drawn(pictureOption(story, size), id, said, size)}</div>\n`,
  );
  const decided =
    decision === undefined
      ? raw("")
      : html`<p>Decision: <strong>${decision.promote ? "promote it" : "take it back"}</strong>, because ${decision.reason}</p>\n`;
  return html`<figure class="picture"><figcaption><strong>${gate?.name ?? "Timeline"}</strong> <span class="dim">${gate === undefined ? "" : `${gate.title}: percent of bad ones since the step began, with the range that is sure; `}what each look said; percent of the ${sharedOut(plan)} that the candidate has</span></figcaption>
${joined(drawings)}<ul class="legend">${key(COLORS.candidate, "candidate")}${key(COLORS.stable, "stable (dashed)")}${key(COLORS.limit, "limit (dashed)")}${key("var(--c4)", "weight of the candidate")}${joined(
    VERDICT_KEYS.map(([name, text]) => html`<li><span class="strip ${name}"></span>${text}</li>`),
  )}</ul>
${decided}</figure>\n`;
}

function facts(story: Story): Html {
  const rows = factRows(story).map(
    ([name, text]) => html`<tr><th scope="row">${name}</th><td>${text}</td></tr>\n`,
  );
  return html`<table class="facts"><tbody>\n${joined(rows)}</tbody></table>\n`;
}

function section(title: string, body: Html): Html {
  return body.text === "" ? body : html`<h2>${title}</h2>\n<div class="scroll">${body}</div>\n`;
}

function panels(story: Story): Html {
  const { gates } = story.plan;
  if (gates.length === 0) return raw("");
  const drawings = gates.map((gate, index) => gatePanel(story, gate, frameOf(story, 100), `g${index}`));
  return html`<h2>Gates over time</h2>\n<div class="charts">${joined(drawings)}</div>\n`;
}

/**
 * A release's story as one page that stands by itself: no script, nothing that is loaded from elsewhere; for light and dark
 * screens and for paper. What the pictures show stands in tables, too.
 */
export function reportHtml(story: Story): string {
  const { tone, text } = headline(story);
  const title = `Release of ${subject(story)}`;
  const gates = story.decision === undefined ? "Gates at the last look" : "Gates at the decision";
  const body = html`<h1>${title}</h1>
<p class="${CLASSES[tone]}"><strong>${text}</strong></p>
${picture(story)}${facts(story)}${section("Steps", table(STEP_TITLES, stepRows(story)))}${section(gates, table(GATE_TITLES, gateRows(story)))}${panels(story)}
<h2>What happened</h2>
<div class="notes">${table(
    ["Time (UTC)", "", "What"],
    noteRows(story).map((row) => [...row]),
  )}</div>
`;
  return standalonePage(title, body, raw(pageStyle.text + style.text));
}
