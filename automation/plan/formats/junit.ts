import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { PolicyFacts } from "../result.ts";
import { daysLeft } from "./decided.ts";
import { fullSubject, type Shown } from "./shown.ts";
import { counted, placeText, verdictOf } from "./words.ts";

/** A child of a test case; what it is decides how the case counts. */
interface Outcome {
  readonly element: "failure" | "error" | "skipped" | "system-out";
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A policy, or what it says of one resource. */
interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome?: Outcome;
}

/**
 * What the packs found, in the XML of JUnit's reports, as Jenkins' schema (junit-10.xsd) has it: a suite for each pack; in it
 * a case for each policy that found nothing, and one for each of its findings. What stops a deployment fails, a policy that
 * could not be judged and a finding that somebody answers for are skipped, and say why. A warning passes and says it in
 * `system-out`: JUnit knows no warnings, GitLab, Jenkins and Azure count a skipped test as one that was not run, and this
 * one was. All times are 0: policies take no time that one could tell.
 */
export function junitReport(shown: Shown): string {
  const { policies, results } = shown.result.policy;
  const found = Map.groupBy(results, ({ policy }) => policy);
  const packs = Map.groupBy(policies, ({ pack }) => pack);
  const suites = [...packs].map(([pack, members]) => {
    const unique = uniqueNames();
    const cases = members.flatMap((policy) => casesOf(shown, policy, found.get(policy.id) ?? []));
    return { pack, cases: cases.map((one) => ({ ...one, name: unique(one.classname, one.name) })) };
  });
  const body = suites.map(({ pack, cases }) =>
    element("testsuite", { name: pack, ...counts(cases), skipped: count(cases, "skipped"), time: "0" }, [
      ...cases.map(testCase),
    ]),
  );
  const all = suites.flatMap(({ cases }) => cases);
  const name = `slipway ${shown.kind.toLowerCase()} ${fullSubject(shown)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name, ...counts(all), time: "0" }, body)}\n`;
}

function casesOf(shown: Shown, policy: PolicyFacts, results: readonly PolicyResult[]): TestCase[] {
  const classname = `${policy.pack}.${policy.id}`;
  if (policy.enforcement === "disabled") {
    return [{ classname, name: policy.title, outcome: skipped("turned off for this stack") }];
  }
  if (results.length === 0) return [{ classname, name: policy.title }];
  return results.map((result) => ({
    classname,
    // Neither a line nor the message is part of the name: systems tell by it since when a test fails.
    name: [shown.named(result.urn), result.path].filter((part) => part !== undefined).join(": "),
    outcome: outcomeOf(shown, policy, result),
  }));
}

function outcomeOf(shown: Shown, policy: PolicyFacts, result: PolicyResult): Outcome {
  const { message, status, exemption } = result;
  const text = [
    `${placeText(shown.place(result))}: ${message}`,
    policy.title,
    policy.why,
    `To mend it: ${policy.fix}`,
  ].join("\n");
  if (exemption !== undefined) {
    const { owner, until, reason } = exemption;
    return skipped(
      `exempted until ${until} (${counted(daysLeft(until, shown.today), "day")} left) by ${owner}: ${reason}`,
      text,
    );
  }
  if (status === "error") return { element: "error", attributes: { type: "error", message }, text };
  switch (verdictOf(result)) {
    case "blocks":
      return { element: "failure", attributes: { type: policy.severity, message }, text };
    case "not evaluated":
      return skipped(`not evaluated: ${message}`, text);
    default:
      return { element: "system-out", attributes: {}, text: `warning (${policy.severity}): ${text}` };
  }
}

function skipped(message: string, text = ""): Outcome {
  return { element: "skipped", attributes: { message }, text };
}

/** Makes names that come again unique: systems take two tests of one name for one. */
function uniqueNames(): (classname: string, name: string) => string {
  const seen = new Map<string, number>();
  return (classname, name) => {
    const key = JSON.stringify([classname, name]);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 1 ? name : `${name} (${times})`;
  };
}

function count(cases: readonly TestCase[], which: Outcome["element"]): string {
  return String(cases.filter(({ outcome }) => outcome?.element === which).length);
}

function counts(cases: readonly TestCase[]) {
  return {
    tests: String(cases.length),
    failures: count(cases, "failure"),
    errors: count(cases, "error"),
  };
}

function testCase({ classname, name, outcome }: TestCase): string {
  const attributes = { classname, name, time: "0" };
  if (outcome === undefined) return element("testcase", attributes, []);
  const { text } = outcome;
  return element("testcase", attributes, [
    element(outcome.element, outcome.attributes, text === "" ? [] : [escaped(text)], false),
  ]);
}

/** An element; each of its children on lines of its own, unless they are text. */
function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[],
  apart = true,
): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value, true)}"`);
  const open = `<${name}${given.join("")}`;
  if (children.length === 0) return `${open}/>`;
  const inside = apart ? `\n${children.join("\n")}\n` : children.join("");
  return `${open}>${inside}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters that XML 1.0 can't hold, not even escaped: control characters, halves of pairs, two non-characters. */
const UNHELD = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escaped(text: string, inAttribute = false): string {
  const held = text.replace(UNHELD, "\u{FFFD}").replace(/[&<>"]/g, (character) => entities[character] ?? "");
  // A line's end in an attribute would be read as a blank.
  return inAttribute
    ? held.replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
    : held.replaceAll("\r", "&#13;");
}
