import { createHash } from "node:crypto";
import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { Severity } from "../../../policies/core/policy.ts";
import type { Place } from "../places.ts";
import type { PolicyFacts } from "../result.ts";
import { fullSubject, type Shown } from "./shown.ts";
import { type Verdict, verdictOf } from "./words.ts";

/** How severe GitHub takes a security finding to be: the middle of each of its ranges (it follows CVSS). */
const securitySeverity = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;

/** GitHub refuses runs of more results, and rules of more tags; it shows ten of the tags. */
const mostResults = 25_000;
const mostTags = 20;

/**
 * What the packs found, as SARIF 2.1.0, which GitHub's code scanning and editors read: one run, in which each finding stands
 * at the line that declares its resource, with the resource as logical location. What an exemption lets through is
 * suppressed, with who answers for it.
 * @param most results that are written; the least severe are left out, and a notification says how many
 */
export function sarifReport(shown: Shown, most = mostResults): string {
  const { kind, result } = shown;
  const { policies, results } = result.policy;
  const indexes = new Map(policies.map(({ id }, index) => [id, index]));
  const kept = mostSevere(results, most);
  const left = results.length - kept.length;
  const prints = new Map<string, number>();
  const printOf = ({ policy, urn, path = "", message }: PolicyResult) => {
    const facts = JSON.stringify([policy, urn, path, urn === "" ? message : ""]);
    const earlier = prints.get(facts) ?? 0;
    prints.set(facts, earlier + 1);
    return fingerprint(earlier === 0 ? facts : `${facts}#${earlier}`);
  };
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Slipway",
            rules: policies.map((policy) => ruleOf(policy, shown.pages)),
          },
        },
        automationDetails: {
          id: `slipway/${kind === "Plan" ? "" : `${kind.toLowerCase()}/`}${fullSubject(shown)}/`,
        },
        columnKind: "utf16CodeUnits",
        ...(left === 0 ? {} : { invocations: [cutNotice(left, results.length)] }),
        results: kept.map((found) => resultOf(shown, found, indexes.get(found.policy) ?? -1, printOf(found))),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const verdictOrder: readonly Verdict[] = ["blocks", "warns", "not evaluated", "exempted"];
const severityOrder: readonly Severity[] = ["critical", "high", "medium", "low"];

/** The results that count most, in the order given. */
function mostSevere(results: readonly PolicyResult[], most: number): readonly PolicyResult[] {
  if (results.length <= most) return results;
  const rank = (found: PolicyResult) =>
    verdictOrder.indexOf(verdictOf(found)) * severityOrder.length + severityOrder.indexOf(found.severity);
  const kept = new Set(results.toSorted((a, b) => rank(a) - rank(b)).slice(0, most));
  return results.filter((found) => kept.has(found));
}

function cutNotice(left: number, all: number) {
  const text = `${left} of ${all} results are left out, the least severe ones: GitHub takes ${mostResults} a run. --format json has all.`;
  return {
    executionSuccessful: true,
    toolExecutionNotifications: [{ level: "warning", message: { text } }],
  };
}

function ruleOf(
  { pack, id, title, severity, level, why, fix, frameworks, requirements }: PolicyFacts,
  pages: string | undefined,
) {
  const controls = Object.entries(frameworks).flatMap(([name, ids]) =>
    ids.map((control) => `${name}/${control}`),
  );
  return {
    id,
    name: id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${fix}`, markdown: `${why}\n\n**How to mend it:** ${fix}` },
    ...(pages === undefined ? {} : { helpUri: `${pages}/${pack}.md#${id}` }),
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: {
      tags: [pack, ...requirements, ...controls].slice(0, mostTags),
      precision: "very-high",
      "problem.severity": level === "mandatory" ? "error" : "warning",
      ...(pack === "security" ? { "security-severity": securitySeverity[severity] } : {}),
    },
  };
}

const levels = { blocks: "error", warns: "warning", "not evaluated": "note", exempted: "note" } as const;

function resultOf(shown: Shown, found: PolicyResult, ruleIndex: number, print: string) {
  const { policy, urn, message, status, exemption } = found;
  const name = shown.named(urn);
  const { component, ...place } = shown.place(found);
  return {
    ruleId: policy,
    ruleIndex,
    level: levels[verdictOf(found)],
    message: { text: `${name}: ${status === "not evaluated" ? "not evaluated: " : ""}${message}` },
    locations: [
      {
        physicalLocation: physicalLocation(place),
        ...(urn === "" ? {} : { logicalLocations: [{ name, fullyQualifiedName: urn, kind: "resource" }] }),
      },
    ],
    ...(component === undefined
      ? {}
      : {
          relatedLocations: [
            {
              id: 1,
              message: { text: "The component that makes the resource." },
              physicalLocation: physicalLocation(component),
            },
          ],
        }),
    // GitHub knows findings of one rule apart by the second alone, which it would make from the line; one line may declare
    // many resources.
    partialFingerprints: { "slipwayFinding/v1": print, primaryLocationLineHash: `${print.slice(0, 16)}:1` },
    ...(exemption === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: "external",
              status: "accepted",
              justification: `${exemption.owner}, until ${exemption.until}: ${exemption.reason}`,
            },
          ],
        }),
  };
}

function physicalLocation({ file, line, column }: Place) {
  return {
    artifactLocation: { uri: fileUri(file) },
    region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
  };
}

/** A path as SARIF wants it: a relative reference, in which blanks and the like are escaped. */
function fileUri(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join("/");
}

/** What a finding is known by from one run to the next. */
function fingerprint(facts: string): string {
  return createHash("sha256").update(facts).digest("hex").slice(0, 32);
}
