import { momentText } from "../../status/figures.ts";
import { VERDICTS } from "./gate-words.ts";
import { outcomeOf, type Tone } from "./notes.ts";
import type { Story, StoryStep } from "./story.ts";
import {
  because,
  countText,
  lengthText,
  pauserText,
  percentText,
  STRATEGIES,
  serviceText,
  sharedOut,
  versionText,
} from "./words.ts";

/** How a release stands, in a sentence, and whether that is good. */
export function headline(story: Story): { readonly tone: Tone; readonly text: string } {
  const { plan, outcome, decision, totalSeconds, pauses } = story;
  const isPaused = pauses.some(({ until }) => until === undefined);
  const over = outcome === "under way" ? undefined : outcomeOf({ phase: outcome, plan });
  const why = decision === undefined ? "" : `, because ${decision.reason}`;
  const [tone, words] = over ?? (["warning", isPaused ? "paused, under way" : "under way"] as const);
  const time = `${over === undefined ? "for" : "after"} ${lengthText(totalSeconds)}`;
  return { tone, text: `${words.charAt(0).toUpperCase()}${words.slice(1)} ${time}${why}` };
}

function servedText({ served }: Pick<Story, "served">): string | undefined {
  if (served === undefined) return undefined;
  const { requests, errors } = served;
  const failed =
    errors === undefined
      ? ""
      : `, ${countText(errors)} of them failed (${percentText(requests === 0 ? 0 : errors / requests)})`;
  return `${countText(requests)} requests${failed}`;
}

function planText({ plan }: Story): string {
  const { steps, tests, judging, soak } = plan;
  const weights = steps.map(({ weight, holdSeconds }) => `${weight} % for ${lengthText(holdSeconds)}`);
  return [
    STRATEGIES[plan.strategy],
    ...(weights.length === 0 ? [] : [`${weights.join(", ")} of the ${sharedOut(plan)}`]),
    ...(tests.length === 0 ? [] : [`tests before: ${tests.map(({ name }) => name).join(", ")}`]),
    ...(soak === undefined ? [] : [`probes every ${lengthText(soak.everySeconds)}`]),
    ...(judging === "sequential" ? [] : ["judged at the end of each hold"]),
  ].join("; ");
}

const CAUSES = { gates: "the gates", person: "a person", failure: "something that failed" } as const;

/** What a release was, line by line. */
export function factRows(story: Story): (readonly [name: string, text: string])[] {
  const { release, stable, candidate, by, reason, began, ended, decision, recoverySeconds } = story;
  const served = servedText(story);
  const optional = (name: string, text: string | undefined) =>
    text === undefined ? [] : ([[name, text]] as const);
  return [
    ["Release", release],
    ["From", versionText(stable)],
    ["To", versionText(candidate)],
    ["By", `${by}${because(reason)}`],
    ["Plan", planText(story)],
    ["Began", momentText(began)],
    ...optional("Ended", ended === undefined ? undefined : momentText(ended)),
    ...optional(
      "Decided",
      decision === undefined ? undefined : `${momentText(decision.at)}, by ${CAUSES[decision.cause]}`,
    ),
    ...optional(
      "Recovery",
      recoverySeconds === undefined
        ? undefined
        : `${lengthText(recoverySeconds)} from the first unhealthy verdict to no traffic on the candidate`,
    ),
    ...optional("The candidate served", served),
    ...story.pauses.map((pause): readonly [string, string] => [
      "Paused",
      `${momentText(pause.at)} by ${pauserText(pause)}, ${pause.until === undefined ? "still" : `for ${lengthText(pause.seconds)}`}${because(pause.reason)}`,
    ]),
    ...story.drivers.map(({ at, holder, token }): readonly [string, string] => [
      "Taken over",
      `${momentText(at)} by ${holder}, lease ${token}`,
    ]),
    ...optional("Left to do", story.leftover),
    ...optional(
      "Incomplete",
      story.partial
        ? "the journal here begins later than the release; another machine has the rest"
        : undefined,
    ),
  ];
}

/** Columns of the steps. Those that begin with `#` are numbers. */
export const STEP_TITLES = [
  "Step",
  "#Weight",
  "Live (UTC)",
  "#Held",
  "#Looks",
  "Last verdict",
  "#Requests",
  "#Failed",
];

function stepRow(step: StoryStep): string[] {
  const { number, weight, live, heldSeconds, holdSeconds, looks, verdict, served } = step;
  if (live === undefined) return [String(number), `${weight} %`, "never", "–", "–", "–", "–", "–"];
  return [
    String(number),
    `${weight} %`,
    live.slice(0, 19).replace("T", " "),
    `${lengthText(heldSeconds ?? 0)} of ${lengthText(holdSeconds)}`,
    countText(looks),
    verdict === undefined ? "–" : `${VERDICTS[verdict].mark} ${VERDICTS[verdict].text}`,
    served === undefined ? "–" : countText(served.requests),
    served?.errors === undefined ? "–" : countText(served.errors),
  ];
}

/** The steps, as they went. */
export function stepRows({ steps }: Story): string[][] {
  return steps.map(stepRow);
}

/** Columns of the gates. */
export const GATE_TITLES = ["Verdict", "Gate", "#Candidate", "#Surely", "#Limit", "#Stable"];

/** What the gates said when it was decided; where nothing is decided yet, at the last look. */
export function gateRows({ decision, gates }: Pick<Story, "decision" | "gates">): string[][] {
  return (decision?.gates ?? gates).map(({ verdict, gate, title, said }) => [
    `${VERDICTS[verdict].mark} ${VERDICTS[verdict].text}`,
    `${gate}: ${title}`,
    said.candidate,
    said.interval ?? "–",
    said.limit === "" ? "–" : said.limit,
    said.stable ?? "–",
  ]);
}

const NOTE_MARKS: Record<Tone, string> = { good: "✔", bad: "✖", warning: "!", plain: "·" };

/** So many things of note are told; a release that flaps for two days has more than anybody reads. */
const TOLD = 200;

/** What happened, one thing to a row: when, its mark, its sentence. The middle is counted where there is too much. */
export function noteRows({ notes }: Story): (readonly [at: string, mark: string, text: string])[] {
  const rows = notes.map(
    ({ at, tone, text }) => [at.slice(0, 19).replace("T", " "), NOTE_MARKS[tone], text] as const,
  );
  const rest = rows.length - TOLD;
  return rest <= 0
    ? rows
    : [
        ...rows.slice(0, TOLD / 2),
        ["…", "·", `${countText(rest)} more; the journal has them all`] as const,
        ...rows.slice(-TOLD / 2),
      ];
}

/** `ethixai/backend in production`. */
export function subject({ target }: Pick<Story, "target">): string {
  return `${serviceText(target)} in ${target.stack}`;
}
